import { honest as work } from '../../e2e/small-repo.ts';
import { type Case, must, stageFor } from '../case.ts';

/** What a session used stands in the ledger and in the status. */
export const cost: Case = {
  name: 'cost',
  shows: 'tokens and money are counted',
  async play(subject) {
    const usage = { input: 1000, output: 200 };
    await using stage = await stageFor(subject, [
      { run: work, usage },
      { say: 'There is a sum now.', usage },
    ]);
    const { scene } = stage;
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
    must(tokens === '2000 in, 400 out', `2000 in, 400 out were used, and counted: ${tokens}`);
    if (events.some(({ usd }) => usd === null))
      return { holds: false, why: 'tokens are counted; the price is unknown' };
    must(events.reduce((sum, { usd }) => sum + (usd ?? 0), 0) > 0, 'it cost nothing at all');
    return { holds: true, seen: 'tokens and money' };
  },
};
