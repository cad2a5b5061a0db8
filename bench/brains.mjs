import { againAlone } from '../scripts/alone.mjs';
import { fromSource } from '../scripts/from-source.mjs';
import { median } from './measure.mjs';

const rounds = 7;

/**
 * A session of each agent CLI through us, without workspace and judge, beside the bare call of it, in turn: minimum and
 * median of each. `same` is the call with our words, variables and server of tools, by hand and without fence; over ACP
 * until it has answered. `nobody` is a shell command that does the work. Takes the CLIs of the folder AGENTLOOP_CLIS, which
 * `npm run test:clis` also knows; words of the command line choose among them.
 */
export async function brains() {
  if (process.env.AGENTLOOP_CLIS === undefined) {
    console.log(
      'skipped: a session of an agent CLI beside its bare call (AGENTLOOP_CLIS names no folder with them)',
    );
    return;
  }
  if (againAlone({}, [process.argv[1], 'brains', ...process.argv.slice(2)]) !== undefined) return;
  await fromSource('test/clis/main.ts', async ({ installed, overhead, overheadOfNobody, agentNames }) => {
    const here = installed(process.env, console.log);
    for (const name of agentNames) if (here.missing[name]) console.log(`skipped: ${here.missing[name]}`);
    const chosen = agentNames.filter((name) => process.argv.includes(name));
    const names = (chosen.length > 0 ? chosen : agentNames).filter((name) => !here.missing[name]);
    const seen = { nobody: [], ...Object.fromEntries(names.map((name) => [name, []])) };
    for (let n = 0; n <= rounds; n += 1) {
      const round = { nobody: await overheadOfNobody(here) };
      for (const name of names) round[name] = await overhead(name, here);
      // The first round warms the caches of the disk.
      if (n > 0) for (const [name, sides] of Object.entries(round)) seen[name].push(sides);
    }
    console.log(
      `a session of two model calls, ${rounds} in turn: minimum / median, ms; target of the differences: < 100`,
    );
    row('', ['ours', 'same', 'bare', 'ours - same', 'ours - bare', 'before and after']);
    for (const [name, all] of Object.entries(seen)) {
      const of = (side) => all.map((one) => one[side]).filter((ms) => ms !== undefined);
      const [ours, same, bare] = ['ours', 'same', 'bare'].map(of);
      row(name, [
        ...[ours, same, bare].map((values) => pair(lowest(values), median(values))),
        ...[same, bare].map((other) => pair(lowest(ours) - lowest(other), between(ours, other))),
        pair(...[lowest, median].map((of) => of(all.map((one) => one.ours - one.process)))),
      ]);
    }
  });
}

const lowest = (values) => Math.min(...values);
const between = (values, other) => median(values.map((value, n) => value - other[n]));

/** Nothing where one of them was not measured. */
function pair(least, middle) {
  return Number.isFinite(least) ? `${least.toFixed(0)} / ${middle.toFixed(0)}` : '';
}

function row(name, cells) {
  console.log(`  ${name.padEnd(10)}${cells.map((cell) => String(cell).padStart(16)).join('')}`);
}
