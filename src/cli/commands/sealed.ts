import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { dropSealed } from '../../judge/sealed/find.ts';
import { takeLock } from '../../ledger/lock.ts';
import { type SealedHere, sealedHere, showSealed } from '../../loop/sealed-here.ts';
import { didYouMean } from '../../project/did-you-mean.ts';
import type { Feature } from '../../project/feature.ts';
import { listRuns, placeOf } from '../find-runs.ts';
import { configFlags, type Flags } from '../flags.ts';
import { harmless, oneLine } from '../harmless.ts';
import type { Io } from '../io.ts';
import { liveRun, readRun } from '../run-view.ts';
import { tellRun } from '../steer.ts';
import { count } from '../words.ts';

interface Words {
  readonly action: string;
  readonly feature: string | undefined;
  readonly what: string | undefined;
}

/** `agentloop sealed [list|show|drop]`: tests that no brain gets to see, for the person who has to answer for them. */
export async function sealed(io: Io, words: Words, flags: Flags, version: string): Promise<number> {
  const place = placeOf(io.cwd);
  const [last] = listRuns(place.stateDir).filter(({ run }) => !run.startsWith('init-'));
  const say = (text: string) => io.stderr.write(`${harmless(text)}\n`);
  const input = { cwd: io.cwd, env: io.env, flags: configFlags(flags), version, now: io.now, say };
  const here = await sealedHere(input, last?.dir);
  if (words.action === 'list') return await list(io, here, words.feature);
  const feature = featureIn(here, words.feature);
  if (words.action === 'show') return await show(io, here, feature);
  return await drop(io, here, feature, words.what);
}

async function list(io: Io, here: SealedHere, only: string | undefined): Promise<number> {
  const features = only === undefined ? here.features : [featureIn(here, only)];
  let any = false;
  for (const feature of features) {
    const { files, dropped } = await showSealed(here, feature);
    if (files.length === 0 && dropped.length === 0) continue;
    any = true;
    io.stdout.write(`${feature.id}  ${oneLine(feature.title)}\n`);
    for (const { path, from, titles } of files) {
      io.stdout.write(`  ${oneLine(path)} (${from === 'folder' ? 'yours' : 'by the examiner'})\n`);
      for (const title of titles) io.stdout.write(`    ${oneLine(title)}\n`);
    }
    for (const one of dropped) io.stdout.write(`  taken out: ${oneLine(one)}\n`);
  }
  for (const name of here.strangers) {
    io.stderr.write(
      `${oneLine(join(here.dir ?? '', name))} belongs to no feature: put it below <feature id>/ or all/.\n`,
    );
  }
  if (!any)
    io.stderr.write(
      'There are no sealed tests. agentloop run --role examiner=<brain>, or --sealed-dir <folder>\n',
    );
  return 0;
}

async function show(io: Io, here: SealedHere, feature: Feature): Promise<number> {
  const { files } = await showSealed(here, feature);
  if (files.length === 0) io.stderr.write(`${feature.id} has no sealed tests.\n`);
  for (const { path, text } of files) {
    io.stdout.write(`=== ${oneLine(path)}\n${harmless(text).trimEnd()}\n`);
  }
  return 0;
}

/** At once where nothing is running; a living run is told, and every run that goes on writes it down. */
async function drop(io: Io, here: SealedHere, feature: Feature, what: string | undefined): Promise<number> {
  const { files } = await showSealed(here, feature);
  const place = placeOf(io.cwd);
  const live = await liveRun(place);
  const [last] = listRuns(place.stateDir).filter(({ run }) => !run.startsWith('init-'));
  const view = last && (await readRun(place, live?.run ?? last.run, io.now(), { verify: false }));
  // Titles that refused it are as good as those that stand in the files: suites and all.
  const refused = view?.state.features.get(feature.id)?.sealed.keys() ?? [];
  const known = [...files.flatMap(({ path, titles }) => [path, ...titles]), ...refused];
  if (known.length === 0 || (what !== undefined && !known.includes(what))) {
    const near = what === undefined ? undefined : didYouMean(what, known);
    throw new UserError(
      `${feature.id} has no sealed test ${what === undefined ? 'that could be taken out' : JSON.stringify(what)}.${near === undefined ? '' : ` Did you mean "${near}"?`}`,
      `agentloop sealed list ${feature.id}`,
    );
  }
  if (live === undefined) {
    const lock = await takeLock(join(place.stateDir, 'lock'), { run: '', what: 'agentloop sealed drop' });
    try {
      await dropSealed(here.repo, here.find, feature, what);
    } finally {
      await lock.release();
    }
  }
  const gone = what === undefined ? count(files.length, 'sealed file') : JSON.stringify(what);
  io.stderr.write(`Taken out of ${feature.id}: ${oneLine(gone)}.\n`);
  if (!view || (!view.alive && view.state.stopped?.reason === 'complete')) return 0;
  const message = { type: 'drop', feature: feature.id, ...(what === undefined ? {} : { what }) } as const;
  return await tellRun(io, view, message);
}

function featureIn({ features }: SealedHere, id: string | undefined): Feature {
  const found = features.find((one) => one.id === id);
  if (found) return found;
  const ids = features.map((one) => one.id);
  const near = id === undefined ? undefined : didYouMean(id, ids);
  throw new UserError(
    id === undefined
      ? 'Say which feature.'
      : `There is no feature "${id}".${near ? ` Did you mean ${near}?` : ''}`,
    ids.length === 0
      ? 'agentloop init "what you want built"'
      : `Features: ${ids.slice(0, 12).join(', ')}${ids.length > 12 ? ', …' : ''}.`,
  );
}
