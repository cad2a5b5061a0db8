// Speed, printed beside yardsticks measured in the same run. Ratios count; absolute times are this machine's.
//   npm run bench            everything
//   npm run bench -- gap     one part: startup, gap, checkpoint, judge, night, log, brains
import { brains } from './brains.mjs';
import { checkpoint } from './checkpoint.mjs';
import { gap } from './gap.mjs';
import { judge } from './judge.mjs';
import { log } from './log.mjs';
import { night } from './night.mjs';
import { startup } from './startup.mjs';

// On Node 20 this variable doubles the start of every process, on both sides of a ratio.
delete process.env.NODE_EXTRA_CA_CERTS;
for (const name of Object.keys(process.env))
  if (/^(AGENTLOOP_(?!CLIS$|ALONE$)|ANTHROPIC_|GIT_)/.test(name)) delete process.env[name];

const parts = { startup, gap, checkpoint, judge, night, log, brains };
const wanted = process.argv.slice(2).filter((name) => name in parts);
console.log(
  `node ${process.versions.node}, ${process.platform} ${process.arch}; medians, in ms unless said otherwise\n`,
);
for (const [name, part] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  await part();
  console.log('');
}
