import { expect, test } from 'vitest';
import type { Brain } from '../../src/brain/brain.ts';
import { takesModel } from '../../src/brain/make-brain.ts';
import { UserError } from '../../src/errors.ts';
import { checkFence } from '../../src/loop/choose-brain.ts';
import { noBrain } from '../../src/loop/no-brain.ts';
import type { Fence } from '../../src/workspace/fence.ts';

const fence = (mode: Fence['mode']) => ({ mode, why: 'bubblewrap is not installed' }) as Fence;

test('a brain that needs a fence is refused where there is none, with the reason and a way out', () => {
  const brain: Brain = { ...noBrain, name: 'claude', needs: { readOnly: [], fence: 'it is root' } };
  expect(() => checkFence({ coder: { brain } }, fence('none'))).toThrow(UserError);
  expect(() => checkFence({ coder: { brain } }, fence('none'))).toThrow(/claude cannot work: it is root/);
  checkFence({ coder: { brain } }, fence('bubblewrap'));
  checkFence({ coder: { brain: noBrain } }, fence('none'));
});

test('programs without a name of ours are not told a model', () => {
  expect(['anthropic', 'claude', 'codex', 'command:x', 'scripted:y'].filter(takesModel)).toEqual([
    'anthropic',
    'claude',
    'codex',
  ]);
});
