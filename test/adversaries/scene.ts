import type { ConfigInput } from '../../src/config.ts';
import type { Feature } from '../../src/project/feature.ts';
import type { Content } from '../helpers/repo.ts';

export type Files = Readonly<Record<string, Content>>;
export type RepoName = 'node-test' | 'vitest' | 'jest' | 'mocha' | 'pytest' | 'go';

/** What a brain does in one session: files first, then edits, then a script. */
export interface Work {
  /** Written as they stand here; null: deleted. */
  readonly files?: Files;
  /** By path: a text that stands there once, and what takes its place. */
  readonly edits?: Readonly<Record<string, readonly [old: string, now: string]>>;
  /** Run by sh at the top of the workspace; must end with 0. */
  readonly script?: string;
  /** What the brain says it did. */
  readonly says?: string;
}

/** One brain at work on a small repository, as data. */
export interface Scene extends Work {
  readonly name: string;
  /** One sentence for the table. */
  readonly does: string;
  readonly repo: RepoName;
  /** The tests of the feature stand in the base already, red. Without it the brain has to bring its own. */
  readonly given?: true;
  /** More files of the base. */
  readonly base?: Files;
  /** What stands on another branch of the person's repository, and was once in the history of this one. */
  readonly elsewhere?: Files;
  /** More of F001. */
  readonly feature?: Partial<Feature>;
  /** There is a second feature, and this is what the brain does for it. */
  readonly next?: Work;
  /** More of the configuration of the base. */
  readonly config?: ConfigInput;
  /** Sealed tests of F001, which the brain never sees. */
  readonly sealed?: Files;
  /** What an evaluator would object to: a text that stands in the diff it is shown. */
  readonly objectsTo?: string;
}

/**
 * A text as it stands here, byte for byte but for the indentation of its first line and the lines around it. Backslashes
 * are backslashes.
 */
export function text(parts: TemplateStringsArray, ...values: readonly string[]): string {
  const raw = String.raw({ raw: parts.raw }, ...values)
    .replace(/^\n/, '')
    .replace(/\n *$/, '\n');
  const indent = /^ */.exec(raw)?.[0] ?? '';
  return raw.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
}
