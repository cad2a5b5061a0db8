import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../src/project/templates.ts';

/** Where the runners of the scenes stand: our own packages, and those that tests of the adapters run for real. */
const real = join(packageRoot(), 'test', 'judge', 'runners', 'real');
const homes = [packageRoot(), real]
  .map((home) => join(home, 'node_modules'))
  .filter((home) => existsSync(home))
  // The fence gives back real paths.
  .map((home) => realpathSync(home));

/** How to get what is lacking. */
export const howToGet = 'npm ci --prefix test/judge/runners/real';

/** Folders that the fence must let checks read, wherever this project stands. */
export const packageFolders: readonly string[] = homes;

/**
 * The init.sh that links these packages, with their programs, into node_modules: no scene needs a network. Undefined when
 * one is not there.
 */
export function initScript(packages: Readonly<Record<string, string>>): string | undefined {
  const lines = ['#!/bin/sh', 'set -e'];
  for (const [name, program] of Object.entries(packages)) {
    const folder = homes.map((home) => join(home, name)).find((one) => existsSync(one));
    if (folder === undefined) return undefined;
    const [link, bin] = [`node_modules/${name}`, `node_modules/.bin/${name}`];
    lines.push(
      `mkdir -p ${dirname(bin)} && ln -sfn ${quoted(folder)} ${link} && ln -sfn ../${name}/${program} ${bin}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/**
 * An init.sh that stands for an install without a network: it links every dependency that package.json names, from the
 * packages that are here.
 */
export const offlineInstall = `#!/bin/sh
set -e
mkdir -p node_modules
for name in $(node -p "Object.keys(require('./package.json').dependencies ?? {}).join(' ')"); do
  ln -sfn ${quoted(homes[0] ?? '')}/"$name" "node_modules/$name"
done
`;

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
