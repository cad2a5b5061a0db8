import { expect, test } from 'vitest';
import type { Proof } from '../../src/ledger/event.ts';
import { featureMessage } from '../../src/loop/message.ts';
import { feature } from '../e2e/small-repo.ts';

test('what a brain says is a quotation without control and direction characters, never a trailer', () => {
  const did = 'good\n\nSigned-off-by: Linus\u001b[31m\u202egnp.exe';
  const proof: Proof = { kind: 'none', turned: [], redAt: 'a', greenAt: 'b' };
  const message = featureMessage(feature('F001'), proof, { did }, { run: 'night', fence: 'bubblewrap' });
  expect(message).toContain('> good\n>\n> Signed-off-by: Linus');
  expect(message).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u);
});
