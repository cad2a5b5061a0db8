import * as path from 'node:path';
import type { Config } from '../config.ts';
import { files } from '../project/feature.ts';
import { parseFeatureList } from '../project/feature-list.ts';
import type { Finding } from './diagnosis.ts';
import { placeOf } from './find-runs.ts';
import type { Flags } from './flags.ts';
import { inspectBrain } from './inspect-brain.ts';
import { attempt } from './inspect-machine.ts';
import { inspectPush } from './inspect-push.ts';
import type { Io } from './io.ts';
import { configHere, textOf } from './load-config.ts';
import { count, passing } from './words.ts';

/**
 * The configuration, the brains, the feature list and the checks of the repository we stand in. `flags`: options of the
 * configuration that were given. Nothing here throws.
 */
export async function inspectProject(io: Io, flags: Flags): Promise<readonly Finding[]> {
  const loaded = await attempt('config', () => configHere(io, flags));
  if ('state' in loaded) return [loaded, await list(io)];
  const { config, warnings } = loaded;
  const set = Object.values(loaded.origins).filter((origin) => origin !== 'default').length;
  const valid: Finding = { name: 'config', state: 'ok', what: `valid, ${count(set, 'option')} set` };
  const warned = warnings.map((what): Finding => ({ name: 'config', state: 'warn', what }));
  return [
    valid,
    ...warned,
    ...(await inspectBrain(io, config, flags)),
    await list(io),
    checks(config),
    ...(await inspectPush(io, config)),
  ];
}

async function list(io: Io): Promise<Finding> {
  const name = 'features';
  const text = await textOf(path.join(placeOf(io.cwd).top, files.featureList)).catch(() => undefined);
  if (text === undefined) {
    const help = 'agentloop init "<what you want built>"';
    return { name, state: 'fail', what: `there is no ${files.featureList}`, help };
  }
  const found = await attempt(name, async () => parseFeatureList(text, files.featureList));
  if ('state' in found) return found;
  const pass = found.features.filter((feature) => feature.passes).length;
  return {
    name,
    state: 'ok',
    what: `${files.featureList} is valid: ${passing(pass, found.features.length)}`,
  };
}

function checks(config: Config): Finding {
  const name = 'checks';
  const named = config.judge.checks;
  if (named.length > 0)
    return { name, state: 'ok', what: named.map((check) => `${check.name}: ${check.command}`).join(' · ') };
  const help = `Name them under judge.checks in ${files.config}, or let init find them: agentloop init`;
  return {
    name,
    state: 'warn',
    what: 'the judge has no checks: only the proof of each feature decides',
    help,
  };
}
