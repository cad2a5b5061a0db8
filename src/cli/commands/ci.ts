import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { knownAgents } from '../../brain/agents/known.ts';
import { tried } from '../../brain/agents/tried.ts';
import type { Config } from '../../config.ts';
import { agentNames } from '../../config-brains.ts';
import { UserError } from '../../errors.ts';
import { localZone } from '../../policy/zoned-time.ts';
import { didYouMean } from '../../project/did-you-mean.ts';
import { files } from '../../project/feature.ts';
import { openRepository, type Repository } from '../../workspace/repository.ts';
import { platforms, shapes, workflow } from '../ci/workflow.ts';
import type { Flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { configHere, textOf } from '../load-config.ts';
import { hand } from '../verdicts/format.ts';

/** `agentloop ci github|gitlab`: prints a workflow for this repository, ready to be committed. */
export async function ci(io: Io, asked: string, flags: Flags, version: string): Promise<number> {
  const platform = oneOf('platform', asked, platforms);
  const shape = oneOf('--shape', String(flags['shape'] ?? 'simple'), shapes);
  const { config } = await configHere(io, {
    ...(typeof flags['brain'] === 'string' ? { brain: flags['brain'] } : {}),
  });
  const repo = await openRepository(io.cwd, { env: io.env });
  const brain = config.roles.coder.brain ?? 'anthropic';
  const secret = typeof flags['secret'] === 'string' ? flags['secret'] : secretOf(brain, config);
  const { until, maxCost = 5 } = config.limits;
  const text = workflow(platform, shape, {
    branch: await defaultBranch(repo),
    brain,
    secret,
    node: await nodeVersion(repo.top),
    install: installOf(brain, version),
    maxCost,
    until: until === undefined ? '06:30 UTC' : zoned(until),
  });
  await hand(io, flags, text);
  if ((await textOf(join(repo.top, files.featureList))) === undefined)
    io.stderr.write(
      `There is no ${files.featureList} yet: agentloop init writes the plan the workflow works on.\n`,
    );
  const what = platform === 'github' ? 'secret' : 'variable';
  io.stderr.write(`It wants the ${what} ${secret}. docs/ci.md says what else.\n`);
  return 0;
}

function oneOf<T extends string>(what: string, asked: string, known: readonly T[]): T {
  const found = known.find((one) => one === asked);
  if (found !== undefined) return found;
  const near = didYouMean(asked, known);
  throw new UserError(
    `${what}: "${asked}" is not one that is known.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    `Known: ${known.join(', ')}.`,
  );
}

/** The variable that holds the key of a brain's model. UserError for a program of somebody's own that names none. */
function secretOf(brain: string, { fence }: Config): string {
  const agent = agentNames.find((name) => name === brain);
  const key = agent && knownAgents[agent].keys.find((name) => /(KEY|TOKEN)$/.test(name));
  const known = brain === 'anthropic' ? 'ANTHROPIC_API_KEY' : (key ?? fence.passEnv[0]);
  if (known !== undefined) return known;
  throw new UserError(
    `Nobody knows which key ${brain.split(':')[0]}: needs.`,
    'agentloop ci <platform> --secret <name of the variable>',
  );
}

/** The branch that a fresh clone stands on, as far as it is known here. */
async function defaultBranch({ user }: Repository): Promise<string> {
  const remotes = await user.refs('refs/remotes/origin/HEAD');
  const there = remotes[0]?.commit;
  const named =
    there === undefined ? [] : await user.refs('refs/remotes/origin/main', 'refs/remotes/origin/master');
  const found = named.find(({ commit }) => commit === there)?.ref.slice('refs/remotes/origin/'.length);
  return found ?? (await user.currentBranch()) ?? 'main';
}

/** What the repository asks for, where agentloop runs on it; else the one that is supported longest. */
async function nodeVersion(top: string): Promise<string> {
  for (const name of ['.nvmrc', '.node-version']) {
    const text = await readFile(join(top, name), 'utf8').catch(() => '');
    const [, version, major] = /^v?((\d+)(?:\.\d+){0,2})\s*$/.exec(text) ?? [];
    if (version !== undefined && Number(major) >= 22) return version;
  }
  return '24';
}

function installOf(brain: string, version: string): string {
  const agent = agentNames.find((name) => name === brain);
  const programs = agent === undefined ? [] : [`${tried[agent].package}@${tried[agent].version}`];
  return ['npm install --global', `agentloop-cli@${version}`, ...programs].join(' ');
}

/** A clock of CI shows UTC: a time that a person wrote without a zone is of the zone of here. */
function zoned(until: string): string {
  return /^\d\d:\d\d$/.test(until) ? `${until} ${localZone()}` : until;
}
