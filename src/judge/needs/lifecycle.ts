import { scriptsStarted } from '../../project/scripts-text.ts';
import { isPlaceholder, type Json, record } from '../merge-manifest.ts';

/** Whoever installs starts these, without being told. */
const ofInstall = new Set([
  'preinstall',
  'install',
  'postinstall',
  'prepublish',
  'preprepare',
  'prepare',
  'postprepare',
  'dependencies',
  'pnpm:devPreinstall',
]);
const ofPack = new Set([
  'prepack',
  'postpack',
  'prepare',
  'prepublish',
  'prepublishOnly',
  'publish',
  'postpublish',
]);
const word = '(?:^|[\\s;&|(/"$])(?:npm|pnpm|yarn|bun|pm)\\b[^;&|\\n]*?';
const installs = new RegExp(
  `${word}\\s(i|in|ins|install|add|ci|clean-install|ic|install-clean|it|cit|install-test|install-ci-test|rebuild|rb|up|update|link|ln|dedupe|ddp|prune)($|[\\s;&|)])` +
    '|(^|[\\s;&|(])(yarn|\\$yarn)\\s*(--[\\w-]+\\s*)*($|[;&|)\\n])|\\$(npm|pnpm|yarn)\\s+(install|ci|i)\\b',
  'm',
);
const packs = new RegExp(`${word}\\s(pack|publish)($|[\\s;&|)])`, 'm');

/**
 * Scripts that a package.json has gained and that nobody names: package managers start them around what the commands of
 * the base start already, or when they install. `commands`: those of checks and of init.sh, and what they lead to.
 */
export function startedUnnamed(old: Json | undefined, now: Json, commands: string): readonly string[] {
  const had = Object.fromEntries(
    Object.entries(record(old?.['scripts'])).filter(([, script]) => !isPlaceholder(script)),
  );
  const started = scriptsStarted(commands, JSON.stringify({ scripts: had }));
  const all = [commands, ...[...started].map((name) => String(had[name]))].join('\n');
  return Object.keys(record(now['scripts'])).filter((name) => {
    if (Object.hasOwn(had, name)) return false;
    const around = /^(?:pre|post)(.+)$/.exec(name)?.[1];
    return (
      (around !== undefined && started.has(around)) ||
      (ofInstall.has(name) && installs.test(all)) ||
      (ofPack.has(name) && packs.test(all))
    );
  });
}
