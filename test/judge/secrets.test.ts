import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { secretFinder } from '../../src/policy/find-secrets.ts';
import { accepted, calc, codes, type Files, multiply, refused, type World, world } from './world.ts';

const token = `ghp_${'k3Q9zT7bXw2LmV8cRf5HsN1dYg6JpA0uEtKo'}`;
const old = `glpat-${'9fKq2LxVb7Zt4NwRm8Hc'}`;
const ofRun = 'qT8-vR2-mK5-zW9-pL3';
const deps = { findSecrets: secretFinder([ofRun]) };

let w: World;
beforeAll(async () => {
  w = await world(
    { ...calc, 'test/fixtures/keys.txt': `first\n${old}\n` },
    { checks: [{ name: 'unit', command: 'node --test' }], allow: ['demo/**'] },
  );
});
afterAll(() => w[Symbol.asyncDispose]());

const rule = (changes: Files) => w.rule(changes, { deps });

test('a key in new lines refuses honest work: file and line are told, the key is not, and nothing is run', async () => {
  const before = w.runs.length;
  const verdict = refused(
    await rule({ ...multiply, 'src/config.js': `export const a = 1;\nexport const token = '${token}';\n` }),
  );
  expect(verdict.reasons).toMatchObject([{ code: 'snapshot.secret' }]);
  expect(verdict.reasons[0]?.text).toContain('src/config.js:2: a GitHub token');
  const told = JSON.stringify([verdict, await w.evidence()]);
  expect(told).not.toContain(token);
  const tree = await w.tree({
    ...multiply,
    'src/config.js': `export const a = 1;\nexport const token = '${token}';\n`,
  });
  expect(w.runs.slice(before)).not.toContain(tree);
});

const hidden: Readonly<Record<string, Files>> = {
  'in base64 in a binary file': {
    'data.bin': Buffer.concat([
      Buffer.from([0, 1, 255, 254]),
      Buffer.from(Buffer.from(`x${ofRun}`).toString('base64')),
    ]),
  },
  'in UTF-16': { 'notes.txt': Buffer.from(ofRun, 'utf16le') },
  'as the target of a link': { 'src/a': { link: ofRun } },
  'in the name of a file': { [`docs/${ofRun}.md`]: 'x\n' },
  'in hex': { 'src/x.js': `export const x = '${Buffer.from(ofRun).toString('hex')}';\n` },
  backwards: { 'src/x.js': `export const x = '${[...ofRun].reverse().join('')}';\n` },
};
describe.each(Object.entries(hidden))('a value of the environment %s', (_, files) => {
  test('refuses the work', async () => {
    const verdict = await rule({ ...multiply, ...files });
    expect(codes(verdict)).toEqual(['snapshot.secret']);
    expect(JSON.stringify(verdict)).not.toContain(ofRun);
  });
});

const honest: Readonly<Record<string, Files>> = {
  'a line that moved inside its file': { 'test/fixtures/keys.txt': `first\nsecond\n\n${old}\n` },
  'a file that moved': { 'test/fixtures/keys.txt': null, 'test/data/keys.txt': `first\n${old}\n` },
  'a fixture copied from another file': { 'test/more.txt': `${old}\n` },
  'the documented example': {
    'docs/aws.md': 'AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n',
  },
  'a file that a person allowed by name': { 'demo/token.txt': `${token}\n` },
};
describe.each(Object.entries(honest))('%s', (_, files) => {
  test('is not refused for it', async () => {
    const verdict = await w.rule({ ...multiply, ...files }, { deps, only: ['snapshot'] });
    accepted(verdict);
  });
});

test('a key that was there already says nothing for a second one', async () => {
  const other = old.replace('9fKq', createHash('sha1').update('x').digest('base64url').slice(0, 4));
  const verdict = await rule({ ...multiply, 'test/fixtures/keys.txt': `first\n${old}\n${other}\n` });
  expect(refused(verdict).reasons[0]?.text).toContain('test/fixtures/keys.txt:3: a GitLab token');
});
