// Drives the real agent CLIs, in pinned versions, through the built program, against scripted servers of their models.
//   npm run test:clis                   all of them; installs them once (1.5 GB), or AGENTLOOP_CLIS=<folder with node_modules>
//   npm run test:clis -- codex kill     those brains and cases
//   npm run test:clis -- --write        the same, and writes what was found into docs/brains.md
import { againAlone } from './alone.mjs';
import { fromSource } from './from-source.mjs';

process.exitCode = await fromSource('test/clis/main.ts', async ({ installed, provedByRuns }) => {
  const here = installed(process.env, console.log);
  const code = againAlone({ AGENTLOOP_CLIS: here.folder });
  return code ?? (await provedByRuns(process.argv.slice(2), here, console.log));
});
