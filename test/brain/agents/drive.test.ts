import { mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Assignment, BrainEvent } from '../../../src/brain/brain.ts';
import type { BrainDeps } from '../../../src/brain/make-brain.ts';
import { type PlainWorkspace, plainWorkspace } from '../../helpers/plain-workspace.ts';
import { assignmentIn, eventsOf, refusal } from '../assignment.ts';
import { agentIn, install } from './stand-ins.ts';

let folder: string;
let workspace: PlainWorkspace;
let assignment: Assignment;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'agents-')));
  workspace = await plainWorkspace({ 'README.md': 'hello\n' });
  assignment = await assignmentIn(workspace, folder);
});
afterEach(async () => {
  await assignment.transcript.close();
  await workspace[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** A program that does this, then ends as claude does when all is well. */
const claudeThat = (script: string, words = 'Done.') => ({
  program: `#!/bin/sh
echo '{"type":"system","subtype":"init","session_id":"s-1"}'
${script}
printf '%s\\n' '{"type":"result","subtype":"success","is_error":false,"total_cost_usd":0.5,"result":${JSON.stringify(words)}}'
`,
});
const put = async (file: string, content: string): Promise<void> => {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), content);
};
const claude = async (script: string, change: Partial<BrainDeps> = {}, words?: string) => {
  await install('claude', folder, claudeThat(script, words));
  return await agentIn(folder, 'claude', change);
};
const end = (events: readonly BrainEvent[]) => events.at(-1);

describe('what the program is given', () => {
  test('the brief on stdin; after a refusal the reasons alone, in the same conversation', async () => {
    const mine = await claude('cat > "stdin-$#.txt"; echo "$@" > "words-$#.txt"');
    await eventsOf(mine, assignment);
    await eventsOf(mine, { ...assignment, refusal: refusal(1, 'Refusal 1: no.') });
    const files = (await workspace.exec('ls stdin-*', { timeoutMs: 5000 })).output.trim().split('\n');
    expect(files).toHaveLength(2);
    const [first = '', second = ''] = files;
    expect(await workspace.read(first)).toBe(assignment.brief);
    expect(await workspace.read(second)).toBe('Refusal 1: no.');
    expect(await workspace.read(second.replace('stdin', 'words'))).toContain('--resume s-1');
  });

  test('where the conversation is gone: a fresh one in the same round, with reasons and brief', async () => {
    await install('claude', folder, {
      rounds: [{ claim: { claim: 'done' } }, { claim: { claim: 'partial' } }],
    });
    const mine = await agentIn(folder, 'claude');
    await eventsOf(mine, assignment);
    await workspace.exec('rm "$HOME/conversation.json"', { timeoutMs: 5000 });
    const events = await eventsOf(mine, { ...assignment, refusal: refusal(1, 'Refusal 1: no.') });
    expect(end(events)).toMatchObject({ type: 'finished', claim: 'partial' });
    const started = assignment.transcript.entries.filter(({ type }) => type === 'agent.started');
    expect(started.map(({ brief }) => brief)).toEqual([
      assignment.brief,
      'Refusal 1: no.',
      `Refusal 1: no.\n\n---\n\n${assignment.brief}`,
    ]);
  });

  test('its own key and login and what is passed on; nothing of the others, and nothing of a forge', async () => {
    await put('home/.claude/.credentials.json', '{"token":"login"}\n');
    await put('home/.codex/auth.json', '{}');
    await put('home/.config/mine', 'mine\n');
    const env = { ANTHROPIC_API_KEY: 'k-1', OPENAI_API_KEY: 'k-2', GITHUB_TOKEN: 'k-3', MY_ENV: 'k-4' };
    const script = [
      'env > env.txt; cp "$HOME/.claude/.credentials.json" login.txt; cat "$HOME/.config/mine" > mine.txt',
      '[ -e "$HOME/.codex" ] && touch other.txt; echo new > "$HOME/.claude/.credentials.json"',
    ].join('\n');
    const mine = await claude(script, { env, passEnv: { MY_ENV: 'k-4' }, passHome: ['.config/mine'] });
    expect(end(await eventsOf(mine, assignment))).toMatchObject({ type: 'finished' });
    const seen = await workspace.read('env.txt');
    expect(seen).toMatch(/^ANTHROPIC_API_KEY=k-1$/m);
    expect(seen).toMatch(/^MY_ENV=k-4$/m);
    expect(seen).not.toMatch(/k-2|k-3/);
    expect(await workspace.read('login.txt')).toBe('{"token":"login"}\n');
    expect(await workspace.read('mine.txt')).toBe('mine\n');
    await expect(workspace.read('other.txt')).rejects.toThrow('ENOENT');
    // What it makes of its login is its own copy.
    expect(await readFile(join(folder, 'home/.claude/.credentials.json'), 'utf8')).toBe(
      '{"token":"login"}\n',
    );
    expect(mine.needs?.readOnly.slice(0, 3)).toEqual([
      join(folder, 'bin/claude'),
      join(folder, 'home/.claude/.credentials.json'),
      join(folder, 'home/.config/mine'),
    ]);
  });

  test('the feature and the last verdict as files, for our tools', async () => {
    const mine = await claude('cat "$AGENTLOOP_FEATURE_FILE" "$AGENTLOOP_VERDICT_FILE" > files.txt');
    await eventsOf(mine, { ...assignment, refusal: refusal(1, 'Refusal 1: no.') });
    const files = await workspace.read('files.txt');
    expect(files).toContain('"id": "F001"');
    expect(files).toContain('"text": "Refusal 1: no."');
  });
});

describe('what the program says', () => {
  test('the outcome file counts before its last words', async () => {
    const mine = await claude(`echo '{"claim":"stuck"}' > "$AGENTLOOP_OUTCOME"`, {}, '{"claim":"done"}');
    expect(end(await eventsOf(mine, assignment))).toMatchObject({ type: 'finished', claim: 'stuck' });
  });

  test('an outcome that nobody can read is a crash, unless its last words say it', async () => {
    const broken = 'echo nonsense > "$AGENTLOOP_OUTCOME"';
    expect(end(await eventsOf(await claude(broken), assignment))).toMatchObject({
      failure: { kind: 'crashed' },
    });
    const said = await claude(broken, {}, '{"claim":"partial"}');
    expect(end(await eventsOf(said, assignment))).toMatchObject({ claim: 'partial' });
  });

  test('an evaluator gives its opinion in its last words', async () => {
    const words = 'I looked.\n\n{"opinion":"object","reasons":["a.js:1 is wrong"]}';
    const events = await eventsOf(await claude('', {}, words), {
      ...assignment,
      role: 'evaluator',
      hands: 'read-only',
    });
    expect(end(events)).toMatchObject({ opinion: { says: 'object', reasons: ['a.js:1 is wrong'] } });
  });

  test('what it noted is learned, too', async () => {
    const notes = `printf '%s\\n' '{"text":"tabs"}' '{"text":"slow tests"}' >> "$AGENTLOOP_NOTES"`;
    const mine = await claude(notes, {}, '{"claim":"done","learned":"more"}');
    expect(end(await eventsOf(mine, assignment))).toMatchObject({
      handoff: { learned: 'more\ntabs\nslow tests' },
    });
  });

  test('messages as long as a megabyte are understood, and cut in the transcript', async () => {
    const long = 'x'.repeat(1_000_000);
    const mine = await claude('', {}, `${long}\n{"claim":"partial"}`);
    expect(end(await eventsOf(mine, assignment))).toMatchObject({ claim: 'partial' });
    expect((await stat(assignment.transcript.file)).size).toBeLessThan(20_000);
  });

  test('lines that are no JSON are kept as they are, and tell why it ended', async () => {
    await install('claude', folder, { program: '#!/bin/sh\necho "Error: no such option" >&2\nexit 2\n' });
    const events = await eventsOf(await agentIn(folder, 'claude'), assignment);
    expect(end(events)).toMatchObject({
      failure: { kind: 'crashed', reason: 'claude ended with exit code 2: Error: no such option.' },
    });
    expect(assignment.transcript.entries.map(({ type, text }) => [type, text])).toContainEqual([
      'agent.printed',
      'Error: no such option',
    ]);
  });
});

describe('how far it may go', () => {
  const turn = (id: string) =>
    `echo '{"type":"assistant","message":{"id":"${id}","model":"m","content":[{"type":"tool_use","name":"Bash","input":{}}]}}'`;

  test('too many calls of the model end it, over all rounds of a session', async () => {
    const mine = await claude(`${turn('a')}; ${turn('b')}`);
    const limits = { ...assignment.limits, turns: 3 };
    expect(end(await eventsOf(mine, { ...assignment, limits }))).toMatchObject({ type: 'finished' });
    const again = await claude(`${turn('c')}; ${turn('d')}; exec sleep 300`);
    const more = { ...assignment, limits, refusal: refusal(1, 'Refusal 1: no.') };
    expect(end(await eventsOf(again, more))).toMatchObject({
      failure: { kind: 'over-limit', reason: 'The session has had its 3 calls of the model.' },
    });
    expect(workspace.commands.at(-1)).toContain('--max-turns 1 ');
  });

  test('too many calls of tools end it', async () => {
    const mine = await claude(`${turn('a')}; ${turn('b')}; exec sleep 300`);
    const limits = { ...assignment.limits, toolCalls: 1 };
    expect(end(await eventsOf(mine, { ...assignment, limits }))).toMatchObject({
      failure: { kind: 'over-limit', reason: 'The session has had its 1 calls of tools.' },
    });
  });

  test('of what is left of a cap it is told what it may spend before its last call', async () => {
    const asked: (number | null)[] = [];
    const mayspend = (usd: number | null) => {
      asked.push(usd);
      return undefined;
    };
    const mine = await claude('echo "$@" > words.txt; env > env.txt');
    expect(mine.pricing).toBe('known');
    await eventsOf(mine, { ...assignment, mayspend, usdLeft: () => 5 });
    // 200,000 tokens into the cache for an hour and 32,000 out of the model.
    expect(asked[0]).toBeCloseTo(1.68);
    expect(await workspace.read('words.txt')).toContain('--max-budget-usd 3.3200');
    expect(await workspace.read('env.txt')).toContain('CLAUDE_CODE_DISABLE_1M_CONTEXT=1');
    await eventsOf(mine, assignment);
    expect(await workspace.read('words.txt')).not.toContain('--max-budget-usd');
  });

  test('a model without a price is not known beforehand', async () => {
    expect((await claude('', { model: 'my-model' })).pricing).toBe('unknown');
    await install('codex', folder, { rounds: [] });
    expect((await agentIn(folder, 'codex')).pricing).toBe('unknown');
  });

  test('codex is ended when what it reports has used up the cap, while it works', async () => {
    const count = JSON.stringify({
      type: 'event_msg',
      payload: { type: 'token_count', info: { total_token_usage: { input_tokens: 9, output_tokens: 1 } } },
    });
    const file = '"$HOME/.codex/sessions/2026/11/20/rollout-1.jsonl"';
    const program = `#!/bin/sh
mkdir -p "$(dirname ${file})"; echo '${count}' > ${file}
echo '{"type":"thread.started","thread_id":"t-1"}'
exec sleep 300
`;
    await install('codex', folder, { program });
    let spent = 0;
    const mayspend = () => (spent === 0 ? undefined : 'all is spent');
    const events: BrainEvent[] = [];
    const mine = await agentIn(folder, 'codex');
    for await (const event of mine.work({ ...assignment, mayspend }, new AbortController().signal)) {
      if (event.type === 'spent') spent += event.usage.inputTokens;
      events.push(event);
    }
    expect(spent).toBe(9);
    expect(end(events)).toEqual({ type: 'failed', failure: { kind: 'over-limit', reason: 'all is spent' } });
  });
});
