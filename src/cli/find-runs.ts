import { readdirSync, readFileSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../errors.ts';
import { didYouMean } from '../project/did-you-mean.ts';

/** Where the runs of a repository are, found without starting git: `status` must cost little more than Node. */
export interface Place {
  /** The top of the working tree. */
  readonly top: string;
  /** `<git common dir>/agentloop`; it need not exist. */
  readonly stateDir: string;
}

/** One run as it lies on disk. */
export interface RunFolder {
  readonly run: string;
  readonly dir: string;
  /** `events.jsonl` in it. */
  readonly ledger: string;
  /** When its ledger was last written to, in ms since 1970. */
  readonly written: number;
}

/** The repository `cwd` lies in; undefined outside of one (and inside a bare one). */
export function findPlace(cwd: string): Place | undefined {
  for (let top = path.resolve(cwd); ; top = path.dirname(top)) {
    const gitDir = gitDirOf(path.join(top, '.git'));
    if (gitDir !== undefined) {
      const common = firstLine(path.join(gitDir, 'commondir'));
      const commonDir = common === undefined ? gitDir : path.resolve(gitDir, common);
      return { top, stateDir: path.join(commonDir, 'agentloop') };
    }
    if (path.dirname(top) === top) return undefined;
  }
}

/** Like `findPlace`; UserError outside of a repository. */
export function placeOf(cwd: string): Place {
  const place = findPlace(cwd);
  if (place) return place;
  throw new UserError(
    `${cwd} is not inside a git repository.`,
    'cd into your repository (or: git init), then try again.',
  );
}

/** All runs of a repository, the one that was written to last first. */
export function listRuns(stateDir: string): readonly RunFolder[] {
  const folder = path.join(stateDir, 'runs');
  const found: RunFolder[] = [];
  for (const run of namesIn(folder)) {
    const dir = path.join(folder, run);
    const ledger = path.join(dir, 'events.jsonl');
    const stat = statSync(ledger, { throwIfNoEntry: false });
    if (stat?.isFile()) found.push({ run, dir, ledger, written: stat.mtimeMs });
  }
  return found.sort((a, b) => b.written - a.written || (a.run < b.run ? 1 : -1));
}

/** The run of this name (or of a beginning only one run has); without a name the latest. UserError when there is none. */
export function pickRun(place: Place, name?: string): RunFolder {
  const runs = listRuns(place.stateDir);
  const [latest] = runs;
  if (!latest)
    throw new UserError(
      `There is no run yet in ${place.top}.`,
      'agentloop run   (after: agentloop init "what you want built")',
    );
  if (name === undefined) return latest;
  const exact = runs.find((one) => one.run === name);
  if (exact) return exact;
  const beginning = runs.filter((one) => one.run.startsWith(name));
  const [only] = beginning;
  if (only && beginning.length === 1) return only;
  const names = runs.map((one) => one.run);
  const near = didYouMean(name, names);
  const known = names.slice(0, 8).join(', ') + (names.length > 8 ? `, and ${names.length - 8} more` : '');
  throw new UserError(
    beginning.length > 1
      ? `"${name}" is the beginning of ${beginning.length} runs of ${place.top}.`
      : `There is no run "${name}" in ${place.top}.${near ? ` Did you mean ${near}?` : ''}`,
    `Runs: ${known}.`,
  );
}

function gitDirOf(dotGit: string): string | undefined {
  const stat = statSync(dotGit, { throwIfNoEntry: false });
  if (!stat) return undefined;
  let dir: string | undefined = dotGit;
  if (stat.isFile()) {
    const link = /^gitdir: (.+)$/.exec(firstLine(dotGit) ?? '')?.[1];
    dir = link === undefined ? undefined : path.resolve(path.dirname(dotGit), link);
  }
  if (dir === undefined || !statSync(path.join(dir, 'HEAD'), { throwIfNoEntry: false })) return undefined;
  return dir;
}

function firstLine(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/, 1)[0];
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
