import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOutcome } from '../../src/brain/outcome.ts';
import { agentloop } from './cli.ts';

const top = join(import.meta.dirname, '..', '..');

let out: string;
let running: Session[];
beforeEach(async () => {
  out = await realpath(await mkdtemp(join(tmpdir(), 'mcp-')));
  running = [];
});
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await rm(out, { recursive: true, force: true });
});

interface Answer {
  readonly result?: {
    readonly tools?: readonly { readonly name: string; readonly annotations: object }[];
    readonly content?: readonly { readonly text: string }[];
    readonly isError?: boolean;
    readonly [key: string]: unknown;
  };
  readonly error?: { readonly code: number; readonly message: string };
}

interface Session {
  readonly child: ChildProcess;
  ask(method: string, params?: object): Promise<Answer>;
  /** The text of the answer, with "error: " in front of one. */
  call(name: string, input?: object): Promise<string>;
  /** Closes its stdin; gives its exit code. */
  end(): Promise<number | null>;
}

/** The real server in a session of this role, greeted as agent CLIs greet it. */
async function session(role = 'coder', protocolVersion = '2025-06-18'): Promise<Session> {
  const child = spawn(process.execPath, [join(top, 'bin/agentloop.cjs'), 'mcp'], {
    env: {
      AGENTLOOP_OUTCOME: join(out, 'outcome.json'),
      AGENTLOOP_ROLE: role,
      AGENTLOOP_FEATURE_FILE: join(out, 'feature.json'),
      AGENTLOOP_VERDICT_FILE: join(out, 'verdict.json'),
      AGENTLOOP_NOTES: join(out, 'notes.jsonl'),
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = JSON.parse(line) as Answer & { id: number };
    waiting.get(answer.id)?.(answer);
  });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  let last = 0;
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const made: Session = {
    child,
    ask(method, params = {}) {
      last += 1;
      const id = last;
      const answer = new Promise<Answer>((resolve) => waiting.set(id, resolve));
      send({ id, method, params });
      return answer;
    },
    async call(name, input = {}) {
      const { result, error } = await made.ask('tools/call', { name, arguments: input });
      if (error !== undefined) return `protocol error: ${error.message}`;
      return `${result?.isError ? 'error: ' : ''}${result?.content?.[0]?.text}`;
    },
    end() {
      child.stdin.end();
      return ended;
    },
  };
  running.push(made);
  const clientInfo = { name: 'test', version: '1' };
  const { result } = await made.ask('initialize', { protocolVersion, capabilities: {}, clientInfo });
  expect(result).toMatchObject({
    protocolVersion,
    serverInfo: { name: 'agentloop' },
    capabilities: { tools: {} },
  });
  send({ method: 'notifications/initialized' });
  return made;
}

const outcome = async () => {
  const read = await readOutcome(join(out, 'outcome.json'));
  return read.kind === 'read' ? read.outcome : read;
};
const names = async (one: Session) =>
  ((await one.ask('tools/list')).result?.tools ?? []).map(({ name }) => name);

describe('the server that a brain claims through', () => {
  it.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])('speaks protocol %s', async (version) => {
    const one = await session('coder', version);
    expect(await names(one)).toEqual(['claim', 'ask_human', 'note', 'feature', 'last_verdict']);
    expect(await one.end()).toBe(0);
  });

  it('offers each role what leads somewhere in it', async () => {
    expect(await names(await session('evaluator'))).toEqual(['opinion', 'feature']);
    expect(await names(await session('examiner'))).toEqual(['claim', 'feature', 'last_verdict']);
    expect(await names(await session('initializer'))).toEqual(['claim', 'ask_human', 'last_verdict']);
  });

  it('says of every tool that it does no harm: nobody is there to be asked', async () => {
    const { result } = await (await session()).ask('tools/list');
    for (const { annotations } of result?.tools ?? [])
      expect(annotations).toMatchObject({ destructiveHint: false, openWorldHint: false });
  });

  it('takes a claim; the last one counts, and a question beats what was claimed before it', async () => {
    const one = await session();
    expect(await one.call('claim', { claim: 'partial', did: 'half', question: null })).toContain(
      'Claimed: partial.',
    );
    expect(await outcome()).toEqual({ claim: 'partial', did: 'half' });
    await one.call('claim', { claim: 'done', did: 'all', learned: 'TZ matters', next: 'nothing' });
    expect(await outcome()).toEqual({ claim: 'done', did: 'all', learned: 'TZ matters', next: 'nothing' });
    expect(await one.call('ask_human', { question: 'Which port?' })).toContain('waits for a person');
    expect(await outcome()).toEqual({ claim: 'needs-human', question: 'Which port?' });
    expect(await readdir(out)).toEqual(['outcome.json']);
  });

  it('does calls that come together in their order', async () => {
    const one = await session();
    await Promise.all([
      ...Array.from({ length: 20 }, (_, n) => one.call('claim', { claim: 'done', did: `${n}` })),
      one.call('ask_human', { question: 'Really?' }),
    ]);
    expect(await outcome()).toEqual({ claim: 'needs-human', question: 'Really?' });
  });

  it('takes an opinion of an evaluator, and none without a reason', async () => {
    const one = await session('evaluator');
    expect(await one.call('opinion', { opinion: 'object' })).toMatch(/^error: .*a sentence for each reason/);
    expect(await outcome()).toEqual({ kind: 'none' });
    await one.call('opinion', { opinion: 'object', reasons: ['src/add.js:2 returns 5 for every input.'] });
    expect(await outcome()).toMatchObject({
      opinion: 'object',
      reasons: ['src/add.js:2 returns 5 for every input.'],
    });
    await one.call('opinion', { opinion: 'no-objection' });
    expect(await outcome()).toMatchObject({ opinion: 'no-objection' });
  });

  it('answers what it cannot use with what to do instead, and claims nothing', async () => {
    const one = await session();
    expect(await one.call('claim', { claim: 'finished' })).toMatch(
      /^error: .*expected one of "done"\|"partial".*Nothing was done/,
    );
    expect(await one.call('claim', { claim: 'needs-human' })).toMatch(/^error: needs-human needs "question"/);
    expect(await one.call('claim', { claim: 'done', done: true })).toMatch(
      /^error: .*It takes \{claim, did\?/,
    );
    expect(await one.call('ask_human', { question: '  ' })).toMatch(/^error: The question is empty/);
    expect(await one.call('ask_human')).toMatch(/^error: .*"question"/);
    expect(await one.call('note', { text: 'x'.repeat(501) })).toMatch(
      /^error: .*at most 500 characters, this one has 501/,
    );
    expect(await one.call('finish')).toBe(
      'protocol error: There is no tool "finish" here. There are: claim, ask_human, note, feature, last_verdict.',
    );
    expect(await readdir(out)).toEqual([]);
  });

  it('shows the feature and the last refusal, and says where there is none', async () => {
    const one = await session();
    expect(await one.call('feature')).toContain('no feature in this session');
    expect(await one.call('last_verdict')).toContain('No claim of this session was refused');
    await writeFile(join(out, 'feature.json'), '{ "id": "F001" }');
    await writeFile(
      join(out, 'verdict.json'),
      '{ "round": 1, "reasons": [], "text": "Refused: it adds wrong." }',
    );
    expect(await one.call('feature')).toBe('{ "id": "F001" }');
    expect(await one.call('last_verdict')).toBe('Refused: it adds wrong.');
  });

  it('follows no link and reads no file without end', async () => {
    const one = await session();
    await writeFile(join(out, 'victim'), 'mine');
    for (const name of ['outcome.json', 'notes.jsonl', 'feature.json'])
      await symlink(join(out, 'victim'), join(out, name));
    await symlink('/dev/zero', join(out, 'verdict.json'));
    expect(await one.call('note', { text: 'x' })).toMatch(/^error: The note could not be written/);
    expect(await one.call('feature')).toMatch(/^error: .*it is a symbolic link/);
    expect(await one.call('last_verdict')).toMatch(/^error: .*it is a symbolic link/);
    await one.call('claim', { claim: 'stuck' });
    expect(await outcome()).toEqual({ claim: 'stuck' });
    expect(await readFile(join(out, 'victim'), 'utf8')).toBe('mine');
  });

  it('ends when its client does, also in the middle of a line', async () => {
    const one = await session();
    one.child.stdin?.write('{"jsonrpc":"2.0","id":99,"meth');
    expect(await one.end()).toBe(0);
  });

  it('tells a person who calls it what it is for: exit 2', async () => {
    const ran = await agentloop(out, ['mcp']);
    expect(ran.code).toBe(2);
    expect(ran.out).toBe('');
    expect(ran.err).toMatch(
      /there is no session here \(AGENTLOOP_OUTCOME is not set\)\.\n {2}.*agentloop brains\n$/,
    );
  });
});
