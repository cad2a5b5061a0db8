import type { Brain } from '../brain/brain.ts';

/** Nobody thinks: `init --plan` needs no brain, and one that is asked all the same says so. */
export const noBrain: Brain = {
  name: 'none',
  claimBy: 'outcome',
  pricing: 'free',
  async *work() {
    yield {
      type: 'failed',
      failure: { kind: 'fatal', reason: 'There is no brain here.', help: 'agentloop init "…"' },
    };
  },
};
