import { join } from 'node:path';
import { afterAll, test } from 'vitest';
import { acpBrain } from '../../../src/brain/acp/brain.ts';
import { conformance, type Subject } from '../conformance.ts';
import { realRoom } from '../real-room.ts';
import { plainRoom } from '../subjects.ts';

const program = join(import.meta.dirname, 'fake-agent.mjs');

/** Any agent that speaks the protocol, here one of a few lines. */
const acp: Subject = {
  name: 'an acp brain',
  brain: async (rounds) => ({
    brain: acpBrain(
      {
        name: 'acp:fake',
        shown: 'node fake-agent.mjs',
        command: `node '${program}'`,
        env: { ROUNDS: JSON.stringify(rounds) },
        readOnly: [program],
      },
      { prices: {}, now: Date.now },
    ),
  }),
};

conformance(acp, plainRoom);
const fenced = await realRoom('bubblewrap');
afterAll(async () => await fenced?.close());
if (fenced !== undefined) conformance(acp, fenced);
else test.skip('an acp brain behind bubblewrap: this machine has no such fence', () => undefined);
