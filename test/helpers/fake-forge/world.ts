import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const exec = promisify(execFile);

export interface FakePerson {
  readonly login: string;
  readonly id: number;
  readonly permission: 'admin' | 'write' | 'read' | 'none';
  readonly isBot?: boolean;
}

export interface FakePull {
  readonly number: number;
  readonly head: string;
  base: string;
  title: string;
  body: string;
  draft: boolean;
  state: 'open' | 'closed';
  merged: boolean;
  labels: string[];
}

export interface FakeComment {
  readonly id: number;
  readonly on: number;
  readonly by: FakePerson;
  body: string;
  /** The review it came with, where that is not the one of its thread. */
  readonly review?: FakeReview;
}

export interface FakeReview {
  readonly id: number;
  readonly on: number;
  readonly by: FakePerson;
  readonly body: string;
  readonly state: 'PENDING' | 'COMMENTED' | 'CHANGES_REQUESTED' | 'APPROVED';
}

export interface FakeThread {
  readonly id: string;
  readonly on: number;
  readonly path: string;
  readonly line: number;
  /** Of what is there no more, where it is told at all. */
  readonly side?: 'old';
  readonly review: FakeReview;
  resolved: boolean;
  readonly comments: FakeComment[];
}

/** What a forge knows, whichever interface it is asked by. */
export interface ForgeWorld {
  /** The bare repository. */
  readonly repo: string;
  readonly people: FakePerson[];
  /** Whose token it is. */
  readonly us: FakePerson;
  readonly pulls: FakePull[];
  readonly comments: FakeComment[];
  readonly reviews: FakeReview[];
  readonly threads: FakeThread[];
  readonly labels: { readonly id: number; readonly name: string }[];
  readonly statuses: {
    readonly sha: string;
    readonly state: string;
    readonly name: string;
    readonly text: string;
  }[];
  nextId(): number;
  /** Address of the web, for links. */
  readonly web: string;
}

/** An answer: its status and its body. */
export interface Said {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

/** The commit of a branch; undefined when it is not there. */
export async function tipOf(repo: string, branch: string): Promise<string | undefined> {
  try {
    const { stdout } = await exec('git', ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`], {
      cwd: repo,
    });
    return stdout.trim();
  } catch {
    return undefined;
  }
}

/** Whether the repository has this commit. */
export async function hasCommit(repo: string, sha: string): Promise<boolean> {
  return exec('git', ['cat-file', '-e', `${sha}^{commit}`], { cwd: repo }).then(
    () => true,
    () => false,
  );
}
