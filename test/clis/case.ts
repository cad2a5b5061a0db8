import { randomBytes } from 'node:crypto';
import type { ConfigInput } from '../../src/config.ts';
import { smallRepo } from '../e2e/small-repo.ts';
import { type ModelServer, modelServer } from '../helpers/model-servers/model-server.ts';
import type { Turn } from '../helpers/model-servers/moves.ts';
import { openScene, type Scene } from './scene.ts';
import type { Subject } from './subjects.ts';

/** What a case found out: it holds, with what was seen; or it does not, and why. Thrown errors are the latter too. */
export type Finding =
  | { readonly holds: true; readonly seen: string }
  | { readonly holds: false; readonly why: string };

/** One thing that is to be proved of every brain. */
export interface Case {
  readonly name: string;
  /** What is proved, as the heading of a column. */
  readonly shows: string;
  play(subject: Subject): Promise<Finding>;
}

/** What a case plays with. */
export interface Stage extends AsyncDisposable {
  readonly scene: Scene;
  readonly server: ModelServer;
  readonly key: string;
  readonly run: string;
  /** `agentloop run` with the words that choose the brain. */
  words(...more: readonly string[]): readonly string[];
}

export interface StageOptions {
  readonly red: boolean;
  readonly config?: ConfigInput;
  /** The person pays by the month, where that makes a difference to the CLI. */
  readonly subscription?: boolean;
}

/** A repository in which `sum` is missing (its test is there and red where `red` says so), and a model with these turns. */
export async function stageFor(
  subject: Subject,
  turns: readonly Turn[],
  options: StageOptions = { red: true },
): Promise<Stage> {
  const key = `sk-scripted-${randomBytes(16).toString('hex')}`;
  const run = `${subject.name}-${randomBytes(4).toString('hex')}`;
  const server = await modelServer(subject.api, [{ when: 'Add two numbers', turns }], key);
  const limits = { grace: '2s', idle: '60s', ...options.config?.limits };
  const repo = await smallRepo({ red: options.red, config: { ...options.config, limits } });
  const access = { url: server.url, key, subscription: options.subscription === true };
  const scene = await openScene(subject, access, repo, run);
  return {
    scene,
    server,
    key,
    run,
    words: (...more) => [
      'run',
      '--name',
      run,
      '--output',
      'plain',
      '--allow-unknown-cost',
      ...subject.words,
      ...more,
    ],
    async [Symbol.asyncDispose]() {
      await scene[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** The case does not hold, and why. */
export class Missed extends Error {}

/** Ends the case where something is not so. */
export function must(so: unknown, why: string): asserts so {
  if (!so) throw new Missed(why);
}
