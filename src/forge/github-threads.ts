import type { Thread } from './forge.ts';

/** The one question that only GraphQL answers at GitHub: which threads are resolved. */
export const reviewThreads = `query ($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id
          isResolved
          path
          line
          opening: comments(first: 1) { nodes { databaseId } }
          comments(last: 100) {
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
        readonly opening: Nodes<{ readonly databaseId: number }>;
        readonly isResolved: boolean;
        readonly path: string;
        readonly line: number | null;
        readonly comments: Nodes<{
          readonly databaseId: number;
          readonly body: string;
          readonly author: { readonly __typename: string; readonly login: string } | null;
          readonly pullRequestReview: { readonly state: string } | null;
        }>;
      }> & { readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null } };
    };
  };
}

/** The unresolved threads of an answer, without what nobody has submitted yet; `next`: from where on there are more. */
export function openThreads(answer: unknown): {
  readonly threads: readonly Thread[];
  readonly next: string | undefined;
} {
  const { nodes, pageInfo } = (answer as Answer).repository.pullRequest.reviewThreads;
  const threads = nodes
    .filter(({ isResolved }) => !isResolved)
    .map(({ opening, path, line, comments }) => ({
      // Replies go to the first comment of a thread: to others the REST interface takes none.
      id: String(opening.nodes[0]?.databaseId),
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
  return { threads, next: pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined };
}
