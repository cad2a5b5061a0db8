import { afterAll, test } from 'vitest';
import { anthropicBrain } from '../../src/brain/anthropic/brain.ts';
import { readPrices } from '../../src/brain/prices.ts';
import { call, type Say, text } from '../helpers/messages-script.ts';
import { messagesServer } from '../helpers/messages-server.ts';
import { conformance, type Round, type Subject } from './conformance.ts';
import { realRoom } from './real-room.ts';
import { plainRoom } from './subjects.ts';

/** The built-in brain against a scripted server; the promises of every brain hold for it too. */
const anthropic: Subject = {
  name: 'the built-in brain',
  async brain(rounds) {
    const server = await messagesServer(rounds.flatMap(turnsOf));
    const brain = anthropicBrain({ apiKey: server.key, baseUrl: server.url, prices: await readPrices() });
    return {
      brain,
      async close() {
        await server[Symbol.asyncDispose]();
        if (server.violations.length > 0) throw new Error(server.violations.join('\n'));
      },
    };
  },
};

/** What a round does in a first turn, what it says of it in a second. */
function turnsOf({ write, run, spends, claim }: Round): Say[] {
  const free = { input_tokens: 0, output_tokens: 0 };
  const acts = [...(write ? [call('write', write)] : []), ...(run ? [call('bash', { command: run })] : [])];
  const usage = spends ? { input_tokens: spends.inputTokens, output_tokens: spends.outputTokens } : free;
  const end = claim ? call('claim', claim) : text('That was it.');
  return [...(acts.length > 0 ? [{ say: acts, usage: free }] : []), { say: [end], usage }];
}

const rooms = { bubblewrap: await realRoom('bubblewrap'), none: await realRoom('none') };
afterAll(async () => {
  for (const room of Object.values(rooms)) await room?.close();
});

conformance(anthropic, plainRoom);
for (const [mode, room] of Object.entries(rooms)) {
  if (room !== undefined) conformance(anthropic, room);
  else test.skip(`the built-in brain behind ${mode}: this machine has no such fence`, () => undefined);
}
