import { againAlone } from '../scripts/alone.mjs';
import { fromSource } from '../scripts/from-source.mjs';
import { median } from './measure.mjs';

const rounds = 5;

/**
 * A session of each agent CLI through us, without workspace and judge, beside the bare call of it, in turn. Takes those of
 * the folder AGENTLOOP_CLIS, which `npm run test:clis` also knows.
 */
export async function brains() {
  if (process.env.AGENTLOOP_CLIS === undefined) {
    console.log(
      'skipped: a session of an agent CLI beside its bare call (AGENTLOOP_CLIS names no folder with them)',
    );
    return;
  }
  if (againAlone({}, [process.argv[1], 'brains']) !== undefined) return;
  await fromSource('test/clis/main.ts', async ({ installed, overhead, agentNames }) => {
    const here = installed(process.env, console.log);
    console.log(
      `a session of two model calls, ${rounds} in turn          ours    bare    difference (target < 100)`,
    );
    for (const name of agentNames) {
      if (here.missing[name]) {
        console.log(`  skipped: ${here.missing[name]}`);
        continue;
      }
      const pairs = [];
      for (let n = 0; n < rounds; n += 1) pairs.push(await overhead(name, here));
      const [ours, bare] = ['ours', 'bare'].map((side) => median(pairs.map((pair) => pair[side])));
      const each = median(pairs.map((pair) => pair.ours - pair.bare));
      console.log(
        `  ${name.padEnd(40)}${[ours, bare, each].map((ms) => ms.toFixed(0).padStart(9)).join('')}`,
      );
    }
  });
}
