import { againAlone } from '../scripts/alone.mjs';
import { fromSource } from '../scripts/from-source.mjs';
import { median } from './measure.mjs';

const rounds = Number(process.env.ROUNDS ?? 7);

/**
 * A session of each agent CLI through us, without workspace and judge, beside the bare call of it, in turn: minimum and
 * median of each. `same` is the call with our words, variables and server of tools, by hand and without fence; over ACP
 * until it has answered. Takes those of the folder AGENTLOOP_CLIS, which `npm run test:clis` also knows.
 */
export async function brains() {
  if (process.env.AGENTLOOP_CLIS === undefined) {
    console.log(
      'skipped: a session of an agent CLI beside its bare call (AGENTLOOP_CLIS names no folder with them)',
    );
    return;
  }
  if (againAlone({}, [process.argv[1], 'brains']) !== undefined) return;
  await fromSource('test/clis/main.ts', async ({ installed, overhead, overheadOfNobody, agentNames }) => {
    const here = installed(process.env, console.log);
    for (const name of agentNames) if (here.missing[name]) console.log(`skipped: ${here.missing[name]}`);
    const names = agentNames.filter((name) => !here.missing[name]);
    const seen = { nobody: [], ...Object.fromEntries(names.map((name) => [name, []])) };
    for (let n = 0; n <= rounds; n += 1) {
      const round = { nobody: await overheadOfNobody(here) };
      for (const name of names) round[name] = await overhead(name, here);
      // The first round warms the caches of the disk.
      if (n > 0) for (const [name, sides] of Object.entries(round)) seen[name].push(sides);
    }
    console.log(`a session of two model calls, ${rounds} in turn: minimum / median, ms`);
    row('', ['ours', 'same', 'bare', 'ours - same', 'ours - bare', 'target < 100']);
    for (const [name, all] of Object.entries(seen)) {
      const of = (take) => all.map(take).filter((ms) => !Number.isNaN(ms));
      const [ours, same, bare] = ['ours', 'same', 'bare'].map((side) => of((one) => one[side] ?? Number.NaN));
      const least = (other) => (other.length === 0 ? '' : lowest(ours) - lowest(other));
      const both = (values, other) =>
        values.length === 0 ? '' : `${ms(other ?? lowest(values))} / ${ms(median(values))}`;
      row(name, [
        both(ours),
        both(same),
        both(bare),
        both(
          of((one) => one.ours - one.same),
          least(same),
        ),
        both(
          of((one) => one.ours - one.bare),
          least(bare),
        ),
        `ours around its process: ${both(of((one) => one.ours - one.process))}`,
      ]);
    }
  });
}

const lowest = (values) => Math.min(...values);
const ms = (value) => value.toFixed(0);

function row(name, cells) {
  console.log(`  ${name.padEnd(10)}${cells.map((cell) => String(cell).padStart(16)).join('')}`);
}
