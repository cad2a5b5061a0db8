import { chmod, mkdir, mkdtemp, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Assignment, BrainEvent } from '../../src/brain/brain.ts';
import { type CommandDeps, commandBrain } from '../../src/brain/command.ts';
import { mcpServer } from '../../src/brain/mcp/how-to-start.ts';
import { UserError } from '../../src/errors.ts';
import { type PlainWorkspace, plainWorkspace } from '../helpers/plain-workspace.ts';
import { assignmentIn, eventsOf, refusal } from './assignment.ts';

let caller: string;
let workspace: PlainWorkspace;
let assignment: Assignment;

beforeEach(async () => {
  caller = await realpath(await mkdtemp(join(tmpdir(), 'caller-')));
  workspace = await plainWorkspace({ 'README.md': 'hello\n' });
  assignment = await assignmentIn(workspace, caller);
});
afterEach(async () => {
  await assignment.transcript.close();
  await workspace[Symbol.asyncDispose]();
  await rm(caller, { recursive: true, force: true });
});

const brain = (line: string, deps: Partial<CommandDeps> = {}) =>
  commandBrain(line, {
    cwdOfCaller: caller,
    home: caller,
    passEnv: {},
    passHome: [],
    forbidden: [],
    now: Date.now,
    ...deps,
  });

async function put(file: string, content: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(join(caller, file)), { recursive: true });
  await writeFile(join(caller, file), content);
  await chmod(join(caller, file), mode);
}

const end = (events: readonly BrainEvent[]) => events.at(-1);

describe('what the program is given', () => {
  test('the brief on stdin up to its end, and again in a file outside the worktree', async () => {
    await eventsOf(
      brain('cat > stdin.txt && cp "$AGENTLOOP_BRIEF" brief.txt && dirname "$AGENTLOOP_BRIEF" > where'),
      assignment,
    );
    expect(await workspace.read('stdin.txt')).toBe(assignment.brief);
    expect(await workspace.read('brief.txt')).toBe(assignment.brief);
    expect(await workspace.read('where')).toBe(`${workspace.out.inside}\n`);
  });

  test('a brief larger than a pipe holds is no trouble for a program that does not read it', async () => {
    const events = await eventsOf(brain('true'), { ...assignment, brief: 'x'.repeat(300_000) });
    expect(end(events)).toMatchObject({ type: 'finished', claim: 'done' });
  });

  test('its names in the environment, beside what the user passes on; ours cannot be replaced', async () => {
    const passEnv = { MY_KEY: 'k-1', AGENTLOOP_SESSION: '99' };
    await eventsOf(brain('env > env.txt', { passEnv }), { ...assignment, session: 7 });
    const env = (await workspace.read('env.txt')).split('\n');
    expect(env).toEqual(
      expect.arrayContaining([
        `AGENTLOOP_BRIEF=${workspace.out.inside}/brief.md`,
        `AGENTLOOP_OUTCOME=${workspace.out.inside}/outcome.json`,
        'AGENTLOOP_FEATURE=F001',
        'AGENTLOOP_ROLE=coder',
        'AGENTLOOP_SESSION=7',
        'AGENTLOOP_RUN_ID=calm-otter',
        'MY_KEY=k-1',
      ]),
    );
  });

  test('an empty feature for the initializer, so that a shell that is strict about names goes on', async () => {
    const { feature: _, ...without } = assignment;
    await eventsOf(brain('set -u; echo "[$AGENTLOOP_FEATURE]" > feature.txt'), {
      ...without,
      role: 'initializer',
    });
    expect(await workspace.read('feature.txt')).toBe('[]\n');
  });

  test('its own file from where the caller stands, not the one of the same name in the workspace', async () => {
    await put('my agent.sh', '#!/bin/sh\necho mine > who.txt\n', 0o755);
    await writeFile(join(workspace.path, 'my agent.sh'), '#!/bin/sh\necho theirs > who.txt\n', {
      mode: 0o755,
    });
    const mine = brain("'./my agent.sh'");
    await eventsOf(mine, assignment);
    expect(await workspace.read('who.txt')).toBe('mine\n');
    expect(mine.needs?.readOnly).toEqual([join(caller, 'my agent.sh'), ...mcpServer().readOnly]);
  });

  test('what it may read of the home, at its own place and below its HOME', async () => {
    await put('home/.config/my agent/key', 'login\n');
    const home = join(caller, 'home');
    const mine = brain('cat "$HOME/.config/my agent/key" > key.txt', {
      home,
      passHome: ['.config/my agent'],
    });
    expect(mine.needs?.readOnly).toEqual([join(home, '.config/my agent'), ...mcpServer().readOnly]);
    // Twice: the second time the link is there already.
    expect(end(await eventsOf(mine, assignment))).toMatchObject({ type: 'finished' });
    expect(end(await eventsOf(mine, assignment))).toMatchObject({ type: 'finished' });
    expect(await workspace.read('key.txt')).toBe('login\n');
  });

  test('where HOME is the user’s own, nothing in it is touched', async () => {
    await put('home/.login', 'login\n');
    const home = join(caller, 'home');
    const mine = brain('cat "$HOME/.login" > key.txt', {
      home,
      passHome: ['.login'],
      passEnv: { HOME: home },
    });
    await eventsOf(mine, assignment);
    expect(await workspace.read('key.txt')).toBe('login\n');
    expect(await readFile(join(home, '.login'), 'utf8')).toBe('login\n');
  });

  test('a part of the home that must stay hidden is refused before anything starts', () => {
    expect(() => brain('true', { passHome: ['.'] })).toThrow(UserError);
  });
});

describe('what the program says', () => {
  test('an outcome of an earlier round counts no more', async () => {
    await put(
      'agent.sh',
      'test -e said || echo \'{"claim":"partial"}\' > "$AGENTLOOP_OUTCOME"; touch said\n',
    );
    const mine = brain('sh ./agent.sh');
    expect(end(await eventsOf(mine, assignment))).toMatchObject({ claim: 'partial' });
    expect(end(await eventsOf(mine, assignment))).toMatchObject({ claim: 'done' });
  });

  test('links and folders a round left in place of brief and outcome are not followed', async () => {
    await put('victim.txt', 'precious\n');
    const trap = `ln -sfn ${caller}/victim.txt "$AGENTLOOP_BRIEF"; mkdir -p "$AGENTLOOP_OUTCOME/deep"`;
    const first = await eventsOf(brain(trap), assignment);
    expect(end(first)).toMatchObject({
      failure: { kind: 'crashed', reason: expect.stringContaining('not a regular file') },
    });
    const second = await eventsOf(brain('cat "$AGENTLOOP_BRIEF" > brief.txt'), assignment);
    expect(end(second)).toMatchObject({ type: 'finished', claim: 'done' });
    expect(await readFile(join(caller, 'victim.txt'), 'utf8')).toBe('precious\n');
    expect(await workspace.read('brief.txt')).toBe(assignment.brief);
  });

  test('a shared folder that was replaced is told, and nothing is written where it leads', async () => {
    await mkdir(join(caller, 'elsewhere'));
    await rm(workspace.out.path, { recursive: true });
    await symlink(join(caller, 'elsewhere'), workspace.out.path);
    const events = await eventsOf(brain('true'), assignment);
    expect(end(events)).toMatchObject({
      failure: { kind: 'crashed', reason: expect.stringContaining('was replaced') },
    });
    await expect(stat(join(caller, 'elsewhere/brief.md'))).rejects.toThrow('ENOENT');
  });

  test('after a refusal it is run again in the same workspace with the reasons above the brief', async () => {
    await put('agent.sh', 'cat > "brief-$(ls | wc -l).txt"\n');
    const mine = brain('sh ./agent.sh');
    await eventsOf(mine, assignment);
    await eventsOf(mine, {
      ...assignment,
      refusal: refusal(1, '# Refused\n\nThe test "adds" fails.\n'),
    });
    expect(await workspace.read('brief-1.txt')).toBe(assignment.brief);
    expect(await workspace.read('brief-2.txt')).toBe(
      `# Refused\n\nThe test "adds" fails.\n\n---\n\n${assignment.brief}`,
    );
  });

  test('its cost counts even when it fails, its claim does not', async () => {
    const say = `echo '{"claim":"done","usage":{"costUsd":0.5,"inputTokens":9}}' > "$AGENTLOOP_OUTCOME"`;
    const events = await eventsOf(brain(`${say}; exit 3`), assignment);
    expect(events).toMatchObject([
      { type: 'spent', usd: 0.5, usage: { inputTokens: 9 } },
      { type: 'failed', failure: { kind: 'crashed' } },
    ]);
  });

  test('a program that does not exist stops the run: it will not be there next time either', async () => {
    const events = await eventsOf(brain('./no-such-agent'), assignment);
    expect(end(events)).toMatchObject({
      failure: { kind: 'fatal', reason: expect.stringContaining('no-such-agent') },
    });
  });

  test('silence ends it', async () => {
    const limits = { ...assignment.limits, idleMs: 200 };
    const events = await eventsOf(brain('echo first; sleep 60'), { ...assignment, limits });
    expect(end(events)).toMatchObject({
      failure: {
        kind: 'over-limit',
        reason: '`echo first; sleep 60` was ended: it printed nothing for 0.2 s.',
      },
    });
  });

  test('a session whose time is over already runs nothing', async () => {
    const limits = { ...assignment.limits, deadline: Date.now() - 1 };
    const events = await eventsOf(brain('touch ran'), { ...assignment, limits });
    expect(events).toEqual([
      { type: 'failed', failure: { kind: 'over-limit', reason: 'The time of the session is over.' } },
    ]);
    expect(workspace.commands).toEqual([]);
  });
});

test('an abort before it starts runs nothing', async () => {
  const events = await eventsOf(brain('touch ran'), assignment, AbortSignal.abort());
  expect(events).toMatchObject([{ type: 'failed', failure: { kind: 'interrupted' } }]);
  expect(workspace.commands).toEqual([]);
});

describe('what it prints', () => {
  const entries = (type: string) => assignment.transcript.entries.filter((entry) => entry.type === type);

  test('stands in the transcript line by line, between its start and its end', async () => {
    await eventsOf(brain('echo one; echo two >&2; printf three; exit 4'), assignment);
    const types = assignment.transcript.entries.map((entry) => entry.type);
    expect(types).toEqual([
      'command.started',
      'command.printed',
      'command.printed',
      'command.printed',
      'command.ended',
    ]);
    const printed = entries('command.printed').map(({ from, text }) => `${from}: ${text}`);
    expect(printed.sort()).toEqual(['stderr: two', 'stdout: one', 'stdout: three']);
    expect(entries('command.ended')[0]).toMatchObject({ code: 4, ended: null, outcome: { kind: 'none' } });
  });

  test('is cut, line by line and in all, however much it is', async () => {
    await put('agent.mjs', "for (let i = 0; i < 1000; i++) console.log('x'.repeat(10_000));\n");
    await eventsOf(brain('node ./agent.mjs'), assignment);
    const texts = entries('command.printed').map(({ text }) => String(text));
    expect(texts[0]).toHaveLength(4000);
    const all = texts.reduce((sum, text) => sum + text.length, 0);
    expect(all).toBeGreaterThan(900_000);
    expect(all).toBeLessThan(1_010_000);
    expect(entries('command.muted')).toHaveLength(1);
    expect((await stat(assignment.transcript.file)).size).toBeLessThan(1_300_000);
  });

  test('a flood of empty lines is cut too', async () => {
    await eventsOf(brain("yes '' | head -n 200000"), assignment);
    expect(entries('command.printed').length).toBeLessThan(20_000);
    expect(entries('command.muted')).toHaveLength(1);
  });

  test('what could not be written down is told, though the program ended well', async () => {
    const { transcript } = assignment;
    const full: Assignment['transcript'] = {
      file: transcript.file,
      entries: transcript.entries,
      write: async (type, data, durable) => {
        if (type === 'command.printed') throw new Error('no space left on device');
        return await transcript.write(type, data, durable);
      },
      close: () => transcript.close(),
    };
    const events = await eventsOf(brain('echo one; echo two'), { ...assignment, transcript: full });
    expect(end(events)).toEqual({
      type: 'failed',
      failure: { kind: 'crashed', reason: 'no space left on device' },
    });
  });

  test('the newest line is shown to the person who watches, without colours and bells', async () => {
    await put('agent.sh', `printf '\\033[32m10%%\\r\\033[1mgreen\\033[0m\\a\\n'; exec sleep 60\n`);
    const stop = new AbortController();
    const seen: BrainEvent[] = [];
    for await (const event of brain('sh ./agent.sh').work(assignment, stop.signal)) {
      seen.push(event);
      stop.abort();
    }
    expect(seen[0]).toEqual({ type: 'activity', text: 'green' });
  });

  test('when nobody listens any more it is ended', async () => {
    for await (const event of brain('echo $$ > pid; echo hello; exec sleep 300').work(
      assignment,
      new AbortController().signal,
    )) {
      expect(event).toEqual({ type: 'activity', text: 'hello' });
      break;
    }
    const pid = Number(await workspace.read('pid'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
