import { UserError } from '../../errors.ts';
import type { Forge } from '../../forge/forge.ts';
import { openForge } from '../../forge/open-forge.ts';
import { type NoPlace, placeOfRemote } from '../../forge/place.ts';
import { tokenFor } from '../../forge/token.ts';
import { makeRedactor } from '../../ledger/redact.ts';
import { pushUrl, type Target } from '../../workspace/push-request.ts';
import type { Repository } from '../../workspace/repository.ts';
import { harmless } from '../harmless.ts';
import type { Io } from '../io.ts';
import { configHere } from '../load-config.ts';

/** A forge that can be spoken to, and the remote that belongs to it. */
export interface ForgeHere {
  readonly forge: Forge;
  readonly target: Target;
}

/** What the configuration and the flags say of requests here. */
export interface RequestSettings {
  readonly base: string | undefined;
  readonly labels: readonly string[];
}

/**
 * Opens the forge of a remote (`remote`: that of the configuration where none is named) and does something with it. What is
 * thrown in there never holds the token. `none` is called where there is no forge, with the reason.
 */
export async function withForge<T>(
  io: Io,
  repo: Repository,
  remote: string | undefined,
  work: (here: ForgeHere, settings: RequestSettings) => Promise<T>,
  none: (why: NoPlace, settings: RequestSettings) => Promise<T>,
): Promise<T> {
  const { config } = await configHere(io);
  const { base, labels } = config.forge;
  const settings = { base, labels };
  const name = remote ?? config.forge.remote;
  const url = config.forge.kind === 'none' ? '' : await pushUrl(repo, name);
  if (url === undefined && remote !== undefined)
    throw new UserError(
      `This repository has no remote called "${name}".`,
      'git remote -v   (lists what there is)',
    );
  if (url === undefined) return none({ kind: 'none', why: `there is no remote called "${name}"` }, settings);
  const place = placeOfRemote(url, config.forge, io.env);
  if (place.kind === 'none') return none(place, settings);
  const token = await tokenFor(place, io.env, repo.top);
  const redact = makeRedactor([token]);
  try {
    const say = (text: string) => io.stderr.write(`${harmless(redact(text))}\n`);
    const forge = await openForge(place, token, { now: io.now, sleep: io.sleep, say });
    return await work({ forge, target: { remote: name, url, token, login: logins[place.kind] } }, settings);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(redact(error.message), redact(error.help), error.exit);
  }
}

/** Whom pushes with a token are by; what GitLab wants differs. */
const logins = { github: 'x-access-token', gitlab: 'oauth2', forgejo: 'agentloop' } as const;
