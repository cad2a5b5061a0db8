import { chmod, readdir, readFile, rm, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { endLeftOver } from '../workspace/end-left-over.ts';
import type { Repository } from '../workspace/repository.ts';

/** Ends and removes what killed harnesses left. A sentence for each thing. */
export async function endOrphansHere(repo: Repository): Promise<readonly string[]> {
  const { processes, locks, folders } = await endLeftOver(repo);
  return [
    ...processes.map((one) => `ended ${one}`),
    ...locks.map((one) => `removed the lock ${one} of a process that is gone`),
    ...folders.map((one) => `removed ${one}, which nobody will finish`),
  ];
}

/** Mends what can be mended without asking: left-overs, an init.sh that is not executable, caches that cannot be read. */
export async function fixHere(repo: Repository): Promise<readonly string[]> {
  return [...(await endOrphansHere(repo)), ...(await executableInit(repo)), ...(await brokenCaches(repo))];
}

async function executableInit({ top }: Repository): Promise<readonly string[]> {
  const file = path.join(top, 'init.sh');
  const known = await stat(file).catch(() => undefined);
  if (!known?.isFile() || (known.mode & 0o111) !== 0) return [];
  await chmod(file, known.mode | 0o111);
  return ['made init.sh executable; commit it: git add init.sh && git commit -m "init.sh is executable"'];
}

/** What was seen of bases is made anew when it is needed. */
async function brokenCaches({ cacheDir }: Repository): Promise<readonly string[]> {
  const folder = path.join(cacheDir, 'judge');
  const broken: string[] = [];
  for (const name of await readdir(folder).catch(() => [] as string[])) {
    const file = path.join(folder, name);
    if (!name.endsWith('.json') || isJson(await readFile(file, 'utf8').catch(() => '{}'))) continue;
    await rm(file, { force: true });
    broken.push(`removed ${file}, which could not be read; it is made anew`);
  }
  return broken;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
