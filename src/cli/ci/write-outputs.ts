import { randomBytes } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../errors.ts';
import type { Io } from '../io.ts';
import { isActions } from './workflow-command.ts';

/** What later steps of a job may ask of a run. */
export interface Outputs {
  /** Why it stopped. */
  readonly status?: string;
  /** Whether it only ran out of the time of this invocation, so that another one is to go on. */
  readonly resume?: boolean;
  /** Features that landed and stand. */
  readonly accepted?: number;
  /** Features that do not pass. */
  readonly remaining?: number;
  /** US dollars of the whole run. */
  readonly cost?: string;
  readonly run?: string;
  readonly branch?: string;
  readonly pr_url?: string;
}

/**
 * Hands outputs to the CI that the environment speaks of: `GITHUB_OUTPUT`, or `agentloop.env` in `CI_PROJECT_DIR` for a dotenv
 * report of GitLab. Nothing elsewhere. Never throws: a sentence when it could not be written.
 */
export async function writeOutputs(env: Io['env'], outputs: Outputs): Promise<string | undefined> {
  const known = Object.entries(outputs).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  const github = isActions(env) ? env['GITHUB_OUTPUT'] : undefined;
  const gitlab = env['GITLAB_CI'] === 'true' ? env['CI_PROJECT_DIR'] : undefined;
  try {
    if (github) await appendFile(github, known.map(heredoc).join(''));
    else if (gitlab) await appendFile(join(gitlab, 'agentloop.env'), known.map(dotenv).join(''));
    return undefined;
  } catch (error) {
    return `The outputs of the job could not be written: ${messageOf(error)}`;
  }
}

/** A value may hold lines, and whatever looks like the end of it: the word that ends it is drawn each time. */
function heredoc([name, value]: readonly [string, string]): string {
  const end = `end_${randomBytes(16).toString('hex')}`;
  return `${name}<<${end}\n${value}\n${end}\n`;
}

/** A dotenv report knows no quotes and no lines, and a later step may let a shell read it. */
function dotenv([name, value]: readonly [string, string]): string {
  return `CI_AGENTLOOP_${name.toUpperCase()}=${value.replace(/[^\w./:@+,=-]/g, '_').slice(0, 500)}\n`;
}
