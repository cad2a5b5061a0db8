import { join } from 'node:path';
import { BugError } from '../errors.ts';
import { baseRef, readRef, setRef } from './refs.ts';
import type { Repository } from './repository.ts';
import type { Commit, Tree } from './trees.ts';

interface Person {
  readonly name: string;
  readonly email: string;
}

interface NewCommit {
  readonly tree: Tree;
  readonly parents: readonly Commit[];
  readonly message: string;
  readonly author: Person;
  /** Default: the author. */
  readonly committer?: Person;
  /** ms since 1970. */
  readonly date: number;
}

/**
 * Makes a commit in the vault; it and all that was put before are on the disk then. No ref moves.
 * BugError when tree or parents are not there.
 */
export async function commit(repo: Repository, wanted: NewCommit): Promise<Commit> {
  const { tree, parents } = wanted;
  if (!(await repo.objects.has([tree, ...parents])))
    throw new BugError(`a commit of ${tree} on ${parents} lacks objects`);
  const made = putCommit(repo, wanted);
  await repo.objects.makeDurable();
  return made;
}

function putCommit(
  repo: Repository,
  { tree, parents, message, author, committer = author, date }: NewCommit,
): Commit {
  const when = `${Math.floor(date / 1000)} +0000`;
  const head = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${written(author)} ${when}`,
    `committer ${written(committer)} ${when}`,
  ];
  const text = `${message.replaceAll('\0', '').trimEnd()}\n`;
  return repo.objects.put('commit', Buffer.from(`${head.join('\n')}\n\n${text}`));
}

/** A person as git writes one; what git itself strips from names is stripped. */
function written({ name, email }: Person): string {
  const clean = (text: string) =>
    text.replace(/[\p{Cc}<>]/gu, '').replace(/^[\s.,:;"'\\]+|[\s.,:;"'\\]+$/g, '');
  return `${clean(name) || 'agentloop'} <${clean(email)}>`;
}

/** Parents and tree of a commit of the vault. */
export async function readCommit(
  repo: Repository,
  commit: Commit,
): Promise<{ parents: Commit[]; tree: Tree }> {
  const tree = await repo.trees.treeOf(commit);
  const head = (await repo.objects.get(commit)).body.toString('latin1').split('\n\n', 1)[0] as string;
  return {
    tree,
    parents: [...head.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent]) => parent as Commit),
  };
}

/** The commit a run starts from where the user has none yet: empty, and the same in every repository. */
export async function emptyBase(repo: Repository): Promise<Commit> {
  await repo.ensure();
  const tree = repo.nodes.put(new Map());
  const by = { name: 'agentloop', email: 'agentloop@localhost' };
  const commit = putCommit(repo, { tree, parents: [], message: 'Empty start\n', author: by, date: 0 });
  await repo.objects.makeDurable();
  await repo.objects.copyTo(join(repo.shelf.dir, 'objects'), [tree, commit], { durable: true });
  if (!(await readRef(repo.shelf, baseRef(commit))))
    await setRef(repo.shelf, baseRef(commit), commit, undefined);
  return commit;
}
