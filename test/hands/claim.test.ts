import { expect, test } from 'vitest';
import { readClaim } from '../../src/hands/claim.ts';
import { cutEnd, cutMiddle } from '../../src/hands/cut.ts';

test('a claim is read with its handoff, without empty words', () => {
  expect(readClaim({ claim: 'partial', did: 'half', next: ' ', learned: 'x' })).toEqual({
    claim: 'partial',
    handoff: { did: 'half', learned: 'x' },
  });
});

test('what is no claim is answered with what it takes', () => {
  expect(readClaim({ claim: 'finished', did: 'it' })).toEqual({
    problem: expect.stringMatching(
      /"claim": .*"done".* It takes \{claim, did\?, learned\?, next\?, question\?\}/,
    ),
  });
  expect(readClaim('done')).toHaveProperty('problem');
  expect(readClaim({ claim: 'needs-human', did: 'asked', question: '' })).toEqual({
    problem: expect.stringContaining('what exactly must a person answer?'),
  });
});

test('long words are cut, not refused', () => {
  const made = readClaim({ claim: 'done', did: 'x'.repeat(9000) });
  expect(made).toMatchObject({ handoff: { did: `${'x'.repeat(4000)} [... cut: 5000 more characters]` } });
});

test('cutting never leaves half a character', () => {
  expect(cutEnd('ab😀', 3)).toBe('ab [... cut: 2 more characters]');
  const cut = cutMiddle('ä'.repeat(100), 10, 51);
  expect(cut).not.toContain('\ufffd');
  expect(cut).toBe(`${'ä'.repeat(12)}\n[... 152 bytes left out here ...]\n${'ä'.repeat(12)}`);
  expect(cutMiddle('as it is', 10, 50)).toBe('as it is');
});
