import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FindSealed, sealedFinder } from '../judge/sealed/find.ts';
import { strangersIn } from '../judge/sealed/own-folder.ts';
import { readKept } from '../judge/sealed/store.ts';
import { type Authored, titlesIn } from '../judge/sealed/titles.ts';
import { type Feature, files } from '../project/feature.ts';
import { parseFeatureList } from '../project/feature-list.ts';
import type { Repository } from '../workspace/repository.ts';
import { shown } from '../workspace/trees.ts';
import { rememberedSealedDir } from './remembered.ts';
import { sealedFolder } from './sealed-folder.ts';
import { homeOf, openSetting, type StartInput } from './setting.ts';

/** The sealed tests of this repository, for people. No run is needed. */
export interface SealedHere {
  readonly repo: Repository;
  readonly features: readonly Feature[];
  readonly find: FindSealed;
  /** The folder of the person, where one is named. */
  readonly dir: string | undefined;
  /** Names at the top of that folder that belong to no feature. */
  readonly strangers: readonly string[];
}

/** One sealed file as people see it. */
export interface SealedShown {
  readonly path: string;
  readonly from: 'examiner' | 'folder';
  readonly titles: readonly string[];
  readonly text: string;
}

/**
 * Opens them. `runDir`: folder of the run that is meant, whose list of features and folder of sealed tests count;
 * without one, the files here do.
 */
export async function sealedHere(
  input: Omit<StartInput, 'exitCode'>,
  runDir: string | undefined,
): Promise<SealedHere> {
  const { repo, config } = await openSetting(input);
  const known = runDir === undefined ? undefined : await rememberedSealedDir(runDir);
  const sealed = { ...config.judge.sealed, dir: config.judge.sealed.dir ?? known };
  const named = { ...config, judge: { ...config.judge, sealed } };
  const dir = sealedFolder(repo, named, { from: repo.top, home: homeOf(input.env) });
  await repo.ensure();
  const features = await featuresOf(repo, runDir);
  const ids = features.map(({ id }) => id);
  const strangers = dir === undefined ? [] : strangersIn(dir, ids);
  return { repo, features, find: sealedFinder(repo, dir), dir, strangers };
}

/** The sealed files of a feature, and what a person took out of them. */
export async function showSealed(
  { repo, find }: SealedHere,
  feature: Feature,
): Promise<{ readonly files: readonly SealedShown[]; readonly dropped: readonly string[] }> {
  const sealed = await find(feature);
  const dropped = (await readKept(repo, feature))?.dropped ?? [];
  const all = await Promise.all(
    (sealed?.files ?? []).map(async ({ entry, from }) => {
      const path = shown(entry.path);
      const text = (await repo.objects.get(entry.oid)).body.toString('utf8');
      const { titles, tests }: Authored = titlesIn(path, text);
      const told = (tests.length > 0 ? tests : titles).filter((title) => !dropped.includes(title));
      return { path, from, titles: told, text };
    }),
  );
  return { files: all, dropped };
}

async function featuresOf({ top }: Repository, runDir: string | undefined): Promise<readonly Feature[]> {
  const ofRun = runDir === undefined ? undefined : await textOf(join(runDir, 'features.json'));
  const own = await textOf(join(top, files.featureList));
  if (ofRun !== undefined) return (JSON.parse(ofRun) as { features: readonly Feature[] }).features;
  return own === undefined ? [] : parseFeatureList(own, files.featureList).features;
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
