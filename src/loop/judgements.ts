import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../errors.ts';
import type { Repository } from '../workspace/repository.ts';
import { dayOf } from './run-dir.ts';

/** Where what was judged without a run is kept. */
export function judgementsDir({ stateDir }: Pick<Repository, 'stateDir'>): string {
  return join(stateDir, 'judgements');
}

/** Makes a folder for one judgement, for us alone: `<day>-<name>`, with a number where there is one already. */
export function makeJudgementDir(repo: Repository, name: string, now: number): string {
  const top = judgementsDir(repo);
  mkdirSync(top, { recursive: true, mode: 0o700 });
  for (let n = 1; ; n += 1) {
    const dir = join(top, `${dayOf(now)}-${name}${n === 1 ? '' : `-${n}`}`);
    try {
      // Two processes may judge the same at once: whoever makes the folder has it.
      mkdirSync(dir, { mode: 0o700 });
      return dir;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}
