import { existsSync, symlinkSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Watch } from '../../../src/judge/probe/watch.ts';
import { runCheck } from '../../../src/judge/run-check.ts';
import type { CheckSeen } from '../../../src/judge/seen.ts';
import { packageRoot } from '../../../src/project/templates.ts';
import { bringIn } from '../../../src/workspace/bring-in.ts';
import { openCheckout } from '../../../src/workspace/checkout.ts';
import { findFence } from '../../../src/workspace/fence.ts';
import { openRepository } from '../../../src/workspace/repository.ts';
import type { FenceMode } from '../../../src/workspace/workspace.ts';
import { type Content, tempRepo } from '../../helpers/repo.ts';

/** Runners from npm that `npm ci --prefix test/judge/runners/real` brings; without it their tests are skipped. */
export const real = join(packageRoot(), 'test/judge/runners/real/node_modules');
export const hasReal = existsSync(real);
export const without = hasReal ? '' : ' (skipped: `npm ci --prefix test/judge/runners/real` was not run)';

export interface CheckRunOptions {
  readonly report?: string;
  /** Misbehaving programs run inside the fence; runners from outside of the checkout are reached without it. */
  readonly fence?: FenceMode | 'auto';
  /** `node_modules` of the checkout leads to this folder. */
  readonly modules?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly watch?: Watch;
}

const fences = new Map<FenceMode | 'auto', ReturnType<typeof findFence>>();

/** Runs one check on these files in a real checkout and gives what was seen of it. */
export async function checkRun(
  files: Readonly<Record<string, Content>>,
  command: string,
  { report = 'auto', fence = 'auto', modules, env = {}, watch }: CheckRunOptions = {},
): Promise<CheckSeen> {
  const user = await tempRepo(files);
  const home = await realpath(await mkdtemp(join(tmpdir(), 'check-')));
  onTestFinished(async () => {
    await user.remove();
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  });
  const repo = await openRepository(user.dir, { cacheDir: join(home, 'cache') });
  const commit = await user.git('rev-parse', 'HEAD');
  await bringIn(repo, commit);
  const known =
    fences.get(fence) ?? findFence({ mode: fence, hide: [], cacheRoot: tmpdir(), env: process.env });
  fences.set(fence, known);
  await using checkout = await openCheckout(repo, { name: 'judge', run: 'test', fence: await known });
  const tree = await repo.trees.treeOf(commit);
  await checkout.fill(tree);
  if (modules !== undefined) symlinkSync(modules, join(checkout.path, 'node_modules'));
  const manifest = (await repo.trees.read(tree, 'package.json'))?.toString('utf8');
  const seen = await runCheck(
    checkout,
    { name: 'unit', command, report, timeout: '2m' },
    {
      env: { CI: '1', ...env },
      manifest,
      log: join(home, 'log'),
      signal: new AbortController().signal,
      ...(watch && { watch }),
    },
  );
  if ('ruling' in seen) expect.fail(JSON.stringify(seen));
  return seen;
}

/** `status identity` of each test, or what is wrong with the report and the output of the check. */
export function told(seen: CheckSeen): readonly string[] | string {
  if (seen.report !== 'read') return `${seen.report}: ${seen.trouble ?? ''}`;
  return (seen.tests ?? []).map(({ id, status }) => `${status} ${id}`).sort();
}
