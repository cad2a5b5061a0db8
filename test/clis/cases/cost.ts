import { honest as work } from '../../e2e/small-repo.ts';
import { type Case, must, stageFor } from '../case.ts';

/** Of the models that the table we ship does not hold. */
const price = { input: 1, output: 5, cacheWrite5m: 1.25, cacheWrite1h: 2, cacheRead: 0.1 };
const models = ['gpt-5.5', 'gemini-2.5-pro', 'scripted', 'scripted/scripted'];
const prices = { version: 1, models: Object.fromEntries(models.map((name) => [name, price])) };

/** What a session used stands in the ledger and in the status. */
export const cost: Case = {
  name: 'cost',
  shows: 'tokens and money are counted',
  async play(subject) {
    const usage = { input: 1000, output: 200 };
    const turns = [
      { run: work, usage },
      { say: 'There is a sum now.', usage },
    ];
    await using stage = await stageFor(subject, turns, { red: true, config: { prices: 'prices.json' } });
    const { scene } = stage;
    await scene.repo.commit('prices', { 'prices.json': JSON.stringify(prices) });
    const { code, err } = await scene.start(stage.words('--max-sessions', '1')).done;
    must(code === 0, `agentloop ended with ${code}: ${err}`);
    const { spent } = JSON.parse((await scene.start(['status', '--json']).done).out) as {
      spent: { usd: number | null; unknown?: number; usage: { inputTokens: number; outputTokens: number } };
    };
    const { inputTokens, outputTokens } = spent.usage;
    const tokens = `${inputTokens} in, ${outputTokens} out`;
    const events = (await scene.events()).filter((event) => event.type === 'cost.updated');
    must(events.length > 0, 'the ledger has no cost');
    if (inputTokens === 0) return { holds: false, why: 'it tells neither tokens nor money' };
    const isPriced = events.every(({ usd }) => usd !== null);
    const usd = events.reduce((sum, event) => sum + (event.usd ?? 0), 0);
    if (tokens !== '2000 in, 400 out')
      return {
        holds: false,
        why: `of 2000 tokens in, 400 out it tells ${tokens}; the money is ${told(isPriced, usd)}`,
      };
    must(isPriced && usd > 0, `the money is ${told(isPriced, usd)}`);
    return { holds: true, seen: 'tokens and money' };
  },
};

function told(isPriced: boolean, usd: number): string {
  if (!isPriced) return 'unknown';
  return usd > 0 ? `$${usd.toFixed(4)}` : 'none';
}
