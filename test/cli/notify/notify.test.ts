import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, createServer as createPlainServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { notify } from '../../../src/cli/commands/notify.ts';
import { messageOf } from '../../../src/cli/notify/message.ts';
import { makeNotifier } from '../../../src/cli/notify/notifier.ts';
import { nameOf, send } from '../../../src/cli/notify/send.ts';
import { Config } from '../../../src/config.ts';
import type { Channel } from '../../../src/config-notify.ts';
import { fakeIo } from '../../helpers/fake-io.ts';
import { longNight } from '../../helpers/long-night.ts';
import { nightFeatures, wholeNight } from '../../helpers/nights.ts';
import { type RepoWithRuns, repoWithRuns } from '../../helpers/repo-with-run.ts';

let repo: RepoWithRuns;
beforeEach(async () => {
  repo = await repoWithRuns();
});
afterEach(() => repo.remove());

interface Heard {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A web server on loopback that answers with these codes, the last one for ever; 0: it hangs. */
async function web(...codes: number[]) {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    heard.push({ path: request.url ?? '', headers: request.headers, body });
    const code = codes.length > 1 ? codes.shift() : codes[0];
    if (code !== 0)
      response.writeHead(code ?? 200, code === 302 ? { location: '/elsewhere' } : {}).end('said');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    heard,
    url: `http://127.0.0.1:${port}/hook/s3cr3t-path-of-ours`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A mail server on loopback that knows as much of SMTP as one mail needs. */
async function mail(answerToRcpt = '250 ok') {
  const lines: string[] = [];
  const server = createPlainServer((socket) => {
    let isData = false;
    let rest = '';
    socket.write('220 loopback\r\n');
    socket.setEncoding('utf8').on('data', (text: string) => {
      const whole = (rest + text).split('\r\n');
      rest = whole.pop() ?? '';
      for (const line of whole) {
        lines.push(line);
        if (isData && line !== '.') continue;
        if (isData) {
          isData = false;
          socket.write('250 taken\r\n');
        } else if (line === 'DATA') {
          isData = true;
          socket.write('354 go on\r\n');
        } else if (line === 'STARTTLS') socket.write('502 not here\r\n');
        else if (line.startsWith('RCPT')) socket.write(`${answerToRcpt}\r\n`);
        else if (line === 'QUIT') socket.end('221 bye\r\n');
        else socket.write('250 ok\r\n');
      }
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    lines,
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

const secret = 'sk-ant-api03-Zq8RtV2mXc7LbN4kWs9Jd1HfYp6Ga3UeTi5o';
const message = messageOf('needs-human', longNight(), (text) => text.replaceAll(secret, '[redacted]'), {
  feature: 'F009',
  why: `Which <!channel> of these?\nA ${secret} or B & C — ü ${'x'.repeat(2000)}`,
});
const channel = (given: object) =>
  Config.parse({ notify: { channels: [given] } }).notify.channels[0] as Channel;
const noWait = async () => undefined;
const sending = (env: Record<string, string>, signal = new AbortController().signal) => ({
  env: { PATH: process.env['PATH'], ...env },
  cwd: repo.dir,
  signal,
  sleep: noWait,
});

describe('one message', () => {
  it('is the head of the packet, cut and without secrets', () => {
    expect(message).toMatchObject({ version: 1, on: 'needs-human', feature: 'F009', run: longNight().run });
    expect(JSON.stringify(message)).not.toContain(secret);
    expect(message.why?.length).toBeLessThanOrEqual(500);
    expect(message.title).not.toContain('\n');
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(8000);
  });

  it('comes to a webhook as JSON, with its token; to Slack and ntfy as they understand it', async () => {
    await using server = await web(200);
    const env = { HOOK: server.url, HOOK_TOKEN: 'token-of-the-hook' };
    for (const given of [
      { kind: 'webhook', urlEnv: 'HOOK', tokenEnv: 'HOOK_TOKEN' },
      { kind: 'slack', urlEnv: 'HOOK' },
      { kind: 'ntfy', urlEnv: 'HOOK', tokenEnv: 'HOOK_TOKEN' },
    ])
      expect(await send(channel(given), message, sending(env))).toBeUndefined();
    const [hook, slack, ntfy] = server.heard;
    expect(JSON.parse(hook?.body ?? '')).toEqual(message);
    expect([hook?.headers.authorization, slack?.headers.authorization]).toEqual([
      'Bearer token-of-the-hook',
      undefined,
    ]);
    const { text, ...more } = JSON.parse(slack?.body ?? '');
    expect(more).toEqual({});
    expect(text).toContain('Which &lt;!channel&gt; of these?');
    expect(text).toContain('B &amp; C');
    expect(ntfy?.headers).toMatchObject({
      title: message.title,
      priority: '4',
      authorization: 'Bearer token-of-the-hook',
    });
    expect(ntfy?.body).toBe(message.text);
  });

  it('is sent again where the trouble may pass, and not where it will not; what is said holds no secret', async () => {
    await using server = await web(503, 429, 200);
    const hook = channel({ kind: 'slack', urlEnv: 'HOOK' });
    expect(await send(hook, message, sending({ HOOK: server.url }))).toBeUndefined();
    expect(server.heard).toHaveLength(3);
    for (const [code, tries] of [
      [404, 1],
      [302, 1],
      [500, 3],
    ] as const) {
      await using wrong = await web(code);
      const said = await send(hook, message, sending({ HOOK: wrong.url }));
      expect([said, wrong.heard.length]).toEqual([`it answered ${code}`, tries]);
    }
    expect(await send(hook, message, sending({}))).toBe('HOOK is not set');
    const none = await send(hook, message, sending({ HOOK: 'not-an-address-of-ours' }));
    expect(none).toBeDefined();
    expect(none).not.toContain('not-an-address-of-ours');
    const closed = await send(hook, message, sending({ HOOK: 'http://127.0.0.1:1/s3cr3t-path-of-ours' }));
    expect(closed).toBeDefined();
    expect(closed).not.toContain('s3cr3t');
  });

  it('comes by e-mail as plain text; a server that says no for good is asked once, and no password goes in the clear', async () => {
    await using server = await mail();
    const given = {
      kind: 'email',
      host: '127.0.0.1',
      tls: 'none',
      from: 'a@example.com',
      to: ['b@example.com', 'c@example.com'],
    };
    expect(await send(channel({ ...given, port: server.port }), message, sending({}))).toBeUndefined();
    const told = server.lines.join('\n');
    expect(told.match(/^RCPT TO:/gm)).toHaveLength(2);
    expect(told).toContain('Subject: agentloop');
    expect(told).toContain('Content-Type: text/plain');
    await using no = await mail('550 nobody here');
    const refused = await send(channel({ ...given, port: no.port }), message, sending({}));
    expect(refused).toContain('550');
    expect(no.lines.filter((line) => line.startsWith('EHLO'))).toHaveLength(1);
    const open = channel({ ...given, port: server.port, user: 'ada', passwordEnv: 'MAIL_PASSWORD' });
    const before = server.lines.length;
    expect(await send(open, message, sending({ MAIL_PASSWORD: 'correct horse' }))).toContain('in the clear');
    expect(server.lines).toHaveLength(before);
    const plain = channel({ ...given, tls: 'starttls', port: server.port });
    expect(await send(plain, message, sending({}))).toMatch(/STARTTLS|TLS/i);
  });

  it('comes to a command on stdin, which gets no variable that nobody named', async () => {
    const out = join(repo.dir, 'told');
    const given = channel({ kind: 'command', command: `cat > told; env > env`, passEnv: ['NAMED'] });
    expect(await send(given, message, sending({ NAMED: 'yes', API_KEY: secret }))).toBeUndefined();
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(message);
    expect(readFileSync(join(repo.dir, 'env'), 'utf8')).toMatch(/NAMED=yes/);
    expect(readFileSync(join(repo.dir, 'env'), 'utf8')).not.toContain(secret);
    const fails = channel({ kind: 'command', command: 'echo no route >&2; exit 3' });
    expect(await send(fails, message, sending({}))).toBe('exit 3: no route');
  });
});

describe('a run', () => {
  const heard = async (channels: readonly object[], env: Record<string, string>, ms = 30_000) => {
    const story = wholeNight();
    await repo.addRun(story, nightFeatures);
    const said: string[] = [];
    const io = {
      ...fakeIo({ cwd: repo.dir, env: { PATH: process.env['PATH'], ...env }, now: () => story.now() }),
      sleep: noWait,
    };
    const notifier = makeNotifier(io, Config.parse({ notify: { channels } }), {
      redact: (text) => text,
      top: repo.dir,
      say: (text) => said.push(text),
    });
    for (const event of story.events) notifier.hear(event);
    await notifier.end(story.run, ms);
    return said;
  };

  it('tells of its end and of features that wait or are given up, each to who wants it', async () => {
    await using all = await web(200);
    await using last = await web(200);
    const said = await heard(
      [
        { kind: 'webhook', urlEnv: 'ALL' },
        { kind: 'webhook', urlEnv: 'LAST', on: ['end'] },
      ],
      { ALL: all.url, LAST: last.url },
    );
    expect(said).toEqual([]);
    const on = ({ body }: Heard) => JSON.parse(body).on;
    expect(all.heard.map(on)).toContain('needs-human');
    expect(all.heard.map(on).filter((one) => one === 'end')).toHaveLength(1);
    expect(last.heard.map(on)).toEqual(['end']);
  });

  it('is not held up by a server that hangs, nor ended by one that is gone: one line tells', async () => {
    await using hangs = await web(0);
    const began = Date.now();
    const said = await heard([{ kind: 'slack', urlEnv: 'HOOK', on: ['end'] }], { HOOK: hangs.url }, 300);
    expect(Date.now() - began).toBeLessThan(5_000);
    expect(said).toEqual([expect.stringMatching(/^Nobody was told over slack \(HOOK\): /)]);
  });
});

it('agentloop notify says who is told and what is not set, and --test sends', async () => {
  await using server = await web(200);
  writeFileSync(
    join(repo.dir, 'agentloop.config.json'),
    JSON.stringify({ notify: { channels: [{ kind: 'slack', urlEnv: 'HOOK', on: ['end'] }] } }),
  );
  const ask = async (env: Record<string, string>, flags = {}) => {
    const io = fakeIo({ cwd: repo.dir, env: { ...process.env, ...env } });
    return [await notify(io, flags, '1'), io.out()];
  };
  expect(await ask({})).toEqual([3, 'slack (HOOK): HOOK not set (end)\n']);
  expect(await ask({ HOOK: server.url })).toEqual([0, 'slack (HOOK): ready (end)\n']);
  expect(server.heard).toEqual([]);
  expect(await ask({ HOOK: server.url }, { test: true })).toEqual([0, 'slack (HOOK): sent (end)\n']);
  expect(JSON.parse(server.heard[0]?.body ?? '').text).toContain('agentloop can reach you');
  expect(nameOf(channel({ kind: 'command', command: 'curl -d @- https://x/s3cr3t' }))).toBe('command');
});
