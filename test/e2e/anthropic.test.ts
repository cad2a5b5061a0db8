import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import prices from '../../src/brain/prices.json' with { type: 'json' };
import { call, type Script, type Turn, text } from '../helpers/messages-script.ts';
import { type MessagesServer, messagesServer } from '../helpers/messages-server.ts';
import { tempRepo } from '../helpers/repo.ts';
import { agentloop, eventsOf, runFolder, start, untilTold } from './cli.ts';
import { sightOf } from './sight.ts';
import { feature, plan, smallRepo, sumTest } from './small-repo.ts';

const key = 'test-key-3f9a1c5e7d';
const model = 'claude-sonnet-5-5';
const price = prices.models[model];
const serve = (script: Script) => messagesServer(script, key);
const keyed = (server: MessagesServer) => ({ ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: key });
const sum = 'export const sum = (a, b) => a + b;\n';
const write = (path: string, content: string) => call('write', { path, content });
const bash = (command: string) => call('bash', { command });
const claim = (did: string) => call('claim', { claim: 'done', did });

describe('the built-in brain against a server that speaks the Messages API', () => {
  it('init writes the plan and is refused once; run lies, is refused in the same conversation, mends it and lands', async () => {
    await using repo = await tempRepo({
      'package.json': '{ "name": "small", "type": "module" }\n',
      'src/product.js': 'export const product = (a, b) => a * b;\n',
      'test/product.test.js': sumTest.replaceAll('sum', 'product').replace('5)', '6)'),
    });
    const usage = { input_tokens: 1000, output_tokens: 200 };
    const files = plan([feature('F001', { title: 'Add two numbers', passes: true })]);
    await using server = await serve([
      {
        when: 'You prepare a repository',
        turns: [
          {
            say: [text('I look first.'), bash('node --test'), call('read', { path: 'package.json' })],
            usage,
          },
          { say: Object.entries(files).map(([path, content]) => write(path, content)), usage },
          { say: [claim('The plan.')], usage },
          {
            say: [call('edit', { path: 'feature-list.json', old: '"passes": true', new: '"passes": false' })],
            usage,
          },
          { say: [claim('The plan, mended.')], usage },
        ],
      },
      {
        when: 'F001: Add two numbers',
        turns: [
          {
            say: [bash('env; echo "key: $ANTHROPIC_API_KEY"'), call('read', { path: 'src/product.js' })],
            usage,
          },
          { say: [claim('It adds numbers.')], usage },
          { say: [write('test/sum.test.js', sumTest), write('src/sum.js', sum.replace('+', '-'))], usage },
          { say: [bash('node --test')], usage },
          { say: [call('edit', { path: 'src/sum.js', old: 'a - b', new: 'a + b' })], usage },
          {
            say: [
              call('claim', { claim: 'done', did: `It adds, with ${key}.`, learned: `The key is ${key}.` }),
            ],
            usage,
          },
        ],
      },
    ]);

    const init = await agentloop(repo.dir, ['init', 'a sum'], keyed(server));
    expect(init.code, init.err).toBe(0);
    expect(await repo.git('log', '--format=%s', 'main')).toBe('agentloop: the plan\nfirst');
    expect(await repo.git('log', '-1', '--format=%(trailers:key=Assisted-by,valueonly)')).toBe(
      `agentloop:${model}`,
    );
    expect(JSON.parse(await repo.git('show', 'main:feature-list.json'))).toMatchObject({
      features: [{ id: 'F001', passes: false }],
    });
    // The verdict is the answer to the open call of claim, in the very next message.
    expect(answerOf(server, 'The plan.')).toMatch(/plan\.passes/);

    const before = await sightOf(repo);
    const ran = await agentloop(repo.dir, ['run', '--name', 'night', '--max-cost', '5'], keyed(server));
    expect(ran.code, ran.err).toBe(0);
    expect(server.violations).toEqual([]);
    expect(server.unplayed()).toEqual([]);
    expect(answerOf(server, 'It adds numbers.')).toMatch(/proof\.missing/);
    expect(await repo.git('show', 'agentloop/night:src/sum.js')).toBe(sum.trim());
    expect(
      await repo.git('log', '-1', '--format=%(trailers:key=Assisted-by,valueonly)', 'agentloop/night'),
    ).toContain(model);
    expect(await sightOf(repo)).toEqual(before);

    // Six calls, by the table of prices.
    const usd = (6 * (1000 * price.input + 200 * price.output)) / 1e6;
    const status = JSON.parse((await agentloop(repo.dir, ['status', '--json'])).out);
    expect(status.spent.usd).toBeCloseTo(usd, 8);
    expect(status.spent.usage).toMatchObject({ inputTokens: 6000, outputTokens: 1200 });
    const report = await agentloop(repo.dir, ['report']);
    expect(report.out).toContain(`$${usd.toFixed(2)}`);

    const transcript = await readFile(join(runFolder(repo.dir), 'sessions', '1.jsonl'), 'utf8');
    expect(transcript).toContain('PATH=');
    expect(transcript).toContain('\\nkey:"');
    expect(transcript).not.toContain('ANTHROPIC_API_KEY=');
    expect(await whereIs(key, repo.dir)).toEqual([]);
    expect(`${init.out}${init.err}${ran.out}${ran.err}${report.out}`).not.toContain(key);
  });

  it('a rate limit, an overload and a stream that is cut cost time and nothing else', async () => {
    await using repo = await smallRepo({ red: true });
    const cut = { after: 3, how: 'cut' } as const;
    await using server = await serve([
      [{ status: 429, headers: { 'retry-after': '0' } }, { say: [write('src/sum.js', sum)] }],
      [{ status: 529 }, { say: [bash('node --test')] }],
      [{ say: [claim('never came whole')], fault: cut }, { say: [claim('It adds.')] }],
    ]);
    const ran = await agentloop(repo.dir, ['run', '--name', 'night'], keyed(server));
    expect(ran.code, ran.err).toBe(0);
    expect(server.violations).toEqual([]);
    expect(server.requests.map(({ turn, attempt }) => `${turn}.${attempt}`)).toEqual([
      '0.0',
      '0.1',
      '1.0',
      '1.1',
      '2.0',
      '2.1',
    ]);
    const events = await eventsOf(repo.dir, 'night');
    expect(events.filter(({ type }) => type === 'session.started')).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'claim.made')).toMatchObject([
      { handoff: { did: 'It adds.' } },
    ]);
  });

  it('a key the server does not take ends the run with exit 3 and what to do; no key at all, before anything is written', async () => {
    await using repo = await smallRepo({ red: true });
    await using server = await serve([{ status: 401 }]);
    const none = await agentloop(repo.dir, ['run'], { ANTHROPIC_BASE_URL: server.url });
    expect(none.code).toBe(3);
    expect(none.err).toContain('ANTHROPIC_API_KEY');
    expect(none.err).toContain('--brain');
    expect(existsSync(join(repo.dir, '.git', 'agentloop'))).toBe(false);
    expect(server.requests).toEqual([]);

    const ran = await agentloop(repo.dir, ['run', '--name', 'night'], keyed(server));
    expect(ran.code, ran.err).toBe(3);
    expect(server.requests).toHaveLength(1);
    expect(ran.err).toMatch(/401.*Check the key in\s+ANTHROPIC_API_KEY/s);
    expect(ran.err).not.toMatch(/\n\s+at |bug of ours/);
    expect((await eventsOf(repo.dir, 'night')).at(-1)).toMatchObject({
      type: 'run.stopped',
      reason: 'no-brain',
      code: 3,
    });
    expect(await whereIs(key, repo.dir)).toEqual([]);

    const init = await agentloop(repo.dir, ['init', '--force', 'a sum'], keyed(server));
    expect(init.code, init.err).toBe(3);
    expect(init.err).toMatch(/Check the key in\s+ANTHROPIC_API_KEY/);
  });

  it('a cap for sessions below the price of one call ends the run with what to do, and blocks nothing', async () => {
    await using repo = await smallRepo({ red: true });
    await using server = await serve([]);
    const ran = await agentloop(
      repo.dir,
      ['run', '--name', 'night', '--session-cost', '0.001'],
      keyed(server),
    );
    expect(ran.code, ran.err).toBe(3);
    expect(ran.err).toMatch(/a session may cost \$0\.001.*--session-cost/s);
    expect(server.requests).toEqual([]);
    const events = await eventsOf(repo.dir, 'night');
    expect(events.filter((event) => event.type === 'session.started')).toHaveLength(1);
    expect(events.some((event) => event.type === 'feature.blocked')).toBe(false);
  });

  it('--max-cost stops before the call that could pass it, blocks nothing, and more money goes on with the work', async () => {
    await using repo = await smallRepo({ red: true });
    // One call may cost its full answer; the first one costs most of the cap.
    const most = (32_000 * price.output) / 1e6;
    const cap = (most + 0.1).toFixed(2);
    const usage = { output_tokens: 20_000 };
    const turns = (last: readonly Turn[]): Turn[] => [
      { say: [write('src/half.js', 'export {};\n')], usage },
      ...last,
    ];
    await using server = await serve([
      {
        when: 'An earlier session worked on this feature',
        turns: [{ say: [bash('cat src/half.js'), write('src/sum.js', sum)] }, { say: [claim('It adds.')] }],
      },
      { when: 'F001: Add two numbers', turns: turns([{ say: [text('one call too many')] }]) },
    ]);
    const poor = await agentloop(repo.dir, ['run', '--name', 'night', '--max-cost', '0.01'], keyed(server));
    expect(poor.code, poor.err).toBe(11);
    expect(server.requests).toEqual([]);
    expect((await eventsOf(repo.dir, 'night')).at(-1)).toMatchObject({
      reason: 'max-cost',
      detail: expect.stringContaining('$0.01'),
    });

    const capped = await agentloop(repo.dir, ['run', '--max-cost', cap], keyed(server));
    expect(capped.code, capped.err).toBe(11);
    expect(server.requests).toHaveLength(1);
    const events = await eventsOf(repo.dir, 'night');
    expect(events.at(-1)).toMatchObject({ type: 'run.stopped', reason: 'max-cost' });
    expect(events.filter(({ type }) => type === 'feature.blocked')).toEqual([]);
    expect(capped.err).toMatch(/max-cost|cost cap/);

    const rich = await agentloop(repo.dir, ['run', '--max-cost', '5'], keyed(server));
    expect(rich.code, rich.err).toBe(0);
    expect(server.violations).toEqual([]);
    expect(server.unplayed()).toEqual(['F001: Add two numbers: turn 1']);
    expect(await repo.git('ls-tree', '--name-only', 'agentloop/night', 'src/')).toContain('src/half.js');
  });

  it('kill -9 during a command, then during a call: the same session goes on in its conversation, and every call is paid for', async () => {
    await using repo = await smallRepo({ red: true });
    await using server = await serve([
      { say: [write('src/half.js', 'export {};\n')] },
      { say: [bash('sleep 300')] },
      { say: [bash('ls src; rm src/half.js')] },
      [
        { say: [text('never comes whole')], fault: { after: 1, how: 'stall' } },
        { say: [write('src/sum.js', sum)] },
      ],
      { say: [claim('It adds.')] },
    ]);
    const killed = async (when: () => Promise<unknown>) => {
      const run = start(repo.dir, ['run', '--name', 'night'], keyed(server));
      await when();
      run.child.kill('SIGKILL');
      await run.done;
    };
    // That it was started, and not only asked for.
    await killed(() => untilTold(repo.dir, '"name":"bash","seq":'));
    await killed(() => expect.poll(() => server.requests.length, { timeout: 60_000 }).toBe(4));
    const sent = JSON.stringify(server.requests.at(-1)?.body.messages);
    expect(sent).toContain('It may have taken effect');
    expect(sent).toContain('half.js\\nproduct.js');

    const last = await agentloop(repo.dir, ['run'], keyed(server));
    expect(last.code, last.err).toBe(0);
    expect(server.violations).toEqual([]);
    expect(server.unplayed()).toEqual([]);
    const events = await eventsOf(repo.dir, 'night');
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter(({ type }) => type === 'session.started')).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'session.resumed')).toHaveLength(2);
    expect(events.filter(({ type }) => type === 'session.ended')).toMatchObject([{ outcome: 'landed' }]);
    const paid = events.flatMap((event) => (event.type === 'cost.updated' ? [event] : []));
    expect(paid.map(({ session }) => session)).toEqual([1, 1, 1, 1, 1, 1]);
    // Of the call that was cut short the least it can have cost is known: what was sent.
    expect(paid[3]?.usage.outputTokens).toBe(0);
    expect(paid[3]?.usd).toBeGreaterThan(0);
    expect(await repo.git('ls-tree', '--name-only', 'agentloop/night', 'src/')).toBe(
      'src/product.js\nsrc/sum.js',
    );
  });
});

/** What the claim with these words was answered, in the request after it. */
function answerOf(server: MessagesServer, did: string): string {
  for (const { body } of server.requests) {
    const at = body.messages.findIndex((message) => {
      const last = typeof message.content === 'string' ? undefined : message.content.at(-1);
      return last?.type === 'tool_use' && (last.input as { did?: string }).did === did;
    });
    const [asked, answer] = body.messages.slice(at, at + 2);
    if (at < 0 || typeof asked?.content === 'string' || typeof answer?.content === 'string') continue;
    const id = asked?.content.at(-1)?.id;
    const result = answer?.content.find((block) => block['tool_use_id'] === id);
    if (result) return JSON.stringify(result['content']);
  }
  return '';
}

/** Files and git objects of a repository and of our cache that hold a text. */
async function whereIs(needle: string, repo: string): Promise<string[]> {
  const found: string[] = [];
  for (const top of [repo, join(process.env['XDG_CACHE_HOME'] ?? '', 'agentloop')]) {
    for (const entry of await readdir(top, { recursive: true, withFileTypes: true }).catch(() => [])) {
      const file = join(entry.parentPath, entry.name);
      if (entry.isFile() && (await readFile(file)).includes(needle)) found.push(file);
    }
  }
  for (const folder of ['.git', '.git/agentloop/vault.git', '.git/agentloop/shelf.git']) {
    const { stdout } = await promisify(execFile)('git', ['cat-file', '--batch-all-objects', '--batch'], {
      cwd: join(repo, folder),
      encoding: 'latin1',
      maxBuffer: 64 * 1024 * 1024,
    });
    if (stdout.includes(needle)) found.push(`an object of ${folder}`);
  }
  return found;
}
