import { execFile, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TempRepo } from '../helpers/repo.ts';
import { agentloop, eventsOf, type Ran, runFolder, start } from './cli.ts';
import { type ScriptFile, scriptFile } from './script-file.ts';
import { feature, honest, smallRepo } from './small-repo.ts';

const bin = join(import.meta.dirname, '..', '..', 'bin', 'agentloop.cjs');
const esc = '\u001b';

/** A lie, a refusal, then honest work. */
const lieFirst = `command:if grep -q proof.missing "$AGENTLOOP_BRIEF"; then ${honest}; fi`;

let repo: TempRepo;
let ran: Ran;
beforeAll(async () => {
  repo = await smallRepo({ red: true });
  ran = await agentloop(repo.dir, ['run', '--name', 'night', '--brain', lieFirst, '--output', 'ndjson']);
});
afterAll(() => repo.remove());

const ledger = () => readFile(join(runFolder(repo.dir), 'events.jsonl'), 'utf8');

describe('a run that is over', () => {
  it('--output ndjson printed exactly the lines of the ledger, from the first on, and nothing else', async () => {
    expect(ran.code, ran.err).toBe(0);
    expect(ran.out).toBe(await ledger());
    expect(ran.err).toBe('');
    expect(JSON.parse(ran.out.split('\n')[0] ?? '')).toMatchObject({ seq: 1, type: 'run.started' });
  });

  it('events prints the same, --since is exclusive', async () => {
    const all = await agentloop(repo.dir, ['events', 'night']);
    expect([all.code, all.out]).toEqual([0, await ledger()]);
    const some = await agentloop(repo.dir, ['events', '--since', '3']);
    expect(some.out).toBe((await ledger()).split('\n').slice(3).join('\n'));
  });

  it('status --json is one object with the state of the run; status has colours only where they are wanted', async () => {
    const { out, code } = await agentloop(repo.dir, ['status', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      run: 'night',
      alive: false,
      stopped: { reason: 'complete', code: 0 },
      counts: { features: 1, pass: 1, sessions: 1 },
      features: [{ id: 'F001', is: 'passes' }],
      next: 'agentloop report',
    });
    const forced = await agentloop(repo.dir, ['status'], { FORCE_COLOR: '1' });
    expect(forced.out).toContain(`${esc}[`);
    const plain = await agentloop(repo.dir, ['status'], { FORCE_COLOR: '1', NO_COLOR: '1' });
    expect(plain.out).not.toContain(esc);
    expect(plain.out.split('\n')[0]).toMatch(/finished, 1 of 1 feature pass.*; next: agentloop report$/);
    expect((await agentloop(repo.dir, [])).out.split('\n')[0]).toBe(plain.out.split('\n')[0]);
  });

  it('the report names what was refused and why, what landed and by which proof, and how to take it', async () => {
    const { out } = await agentloop(repo.dir, ['report']);
    const part = (title: string) => out.split(/^## /m).find((text) => text.startsWith(title)) ?? '';
    expect(part('Refused')).toMatch(/F001.*1 time\n.*session 1, `proof\.missing`: /);
    expect(part('Landed')).toMatch(/\*\*F001\*\* Add two numbers\n.*two and three.*refused 1 time before/);
    expect(out).toContain('git merge agentloop/night');
    const json = JSON.parse((await agentloop(repo.dir, ['report', '--format', 'json'])).out);
    expect(json).toMatchObject({
      exitCode: 0,
      refused: 1,
      refusals: [{ feature: 'F001', reasons: [{ code: 'proof.missing' }] }],
    });
    expect(json).toMatchObject(JSON.parse(await readFile(join(runFolder(repo.dir), 'result.json'), 'utf8')));
  });
});

describe('a run that goes on', () => {
  const writes = { write: { path: 'src/sum.js', content: 'export const sum = (a, b) => a + b;\n' } };
  let script: ScriptFile;
  beforeAll(async () => {
    script = await scriptFile([{ steps: [{ wait: { file: 'go' } }, writes] }]);
  });
  afterAll(() => script[Symbol.asyncDispose]());

  it('events --follow tells each event as it is written, and ends with the signal', async () => {
    await using other = await smallRepo({ red: true });
    const run = start(other.dir, ['run', '--name', 'night', '--brain', script.brain]);
    await run.shows(/session 1\)/);
    const follower = start(other.dir, ['events', '--follow', '--since', '1']);
    await follower.shows(/"type":"session\.started"/);
    await writeFile(join(script.folder, 'go'), '');
    await follower.shows(/"type":"run\.stopped"/);
    expect((await run.done).code).toBe(0);
    follower.child.kill('SIGINT');
    const followed = await follower.done;
    expect([followed.code, followed.err]).toEqual([0, '']);
    const text = await readFile(join(runFolder(other.dir), 'events.jsonl'), 'utf8');
    expect(followed.out).toBe(text.split('\n').slice(1).join('\n'));
  });

  it('plain lines on stderr when nobody looks, without an escape code; quiet says only how it ended', async () => {
    await using other = await smallRepo({
      red: true,
      features: [feature('F001'), feature('F002', { proof: 'command', verify: 'test -f two' })],
    });
    const brain = `command:printf '\\033[31mred\\033[0m\\n'; [ $AGENTLOOP_FEATURE = F002 ] && touch two; ${honest}`;
    const plain = await agentloop(other.dir, [
      'run',
      '--name',
      'night',
      '--brain',
      brain,
      '--max-sessions',
      '1',
    ]);
    expect(plain.code, plain.err).toBe(10);
    expect(plain.out).toBe('');
    expect(plain.err).toMatch(
      /▷ run night starts on main[\s\S]*▷ F001[\s\S]*✓ F001 landed[\s\S]*max-sessions.*exit 10/,
    );
    expect(plain.err).not.toContain(esc);
    const quiet = await agentloop(other.dir, [
      'run',
      '--brain',
      brain,
      '--max-sessions',
      '2',
      '--output',
      'quiet',
    ]);
    expect([quiet.code, quiet.out]).toEqual([0, '']);
    expect(quiet.err).toMatch(/^[^\n]*finished, 2 of 2 features pass[^\n]*\n$/);
  });

  it('a reader of ndjson that goes away costs it its output and the run nothing', async () => {
    await using other = await smallRepo({ red: true });
    const line = `"${process.execPath}" "${bin}" run --name night --output ndjson --brain "$BRAIN" | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const env = { ...process.env, BRAIN: lieFirst };
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', line], { cwd: other.dir, env });
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('0');
    expect(stderr).toBe('');
    expect((await eventsOf(other.dir, 'night')).at(-1)).toMatchObject({
      type: 'run.stopped',
      reason: 'complete',
    });
  });

  const terminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;
  it.skipIf(!terminal)(
    'on a terminal a footer lives below the lines: no other screen, the cursor comes back, all lines stay',
    async () => {
      await using other = await smallRepo({ red: true });
      const line = `stty cols 120; "${process.execPath}" "${bin}" run --name night --brain "$BRAIN" --max-sessions 9`;
      const { stdout } = await promisify(execFile)('script', ['-qec', line, '/dev/null'], {
        cwd: other.dir,
        env: { ...process.env, BRAIN: lieFirst, TERM: 'xterm-256color', CI: '' },
      });
      expect(stdout).toContain(`${esc}[?25l`);
      expect(stdout.lastIndexOf(`${esc}[?25h`)).toBeGreaterThan(stdout.lastIndexOf(`${esc}[?25l`));
      expect(stdout).not.toContain(`${esc}[?1049h`);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what it is about
      const bare = stdout.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');
      for (const words of [
        'run night starts on main',
        'F001 refused',
        'F001 landed',
        'finished, 1 of 1 feature pass',
      ])
        expect(bare).toContain(words);
      expect(bare).toMatch(/session 1.*0\/1|0\/1.*session 1|F001.*session 1/);
    },
  );
});
