import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Delivered } from '../../loop/requests/deliver.ts';
import { handOver } from '../../loop/requests/hand-over.ts';
import type { Split } from '../../loop/requests/split.ts';
import { verifiedTip } from '../../loop/requests/verified-tip.ts';
import { writeOutputs } from '../ci/write-outputs.ts';
import type { Flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { keepEvidence } from '../packet/keep-evidence.ts';
import { prBody } from '../packet/pr-body.ts';
import { type ReadPacket, readPacket } from '../packet/read-packet.ts';
import { stickyComment } from '../packet/sticky-comment.ts';
import { deliverRun } from '../requests/deliver-run.ts';
import { withForge } from '../requests/forge-here.ts';
import { writeResult } from '../write-result.ts';

const splits: readonly Split[] = ['auto', 'one', 'per-feature'];

/** `agentloop pr [run]`: draft requests for what landed, opened or brought up to date; without a forge, a file and a bundle. */
export async function pr(io: Io, run: string | undefined, flags: Flags): Promise<number> {
  const text = (name: string) => (typeof flags[name] === 'string' ? flags[name] : undefined);
  const split = splits.find((one) => one === (text('split') ?? 'auto'));
  if (split === undefined)
    throw new UserError(`--split: "${text('split')}" is no way to cut a run.`, `Ways: ${splits.join(', ')}.`);
  const read = await readPacket(io, run);
  const { state } = read.view;
  if (state.kind !== 'run' || state.landings.length === 0) {
    io.stderr.write(`Nothing has landed in run ${state.run}: there is nothing to ask for.\n`);
    return 0;
  }
  const options = { split, base: text('base'), yes: flags['yes'] === true };
  return withForge(
    io,
    read.repo,
    text('push'),
    async (here, settings) => {
      const done = await deliverRun(io, read, here, settings, options);
      if (!read.packet.alive) await writeResult(read.view.folder.dir, io.now());
      const untold = await writeOutputs(io.env, { pr_url: done.map(({ url }) => url).join('\n') });
      if (untold !== undefined) io.stderr.write(`${untold}\n`);
      if (flags['json'] === true)
        io.stdout.write(
          `${JSON.stringify({ run: state.run, where: here.forge.where, requests: done }, null, 2)}\n`,
        );
      else for (const one of done) io.stdout.write(`${line(one)}\n`);
      return 0;
    },
    async ({ why }) => {
      io.stderr.write(`No request is opened: ${why}.\n`);
      const out = text('out') ?? join(read.view.folder.dir, 'request');
      const files = await byHand(io, read, join(io.cwd, '.'), out);
      if (flags['json'] === true)
        io.stdout.write(
          `${JSON.stringify({ run: state.run, where: null, requests: [], ...files }, null, 2)}\n`,
        );
      else io.stdout.write(`${files.text}\n${files.bundle}\n`);
      return 0;
    },
  );
}

const verbs = { opened: 'opened', updated: 'brought up to date', left: 'left as it is' } as const;

function line({ what, number, url, head, base, features }: Delivered): string {
  return `${url}   #${number} ${verbs[what]}: ${head} into ${base} (${features.join(', ')})`;
}

async function byHand(io: Io, { packet, view, repo }: ReadPacket, cwd: string, out: string) {
  const { state } = view;
  await verifiedTip(repo, state);
  const untold = await keepEvidence(repo, packet, view.folder.dir);
  if (untold !== undefined) io.stderr.write(`${untold}\n`);
  const evidence = packet.evidence?.ref;
  const has = evidence !== undefined && (await repo.user.resolve(evidence)) !== undefined;
  const folder = out.startsWith('/') ? out : join(cwd, out);
  const run = { name: state.run, branch: state.branch ?? '', base: state.base, ...(has ? { evidence } : {}) };
  return handOver(repo, folder, run, `${prBody(packet)}\n---\n\n${stickyComment(packet)}`);
}
