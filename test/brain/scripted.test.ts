import { mkdtemp, readFile, readlink, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Assignment, Brain, BrainEvent } from '../../src/brain/brain.ts';
import { scriptedBrain } from '../../src/brain/scripted.ts';
import { type PlainWorkspace, plainWorkspace } from '../helpers/plain-workspace.ts';
import { assignmentIn, eventsOf, feature, refusal } from './assignment.ts';

let folder: string;
let workspace: PlainWorkspace;
let assignment: Assignment;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'scripted-')));
  workspace = await plainWorkspace({ 'src/a.js': 'one two one\n', 'old/b.txt': 'b' });
  assignment = await assignmentIn(workspace, folder);
});
afterEach(async () => {
  await assignment.transcript.close();
  await workspace[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function brain(...sessions: object[]): Promise<Brain> {
  await writeFile(join(folder, 'script.json'), JSON.stringify({ version: 1, sessions }));
  return await scriptedBrain('script.json', { cwdOfCaller: folder, now: Date.now });
}

async function play(...steps: object[]): Promise<BrainEvent[]> {
  return await eventsOf(await brain({ steps }), assignment);
}

const crashed = (reason: string) => ({ type: 'failed', failure: { kind: 'crashed', reason } });
const done = { type: 'finished', claim: 'done', handoff: {} };

describe('steps', () => {
  test('write makes folders, takes text, lines or a file beside the script, and sets the mode', async () => {
    await writeFile(join(folder, 'long.sh'), '#!/bin/sh\n');
    const events = await play(
      { write: { path: 'new/deep/a.txt', content: 'text' } },
      { write: { path: 'b.txt', content: ['one', 'two'] } },
      { write: { path: 'c.sh', from: 'long.sh', mode: '755' } },
      { write: { path: 'src/a.js', content: 'x' } },
      { write: { path: 'empty', content: '' } },
    );
    expect(events).toEqual([done]);
    expect(await workspace.read('new/deep/a.txt')).toBe('text');
    expect(await workspace.read('b.txt')).toBe('one\ntwo\n');
    expect(await workspace.read('c.sh')).toBe('#!/bin/sh\n');
    expect(await workspace.read('src/a.js')).toBe('x');
    expect(await workspace.read('empty')).toBe('');
    const mode = async (file: string) => (await stat(join(workspace.path, file))).mode & 0o777;
    expect(await mode('c.sh')).toBe(0o755);
    expect(await mode('b.txt')).toBe(0o644);
  });

  test('write keeps the mode of a file that is there', async () => {
    await play({ run: { command: 'chmod 700 src/a.js' } }, { write: { path: 'src/a.js', content: 'x' } });
    expect((await stat(join(workspace.path, 'src/a.js'))).mode & 0o777).toBe(0o700);
  });

  test('edit replaces the one place, or all where it is told so', async () => {
    const edit = { path: 'src/a.js', old: 'two', new: '$& 2' };
    expect(await play({ edit }, { edit: { path: 'src/a.js', old: 'one', new: '1', all: true } })).toEqual([
      done,
    ]);
    expect(await workspace.read('src/a.js')).toBe('1 $& 2 1\n');
  });

  test('an edit that does not fit is a crash that says why, and changes nothing', async () => {
    const edit = (path: string, old: string) => play({ edit: { path, old, new: 'x' } });
    const words = (why: string) => [crashed(`Step 1 of the script (edit) could not be done: ${why}.`)];
    expect(await edit('src/a.js', 'three')).toEqual(words('src/a.js does not contain the text to replace'));
    expect(await edit('src/a.js', 'one')).toEqual(words('src/a.js contains the text to replace 2 times'));
    expect(await edit('src/z.js', 'one')).toEqual(words('There is no file src/z.js'));
    expect(await workspace.read('src/a.js')).toBe('one two one\n');
  });

  test('delete takes a file, a whole folder, and a link without what it points to', async () => {
    await symlink('../src/a.js', join(workspace.path, 'old/link'));
    expect(await play({ delete: 'old/link' })).toEqual([done]);
    expect(await workspace.read('src/a.js')).toBe('one two one\n');
    expect(await play({ delete: 'old' }, { delete: 'src/a.js' })).toEqual([done]);
    await expect(stat(join(workspace.path, 'old'))).rejects.toThrow('ENOENT');
    expect(await play({ delete: 'old' })).toEqual([
      crashed('Step 1 of the script (delete) could not be done: old is not there.'),
    ]);
  });

  test('no link leads a step out of the workspace', async () => {
    await writeFile(join(folder, 'precious.txt'), 'precious');
    await symlink(folder, join(workspace.path, 'out'));
    await symlink(join(folder, 'precious.txt'), join(workspace.path, 'file'));
    await symlink(join(folder, 'made.txt'), join(workspace.path, 'dangling'));
    for (const step of [
      { write: { path: 'out/precious.txt', content: 'x' } },
      { write: { path: 'file', content: 'x' } },
      { write: { path: 'dangling', content: 'x' } },
      { edit: { path: 'file', old: 'precious', new: 'x' } },
      { delete: 'out/precious.txt' },
    ]) {
      const [event] = await play(step);
      expect(event).toMatchObject({
        failure: { kind: 'crashed', reason: expect.stringContaining('out of the workspace') },
      });
    }
    expect(await readFile(join(folder, 'precious.txt'), 'utf8')).toBe('precious');
    await expect(stat(join(folder, 'made.txt'))).rejects.toThrow('ENOENT');
    expect(await readlink(join(workspace.path, 'out'))).toBe(folder);
  });

  test('run goes on whatever the command says, unless it expects an exit code', async () => {
    expect(await play({ run: { command: 'exit 3' } }, { run: { command: 'exit 3', expect: 3 } })).toEqual([
      done,
    ]);
    expect(await play({ run: { command: 'echo no such thing; exit 3', expect: 0 } })).toEqual([
      crashed('Step 1 of the script (run) could not be done: it ended with 3 instead of 0: no such thing.'),
    ]);
  });

  test('wait goes on after its time, or when a file beside the script is there', async () => {
    expect(await play({ wait: { ms: 20 } })).toEqual([done]);
    const waiting = play({ write: { path: 'before', content: '' } }, { wait: { file: 'go' } });
    await expect.poll(() => workspace.read('before').catch(() => 'not yet')).toBe('');
    await writeFile(join(folder, 'go'), '');
    expect(await waiting).toEqual([done]);
  });

  test('wait ends with the signal and with the time of the session', async () => {
    const waits = await brain({ steps: [{ wait: { file: 'never' } }] });
    const stop = new AbortController();
    const events = eventsOf(waits, assignment, stop.signal);
    stop.abort();
    expect(await events).toMatchObject([{ failure: { kind: 'interrupted' } }]);
    const limits = { ...assignment.limits, deadline: Date.now() + 60 };
    expect(
      await eventsOf(await brain({ steps: [{ wait: { ms: 60_000 } }] }), { ...assignment, limits }),
    ).toMatchObject([{ failure: { kind: 'over-limit', reason: 'The time of the session is over.' } }]);
  });

  test('say, usage and claim come through as they are', async () => {
    const events = await play(
      { say: 'looking round' },
      { usage: { inputTokens: 10, usd: 0.25, model: 'm-1' } },
      { usage: { outputTokens: 3 } },
      { usage: { usd: null } },
      { claim: { claim: 'needs-human', did: 'this', question: 'that?' } },
    );
    const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
    expect(events).toEqual([
      { type: 'activity', text: 'looking round' },
      { type: 'spent', usage: { ...usage, inputTokens: 10 }, usd: 0.25, model: 'm-1' },
      { type: 'spent', usage: { ...usage, outputTokens: 3 }, usd: 0 },
      { type: 'spent', usage, usd: null },
      { type: 'finished', claim: 'needs-human', handoff: { did: 'this', question: 'that?' } },
    ]);
  });

  test('every way to fail comes through', async () => {
    const before = Date.now();
    const [later] = await play({ fail: { kind: 'unavailable', reason: 'busy', retryAfterMs: 5000 } });
    if (later?.type !== 'failed' || later.failure.kind !== 'unavailable') throw new Error('not unavailable');
    expect(later.failure.until).toBeGreaterThanOrEqual(before + 5000);
    for (const kind of ['unavailable', 'crashed', 'over-limit', 'context', 'declined', 'interrupted']) {
      expect(await play({ fail: { kind, reason: 'so it is' } })).toEqual([
        { type: 'failed', failure: { kind, reason: 'so it is' } },
      ]);
    }
    expect(await play({ fail: { kind: 'fatal', reason: 'no credit', help: 'Buy some.' } })).toEqual([
      { type: 'failed', failure: { kind: 'fatal', reason: 'no credit', help: 'Buy some.' } },
    ]);
    expect(await play({ crash: true })).toEqual([crashed('The script says that the brain dies here.')]);
  });

  test('nothing after the step that failed is done', async () => {
    await play({ run: { command: 'false', expect: 0 } }, { write: { path: 'later', content: '' } });
    await expect(workspace.read('later')).rejects.toThrow('ENOENT');
  });

  test('the transcript has each step, long texts cut, and what a command printed', async () => {
    await play(
      { write: { path: 'a', content: 'x'.repeat(100_000) } },
      { run: { command: 'echo hi; exit 2' } },
    );
    const entries = assignment.transcript.entries.map(({ type, number, code, output }) => ({
      type,
      number,
      code,
      output,
    }));
    expect(entries).toEqual([
      { type: 'step', number: 1 },
      { type: 'step', number: 2 },
      { type: 'step.ran', code: 2, output: 'hi\n' },
    ]);
    expect((await stat(assignment.transcript.file)).size).toBeLessThan(6000);
  });
});

describe('which session is played', () => {
  const says = (when: object, text: string) => ({ when, steps: [{ say: text }] });
  const said = async (subject: Brain, change: Partial<Assignment>): Promise<string> => {
    const [event] = await eventsOf(subject, { ...assignment, ...change });
    return event?.type === 'activity' ? event.text : JSON.stringify(event);
  };

  test('the first that matches role, feature, session and number', async () => {
    const subject = await brain(
      says({ role: 'initializer' }, 'init'),
      says({ feature: 'F001', nth: 2 }, 'second of F001'),
      says({ feature: 'F001' }, 'F001'),
      says({ session: 9 }, 'ninth'),
      says({}, 'other'),
    );
    const { feature: _, ...noFeature } = assignment;
    const [init] = await eventsOf(subject, { ...noFeature, role: 'initializer' });
    expect(init).toEqual({ type: 'activity', text: 'init' });
    expect(await said(subject, { session: 1, feature: feature('F001') })).toBe('F001');
    expect(await said(subject, { session: 2, feature: feature('F002') })).toBe('other');
    expect(await said(subject, { session: 3, feature: feature('F001') })).toBe('second of F001');
    expect(await said(subject, { session: 4, feature: feature('F001') })).toBe('F001');
    expect(await said(subject, { session: 9, feature: feature('F002') })).toBe('ninth');
  });

  test('a round after a refusal is the same session, not the next', async () => {
    const subject = await brain(
      { when: { nth: 1 }, steps: [], afterRefusal: [[{ say: 'again' }]] },
      { when: { nth: 2 }, steps: [{ say: 'second' }] },
    );
    await eventsOf(subject, assignment);
    expect(await said(subject, { refusal: refusal(1) })).toBe('again');
    expect(await said(subject, { session: 2 })).toBe('second');
  });

  test('after refusals its rounds are played in turn, and then it says that it is stuck', async () => {
    const subject = await brain({ steps: [], afterRefusal: [[{ say: 'one' }], [{ say: 'two' }]] });
    expect(await said(subject, { refusal: refusal(1) })).toBe('one');
    expect(await said(subject, { refusal: refusal(2) })).toBe('two');
    expect(await eventsOf(subject, { ...assignment, refusal: refusal(3) })).toEqual([
      { type: 'finished', claim: 'stuck', handoff: { did: 'The script has no steps after refusal 3.' } },
    ]);
  });

  test('a session the script does not have stops the run and says which', async () => {
    const subject = await brain(says({ feature: 'F002' }, 'x'));
    expect(await eventsOf(subject, { ...assignment, session: 4 })).toEqual([
      {
        type: 'failed',
        failure: {
          kind: 'fatal',
          reason:
            'The script script.json has no session for the coder, feature F001 (session 4 of the run, number 1 of that feature).',
          help: expect.stringContaining('sessions'),
        },
      },
    ]);
  });
});

test('its price is known when the script names one, unknown when it says so, and else there is none', async () => {
  const pricing = async (...steps: object[]) => (await brain({ steps: [], afterRefusal: [steps] })).pricing;
  expect(await pricing({ say: 'x' }, { usage: { inputTokens: 5 } })).toBe('free');
  expect(await pricing({ usage: { usd: 0.1 } }, { usage: {} })).toBe('known');
  expect(await pricing({ usage: { usd: 0.1 } }, { usage: { usd: null } })).toBe('unknown');
});

test('a script plays the same each time', async () => {
  const steps = [
    { run: { command: 'cat n 2>/dev/null || echo 0 > n' } },
    { say: 'x' },
    { claim: { claim: 'partial' } },
  ];
  const first = await play(...steps);
  expect(await play(...steps)).toEqual(first);
});
