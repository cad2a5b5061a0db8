import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { cutWords } from '../../src/brain/cut-words.ts';
import { handoffOf, Outcome, outcomeCap, parseOutcome, readOutcome } from '../../src/brain/outcome.ts';

const parse = (text: string) => parseOutcome(Buffer.from(text));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outcome-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a broken outcome gets a sentence', () => {
  test.for([
    ['', ' is empty.'],
    [' \n', ' is empty.'],
    ['done', ' line 1, column 1: this is not a JSON value (strings need double quotes).'],
    ['{"claim":"done"', ' line 1, column 16: a closing } is missing.'],
    ['{"claim":"done","claim":"stuck"}', ' line 1, column 17: the key "claim" stands twice in one object.'],
    ['[]', ' line 1: must be an object, not a list'],
    ['null', ' line 1: must be an object, not null'],
    ['"done"', ' line 1: must be an object, not "done"'],
    [
      '{\n"claim": "finished"}',
      ' line 2: claim: must be one of "done", "partial", "stuck", "needs-human", "no-work", not "finished"',
    ],
    [
      '{"claim":null}',
      ' line 1: claim: must be one of "done", "partial", "stuck", "needs-human", "no-work", not null',
    ],
    ['{"clam":"done"}', ' line 1: unknown key "clam"; did you mean "claim"?'],
    ['{"did":["a","b"]}', ' line 1: did: must be a string, not a list'],
    [
      '{"claim":"needs-human"}',
      ' line 1: question: is missing; it must be a question for a person, where the claim is "needs-human"',
    ],
    [
      '{"claim":"needs-human","question":" "}',
      ' line 1: question: must be a question for a person, where the claim is "needs-human", not " "',
    ],
    ['{"usage":{"inputTokens":-1}}', ' line 1: usage.inputTokens: must be at least 0, not -1'],
    ['{"usage":{"inputTokens":1.5}}', ' line 1: usage.inputTokens: must be a whole number, not 1.5'],
    ['{"usage":{"inputTokens":"12"}}', ' line 1: usage.inputTokens: must be a number, not "12"'],
    ['{"usage":{"costUsd":-0.1}}', ' line 1: usage.costUsd: must be at least 0, not -0.1'],
    [
      '{"usage":{"cost":1}}',
      ' line 1: usage: unknown key "cost"; known are inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, costUsd, model',
    ],
    ['{"usage":{"model":7}}', ' line 1: usage.model: must be a string, not 7'],
    [
      '{"did":1,\n"next":2}',
      ' has 2 problems:\n  line 1: did: must be a string, not 1\n  line 2: next: must be a string, not 2',
    ],
    ['['.repeat(50_000), ' is nested too deeply.'],
  ] as const)('%s', ([text, sentence]) => {
    expect(parseOutcome(Buffer.from(text))).toEqual({
      kind: 'broken',
      sentence: `The outcome file${sentence}`,
    });
  });

  test('however long what is wrong is, the sentence is short', () => {
    const read = parseOutcome(Buffer.from(JSON.stringify({ ['k'.repeat(60_000)]: 1 })));
    expect(read.kind === 'broken' && read.sentence.length).toBe(1000);
  });
});

test('an outcome without a claim claims done, and what is left out of usage is 0', () => {
  expect(parse('{"did":"all of it","usage":{"outputTokens":7,"costUsd":0.02,"model":"m-1"}}')).toEqual({
    kind: 'read',
    outcome: {
      claim: 'done',
      did: 'all of it',
      usage: {
        inputTokens: 0,
        outputTokens: 7,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        costUsd: 0.02,
        model: 'm-1',
      },
    },
  });
  expect(parse('{}')).toEqual({ kind: 'read', outcome: { claim: 'done' } });
});

describe('an outcome file is read with care', () => {
  const at = (name: string): string => join(folder, name);

  test('none is none', async () => {
    expect(await readOutcome(at('nothing'))).toEqual({ kind: 'none' });
  });

  test('a link is not followed', async () => {
    await writeFile(at('secret.json'), '{"did":"a secret"}');
    await symlink(at('secret.json'), at('link.json'));
    expect(await readOutcome(at('link.json'))).toEqual({
      kind: 'broken',
      sentence: 'The outcome file cannot be read: it is a symbolic link.',
    });
  });

  test('a FIFO and a folder are no outcome, and nobody waits for them', async () => {
    await promisify(execFile)('mkfifo', [at('fifo')]);
    await mkdir(at('folder'));
    for (const name of ['fifo', 'folder']) {
      expect(await readOutcome(at(name))).toEqual({
        kind: 'broken',
        sentence: 'The outcome file cannot be read: it is not a regular file.',
      });
    }
  });

  test('a file of exactly the cap is read, one byte more is too much', async () => {
    const words = (bytes: number): string => JSON.stringify({ did: 'x'.repeat(bytes - '{"did":""}'.length) });
    await writeFile(at('full.json'), words(outcomeCap));
    await writeFile(at('over.json'), words(outcomeCap + 1));
    expect((await readOutcome(at('full.json'))).kind).toBe('read');
    expect(await readOutcome(at('over.json'))).toEqual({
      kind: 'broken',
      sentence: 'The outcome file cannot be read: it is larger than 64 KiB.',
    });
  });

  test('bytes that are no UTF-8 are told, a byte order mark is taken', async () => {
    await writeFile(at('latin1.json'), Buffer.from('{"did":"\xe9"}', 'latin1'));
    await writeFile(at('bom.json'), '\ufeff{"did":"\u00e9"}');
    expect(await readOutcome(at('latin1.json'))).toEqual({
      kind: 'broken',
      sentence: 'The outcome file is not UTF-8 text.',
    });
    expect(await readOutcome(at('bom.json'))).toEqual({ kind: 'read', outcome: { claim: 'done', did: 'é' } });
  });
});

test('a handoff has only the words that were said, cut to what the ledger takes', () => {
  const handoff = handoffOf({ did: 'x'.repeat(30_000), learned: ' ', next: undefined, question: 'why?' });
  expect(Object.keys(handoff)).toEqual(['did', 'question']);
  expect(handoff.did).toHaveLength(20_000);
  expect(handoff.did?.endsWith('x [cut]')).toBe(true);
});

test('words are never cut in the middle of a character', () => {
  const cut = cutWords('🦦'.repeat(20), 15);
  expect(cut).toBe('🦦🦦🦦🦦 [cut]');
  expect(cutWords('short', 15)).toBe('short');
});

test('a JSON Schema can be made of it', () => {
  const schema = z.toJSONSchema(Outcome, { io: 'input' });
  expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
  expect(Object.keys(schema.properties ?? {})).toEqual([
    '$schema',
    'claim',
    'did',
    'learned',
    'next',
    'question',
    'opinion',
    'reasons',
    'usage',
  ]);
  expect(schema.required).toBeUndefined();
});
