import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { codeOf } from '../errors.ts';
import { type LoadedConfig, loadConfig } from '../project/config-file.ts';
import { files } from '../project/feature.ts';
import { placeOf } from './find-runs.ts';
import type { Flags } from './flags.ts';
import type { Io } from './io.ts';

/** The configuration in effect where we stand, with these flags. UserError for what is wrong in it. */
export async function configHere(io: Io, flags: Flags = {}): Promise<LoadedConfig> {
  const { top } = placeOf(io.cwd);
  return loadConfig({
    file: await textOf(path.join(top, files.config)),
    packageJson: await textOf(path.join(top, 'package.json')),
    env: io.env,
    flags,
  });
}

/** The text of a file; undefined when there is none. */
export async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
