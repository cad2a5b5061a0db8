import { homedir } from 'node:os';
import * as path from 'node:path';
import { type FoundProgram, findProgram } from '../brain/agents/find-program.ts';
import { type AgentName, knownAgents } from '../brain/agents/known.ts';
import { loginOf } from '../brain/agents/login-of.ts';
import { agentSupports, anthropicSupports } from '../brain/agents/supports.ts';
import { tried } from '../brain/agents/tried.ts';
import { askVersion, packagedVersion } from '../brain/agents/version-of.ts';
import type { Config } from '../config.ts';
import { agentNames } from '../config-brains.ts';
import type { BrainList, BrainRow } from './brain-list.ts';
import { findPlace } from './find-runs.ts';
import type { Io } from './io.ts';

/** Variables of which one is enough for the built-in brain. */
export const anthropicKeys = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'] as const;

/** The brains that can be named, as they are on this machine. Starts only programs that no package tells the version of. */
export async function findBrains(
  io: Io,
  config: Config | undefined,
  version: string,
): Promise<readonly BrainRow[]> {
  const roles = rolesIn(config);
  const rolesOf = (name: string) => Object.keys(roles).filter((role) => roles[role] === name);
  const anthropic: BrainRow = {
    name: 'anthropic',
    installed: true,
    version,
    login: loginOf({ keys: anthropicKeys, logins: [] }, io.env, homeOf(io)) ?? null,
    roles: rolesOf('anthropic'),
    supports: anthropicSupports,
  };
  const agents = agentNames.map(async (name): Promise<BrainRow> => {
    const found = programOf(io, name);
    const told = found === undefined ? {} : await versionOf(io, name, found.file);
    return {
      name,
      installed: found !== undefined,
      ...(found === undefined ? {} : { program: found.file }),
      ...told,
      tried: tried[name].version,
      package: tried[name].package,
      login: loginOf(knownAgents[name], io.env, homeOf(io)) ?? null,
      roles: rolesOf(name),
      supports: agentSupports[name],
    };
  });
  return [anthropic, ...(await Promise.all(agents))];
}

/** The program of an agent CLI on PATH; one that lies in the repository is not it. */
export function programOf(io: Io, name: AgentName): FoundProgram | undefined {
  return findProgram(knownAgents[name].program, io.env['PATH'], repositoryOf(io));
}

/** Folders of the repository we stand in, if we do: no program of it runs outside of the fence. */
export function repositoryOf(io: Io): readonly string[] {
  const place = findPlace(io.cwd);
  return place === undefined ? [] : [place.top, path.dirname(place.stateDir)];
}

/** HOME as programs find it. */
export function homeOf(io: Io): string {
  return io.env['HOME'] || homedir();
}

/** Brain of each role that has one, as the configuration names it. */
export function rolesIn(config: Config | undefined): BrainList['roles'] {
  if (config === undefined) return {};
  // A role of which nothing is said is nobody's, but for those that every run needs.
  const needed = ['initializer', 'coder'];
  return Object.fromEntries(
    Object.entries(config.roles).flatMap(([role, given]) => {
      const { brain, model, effort } = given;
      const isNamed = (brain ?? model ?? effort) !== undefined || needed.includes(role);
      if (!isNamed || brain === 'none') return [];
      const instead = 'fallback' in given ? given.fallback.brain : undefined;
      return [
        [role, brain ?? 'anthropic'],
        ...(instead === undefined ? [] : [[`${role}.fallback`, instead]]),
      ];
    }),
  );
}

async function versionOf(
  io: Io,
  name: AgentName,
  file: string,
): Promise<Pick<BrainRow, 'version' | 'trouble'>> {
  const version = packagedVersion(file, tried[name].package);
  return version === undefined ? await askVersion(file, io.env['PATH'] ?? '', repositoryOf(io)) : { version };
}
