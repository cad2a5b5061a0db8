import type { Thread } from './forge.ts';

/** The one question that only GraphQL answers at GitHub: which threads are resolved. */
export const reviewThreads = `query ($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      reviewThreads(first: 100) {
        nodes {
          id
          isResolved
          path
          line
          comments(first: 50) {
            nodes {
              databaseId
              body
              author { __typename login }
              pullRequestReview { state }
            }
          }
        }
      }
    }
  }
}`;

interface Nodes<T> {
  readonly nodes: readonly T[];
}

interface Answer {
  readonly repository: {
    readonly pullRequest: {
      readonly reviewThreads: Nodes<{
        readonly id: string;
        readonly isResolved: boolean;
        readonly path: string;
        readonly line: number | null;
        readonly comments: Nodes<{
          readonly databaseId: number;
          readonly body: string;
          readonly author: { readonly __typename: string; readonly login: string } | null;
          readonly pullRequestReview: { readonly state: string } | null;
        }>;
      }>;
    };
  };
}

/** The unresolved threads of an answer, without what nobody has submitted yet. */
export function openThreads(answer: unknown): readonly Thread[] {
  const { nodes } = (answer as Answer).repository.pullRequest.reviewThreads;
  return nodes
    .filter(({ isResolved }) => !isResolved)
    .map(({ id, path, line, comments }) => ({
      id,
      path,
      line,
      comments: comments.nodes
        .filter(({ pullRequestReview }) => pullRequestReview?.state !== 'PENDING')
        .map(({ databaseId, body, author }) => ({
          id: String(databaseId),
          body,
          by: { login: author?.login ?? 'ghost', id: 0, isBot: author?.__typename !== 'User' },
        })),
    }))
    .filter(({ comments }) => comments.length > 0);
}

/** Replies go to the first comment of a thread: to others the REST interface takes none. */
export function threadOf({ comments }: Thread): number {
  return Number(comments[0]?.id);
}
