import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Config, gateNames } from '../config.ts';
import { UserError } from '../errors.ts';
import { actorOf, isCi } from '../loop/ci.ts';
import type { Fence } from '../workspace/fence.ts';
import type { Repository } from '../workspace/repository.ts';
import type { Finding } from './diagnosis.ts';
import { disk } from './inspect-machine.ts';
import type { Io } from './io.ts';
import { nameOf, variablesOf } from './notify/send.ts';
import { isUnattended, keeperOf } from './unattended.ts';

export type Gate = (typeof gateNames)[number];

/** What the gates are asked of. */
export interface Before {
  readonly repo: Repository;
  readonly config: Config;
  /** Who set an option, by its path. */
  readonly origins: Readonly<Record<string, string>>;
  readonly fence: Pick<Fence, 'mode' | 'why' | 'holes'>;
  /** user@host. */
  readonly by: string;
}

/**
 * Six questions before work that nobody looks at. docs/unattended.md has the table; red is only what would lose the
 * night or what a person would not have wished, had he been asked. Nothing here throws.
 */
export async function gates(io: Io, before: Before): Promise<readonly Finding[]> {
  const found: Record<Gate, Omit<Finding, 'name'>> = {
    persists: await persists(io, before),
    owner: owner(io, before),
    identity: await identity(before),
    reach: reach(io, before),
    asked: asked(io, before),
    trail: await trail(io, before),
  };
  return gateNames.map((name) => ({ name, ...found[name], gate: true }));
}

/** Refuses a run that nobody looks at over its red gates (cannot-start), but for those that may be red; these are said. */
export async function refuseRedGates(io: Io, before: Before, say: (text: string) => void): Promise<void> {
  if (!isUnattended(io)) return;
  const red = (await gates(io, before)).filter(({ state }) => state === 'fail');
  const skip: readonly string[] = before.config.gates.skip;
  for (const { name, what } of red) if (skip.includes(name)) say(`gate ${name}: ${what} (skipped)`);
  const [first, ...others] = red.filter(({ name }) => !skip.includes(name));
  if (first === undefined) return;
  const more = others.map(({ name, what }) => ` ${name}: ${what}.`).join('');
  throw new UserError(
    `Nobody looks at this run, and a gate is red. ${first.name}: ${first.what}.${more}`,
    `${first.help ?? ''}\nOr, when that is meant: --skip-gate ${first.name}   (docs/unattended.md)`.trim(),
    'cannot-start',
  );
}

async function persists(io: Io, { repo }: Before): Promise<Omit<Finding, 'name'>> {
  for (const [folder, holds] of [
    [repo.commonDir, 'your repository'],
    [dirname(repo.cacheDir), 'workspaces'],
  ] as const) {
    const room = await disk('disk', folder, holds);
    // A cache that does not exist yet is made.
    if (room.state === 'fail' && /free for/.test(room.what)) return { ...without(room), state: 'fail' };
  }
  const { by } = keeperOf(io);
  if (by === 'terminal') {
    const help = 'Start it in tmux or screen, with nohup, or as a service.';
    return { state: 'warn', what: 'it ends, its work saved, when this terminal closes', help };
  }
  if (by === 'no terminal') return { state: 'ok', what: 'no terminal holds it' };
  return { state: 'ok', what: by === 'ci' ? 'as long as the CI job' : `kept by ${by}` };
}

function owner(io: Io, { by }: Before): Omit<Finding, 'name'> {
  if (!isCi(io.env)) return { state: 'ok', what: by };
  const actor = actorOf(io.env);
  if (actor !== undefined) return { state: 'ok', what: `${actor} (as ${by})` };
  return { state: 'warn', what: `a CI machine starts it as ${by}, and says for whom nowhere` };
}

async function identity({ repo }: Before): Promise<Omit<Finding, 'name'>> {
  const who = await repo.user.identity().catch(() => undefined);
  if (who) return { state: 'ok', what: `commits are by ${who.name} <${who.email}>` };
  const help = 'git config user.name "…" && git config user.email "…"';
  return {
    state: 'warn',
    what: 'git knows no identity: commits are by agentloop <agentloop@localhost>',
    help,
  };
}

function reach(io: Io, { config, origins, fence }: Before): Omit<Finding, 'name'> {
  const { passEnv, passHome } = config.fence;
  const given = [
    ...(passEnv.length > 0 ? [`variables ${passEnv.join(', ')}`] : []),
    ...(passHome.length > 0 ? [`~/${passHome.join(', ~/')}`] : []),
  ];
  const also = given.length > 0 ? `; brains get ${given.join(' and ')}` : '';
  if (fence.mode === 'none') {
    const meant = config.fence.mode === 'none' && origins['fence.mode'] !== 'default';
    const what = `fence none: brains and checks reach all that this user can${also}`;
    if (meant || !isCi(io.env)) return { state: 'warn', what, ...(fence.why ? { help: fence.why } : {}) };
    return { state: 'fail', what, help: fence.why ?? 'Install bubblewrap.' };
  }
  if (fence.holes.length > 0)
    return { state: 'warn', what: `the fence has holes${also}`, help: fence.holes.join('\n') };
  return { state: 'ok', what: `fence ${fence.mode}, network open${also}` };
}

function asked(io: Io, { config }: Before): Omit<Finding, 'name'> {
  const { channels } = config.notify;
  const told = channels.filter((one) => one.on.includes('needs-human'));
  const ready = told.filter((one) => variablesOf(one).every((name) => io.env[name]));
  if (ready.length > 0) return { state: 'ok', what: `questions go to ${ready.map(nameOf).join(', ')}` };
  const how = 'questions wait in `agentloop status`, and the run ends with exit code 12 over them';
  const what = isCi(io.env) ? `${how}, which fails the job` : how;
  if (told.length > 0)
    return { state: 'warn', what, help: 'A variable of notify.channels is not set: agentloop notify' };
  if (!isUnattended(io)) return { state: 'ok', what };
  return { state: 'warn', what, help: 'Somebody can be told: docs/notifications.md' };
}

async function trail(io: Io, { repo }: Before): Promise<Omit<Finding, 'name'>> {
  const where = `${repo.stateDir}/runs`;
  for (const folder of [repo.stateDir, repo.commonDir]) {
    try {
      await access(folder, constants.W_OK);
      break;
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT' && folder === repo.stateDir) continue;
      return {
        state: 'fail',
        what: `${folder} cannot be written: there would be no ledger`,
        help: 'Mend its permissions.',
      };
    }
  }
  if (!isCi(io.env)) return { state: 'ok', what: `${where}, until: agentloop clean --runs` };
  const help = 'Keep that folder as an artifact of the job.';
  return { state: 'warn', what: `${where}, which goes with this machine`, help };
}

function without({ name: _, ...rest }: Finding): Omit<Finding, 'name'> {
  return rest;
}
