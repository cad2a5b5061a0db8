import { mkdtemp, realpath, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { parseScript, readScript } from '../../src/brain/read-script.ts';
import { Script } from '../../src/brain/script-file.ts';
import { UserError } from '../../src/errors.ts';

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'script-')));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A script whose one session has these steps. */
const steps = (...list: unknown[]) => ({ version: 1, sessions: [{ steps: list }] });

function sentence(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).help).not.toBe('');
    return (error as UserError).message;
  }
  return 'nothing is wrong';
}

describe('a broken script gets a sentence with the place', () => {
  const either = (what: string) => `sessions[0].steps[0].${what}`;
  const path = 'must be a path below the top of the workspace, without "." and "..", not';
  test.for([
    ['', ' is empty.'],
    ['{"version": 1,}', ' line 1, column 15: a comma with nothing after it.'],
    [[], ' line 1: must be an object, not a list'],
    [
      {},
      ' has 2 problems:\n  line 1: version: is missing; it must be 1\n  line 1: sessions: is missing; it must be a list',
    ],
    [{ version: 2, sessions: [{ steps: [] }] }, ' line 1: version: must be 1, not 2'],
    [{ version: 1, sessions: [] }, ' line 1: sessions: must have at least 1 entry, it has 0'],
    [
      { version: 1, session: [], sessions: [{ steps: [] }] },
      ' line 1: unknown key "session"; did you mean "sessions"?',
    ],
    [{ version: 1, sessions: [{}] }, ' line 1: sessions[0].steps: is missing; it must be a list'],
    [{ version: 1, sessions: [{ steps: {} }] }, ' line 1: sessions[0].steps: must be a list, not an object'],
    [
      { version: 1, sessions: [{ when: { role: 'judge' }, steps: [] }] },
      ' line 1: sessions[0].when.role: must be one of "initializer", "coder", "examiner", "evaluator", "planner", not "judge"',
    ],
    [
      { version: 1, sessions: [{ when: { nth: 0 }, steps: [] }] },
      ' line 1: sessions[0].when.nth: must be more than 0, not 0',
    ],
    [
      { version: 1, sessions: [{ when: { phase: 1 }, steps: [] }] },
      ' line 1: sessions[0].when: unknown key "phase"; known are role, feature, session, nth',
    ],
    [
      steps({}),
      ' line 1: sessions[0].steps[0]: must be something to do (write, edit, delete, run, wait, say, usage, fail, crash, claim, opinion), not an object',
    ],
    [
      steps({ say: 'a', delete: 'b' }),
      ' line 1: sessions[0].steps[0].say: must be a step of its own, not "a"',
    ],
    [
      '{"version":1,"sessions":[{"steps":[\n{"say":"a"},\n{"frobnicate":{}}]}]}',
      ' line 3: sessions[0].steps[1]: unknown key "frobnicate"; known are write, edit, delete, run, wait, say, usage, fail, crash, claim, opinion',
    ],
    [
      steps({ write: { path: 'a' } }),
      ` line 1: ${either('write.content')}: is missing; it must be there, or "from"`,
    ],
    [
      steps({ write: { path: 'a', content: 'x', from: 'y' } }),
      ` line 1: ${either('write.from')}: must be left out where "content" is there, not "y"`,
    ],
    [
      steps({ write: { path: 'a', content: 7 } }),
      ` line 1: ${either('write.content')}: must be a string, not 7`,
    ],
    [
      steps({ write: { path: 'a', content: '', mode: '777' } }),
      ` line 1: ${either('write.mode')}: must be one of "644", "755", not "777"`,
    ],
    ...['/etc/passwd', '../a', 'a/../../b', './a', 'a/', 'a\0b'].map((bad) => [
      steps({ write: { path: bad, content: '' } }),
      ` line 1: sessions[0].steps[0].write.path: ${path} ${JSON.stringify(bad)}`,
    ]),
    [steps({ delete: '..' }), ` line 1: ${either('delete')}: ${path} ".."`],
    [
      steps({ edit: { path: 'a', new: 'x' } }),
      ` line 1: ${either('edit.old')}: is missing; it must be a string`,
    ],
    [steps({ edit: { path: 'a', old: '', new: 'x' } }), ` line 1: ${either('edit.old')}: must not be empty`],
    [steps({ run: 'npm test' }), ` line 1: ${either('run')}: must be an object, not "npm test"`],
    [
      steps({ run: { command: 'x', expect: '0' } }),
      ` line 1: ${either('run.expect')}: must be a number, not "0"`,
    ],
    [steps({ wait: {} }), ` line 1: ${either('wait.ms')}: is missing; it must be there, or "file"`],
    [steps({ wait: { ms: -1 } }), ` line 1: ${either('wait.ms')}: must be at least 0, not -1`],
    [steps({ usage: { usd: -1 } }), ` line 1: ${either('usage.usd')}: must be at least 0, not -1`],
    [
      steps({ usage: { inputToken: 1 } }),
      ` line 1: ${either('usage')}: unknown key "inputToken"; did you mean "inputTokens"?`,
    ],
    [
      steps({ fail: { kind: 'sleepy', reason: 'x' } }),
      ` line 1: ${either('fail.kind')}: must be one of "unavailable", "crashed", "over-limit", "context", "declined", "fatal", "interrupted", not "sleepy"`,
    ],
    [
      steps({ fail: { kind: 'crashed' } }),
      ` line 1: ${either('fail.reason')}: is missing; it must be a string`,
    ],
    [steps({ crash: false }), ` line 1: ${either('crash')}: must be true, not false`],
    [steps({ claim: 'done' }), ` line 1: ${either('claim')}: must be an object, not "done"`],
    [
      steps({ claim: { claim: 'needs-human' } }),
      ` line 1: ${either('claim.question')}: is missing; it must be a question for a person, where the claim is "needs-human"`,
    ],
    [
      steps({ claim: { claim: 'done' } }, { say: 'never' }),
      ' line 1: sessions[0].steps[1]: must be left out (the step before it ends the round), not an object',
    ],
    [
      { version: 1, sessions: [{ steps: [], afterRefusal: [[], [{ crash: true }, { say: 'x' }]] }] },
      ' line 1: sessions[0].afterRefusal[1][1]: must be left out (the step before it ends the round), not an object',
    ],
  ] as [unknown, string][])('%j', ([script, expected]) => {
    const text = typeof script === 'string' ? script : JSON.stringify(script);
    expect(sentence(() => parseScript(Buffer.from(text), 's.json'))).toBe(`The script s.json${expected}`);
  });

  test('bytes that are no UTF-8', () => {
    const bytes = Buffer.from('{"about":"\xe9"}', 'latin1');
    expect(sentence(() => parseScript(bytes, 's.json'))).toBe('The script s.json is not UTF-8 text.');
  });
});

describe('files of a script', () => {
  const write = (name: string, value: unknown) => writeFile(join(folder, name), JSON.stringify(value));
  const from = (name: string) => steps({ say: 'x' }, { write: { path: 'a', from: name } });
  const trouble = async (name: string): Promise<string> =>
    await readScript(name, folder).then(
      () => 'nothing is wrong',
      (error: UserError) => {
        expect(error).toBeInstanceOf(UserError);
        return error.message;
      },
    );

  test('a script that is not there, a folder, or far too large is told', async () => {
    await write('huge.json', {});
    await truncate(join(folder, 'huge.json'), 6_000_000);
    expect(await trouble('none.json')).toBe(`The script ${folder}/none.json is not there.`);
    expect(await trouble('.')).toBe(`The script ${folder} is not a file.`);
    expect(await trouble('huge.json')).toBe(`The script ${folder}/huge.json is larger than 5 MB.`);
  });

  test('what it takes from beside it is read at once, every byte of it', async () => {
    const bytes = Buffer.from([0, 255, 10, 13]);
    await writeFile(join(folder, 'image.bin'), bytes);
    await write('ok.json', from('image.bin'));
    const script = await readScript('ok.json', folder);
    expect(script.folder).toBe(folder);
    expect(script.beside.get('image.bin')).toEqual(bytes);
  });

  test('a file that is not there or not beside it is told with the place of the step', async () => {
    await symlink('/etc/hostname', join(folder, 'way-out'));
    const where = (name: string, file: string) =>
      `The script ${folder}/${name}: sessions[0].steps[1].write.from: ${file}`;
    for (const [name, file, why] of [
      ['missing.json', 'no.txt', 'is not there.'],
      ['up.json', '../no.txt', 'leads out of the folder of the script.'],
      ['absolute.json', '/etc/hostname', 'leads out of the folder of the script.'],
      ['link.json', 'way-out', 'leads out of the folder of the script.'],
    ] as const) {
      await write(name, from(file));
      expect(await trouble(name)).toBe(`${where(name, file)} ${why}`);
    }
  });
});

test('a JSON Schema can be made of it, in which a step has exactly one key', () => {
  const schema = JSON.stringify(z.toJSONSchema(Script, { io: 'input' }));
  expect(schema).toContain('"minProperties":1,"maxProperties":1');
  expect(schema).toContain('"additionalProperties":false');
});
