import { type FakeComment, type FakePull, type ForgeWorld, hasCommit, type Said, tipOf } from './world.ts';

const refused = (message: string): Said => ({
  status: 422,
  body: { message: 'Validation Failed', errors: [{ resource: 'PullRequest', code: 'custom', message }] },
});
const none: Said = { status: 404, body: { message: 'Not Found' } };

/** What GitHub does for an operation of its description. `values`: of the parts in braces. */
export async function githubApi(
  world: ForgeWorld,
  operation: string,
  values: readonly string[],
  query: URLSearchParams,
  body: Record<string, unknown>,
): Promise<Said> {
  const [owner = '', , at = ''] = values;
  const pull = world.pulls.find(({ number }) => String(number) === at);
  const user = ({ login, id, isBot }: { login: string; id: number; isBot?: boolean }) => ({
    login,
    id,
    type: isBot ? 'Bot' : 'User',
  });
  const shown = async (one: FakePull) => ({
    number: one.number,
    html_url: `${world.web}/pull/${one.number}`,
    state: one.state,
    title: one.title,
    body: one.body,
    draft: one.draft,
    merged_at: one.merged ? '2026-01-01T00:00:00Z' : null,
    head: { ref: one.head, sha: await tipOf(world.repo, one.head) },
    base: { ref: one.base },
    labels: one.labels.map((name) => ({ name })),
    user: user(world.us),
  });
  const comment = (one: FakeComment) => ({
    id: one.id,
    body: one.body,
    user: user(one.by),
    html_url: `${world.web}/pull/${one.on}#issuecomment-${one.id}`,
  });
  switch (operation) {
    case 'GET /repos/{owner}/{repo}/pulls': {
      const [of, head] = (query.get('head') ?? '').split(/:(.*)/s);
      const found = world.pulls.filter(
        (one) =>
          (query.get('head') === null || (of === owner && head === one.head)) &&
          (query.get('base') ?? one.base) === one.base &&
          (query.get('state') === 'all' || one.state === (query.get('state') ?? 'open')),
      );
      return { status: 200, body: await Promise.all(found.toReversed().map(shown)) };
    }
    case 'POST /repos/{owner}/{repo}/pulls': {
      const { head, base, title } = body as { head: string; base: string; title: string };
      if ((await tipOf(world.repo, head)) === undefined) return refused(`head branch ${head} is missing`);
      if ((await tipOf(world.repo, base)) === undefined) return refused(`base branch ${base} is missing`);
      if ((await tipOf(world.repo, head)) === (await tipOf(world.repo, base)))
        return refused(`No commits between ${base} and ${head}`);
      if (world.pulls.some((one) => one.state === 'open' && one.head === head && one.base === base))
        return refused(`A pull request already exists for ${owner}:${head}.`);
      const made: FakePull = {
        number: world.nextId(),
        head,
        base,
        title,
        body: (body['body'] as string | undefined) ?? '',
        draft: body['draft'] === true,
        state: 'open',
        merged: false,
        labels: [],
      };
      world.pulls.push(made);
      return { status: 201, body: await shown(made) };
    }
    case 'GET /repos/{owner}/{repo}/pulls/{pull_number}':
      return pull === undefined ? none : { status: 200, body: await shown(pull) };
    case 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}':
      if (pull === undefined) return none;
      Object.assign(pull, body);
      return { status: 200, body: await shown(pull) };
    case 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels':
      if (pull === undefined) return none;
      pull.labels = [...new Set([...pull.labels, ...(body['labels'] as string[])])];
      return { status: 200, body: pull.labels.map((name) => ({ name })) };
    case 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments':
      if (pull === undefined) return none;
      return { status: 200, body: world.comments.filter(({ on }) => on === pull.number).map(comment) };
    case 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': {
      if (pull === undefined) return none;
      const made = { id: world.nextId(), on: pull.number, by: world.us, body: String(body['body']) };
      world.comments.push(made);
      return { status: 201, body: comment(made) };
    }
    case 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': {
      const found = world.comments.find(({ id }) => String(id) === at);
      if (found === undefined) return none;
      found.body = String(body['body']);
      return { status: 200, body: comment(found) };
    }
    case 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews':
      if (pull === undefined) return none;
      return {
        status: 200,
        body: world.reviews
          .filter(({ on }) => on === pull.number)
          .map(({ id, by, body: words, state }) => ({
            id,
            user: user(by),
            body: words,
            state,
            ...(state === 'PENDING' ? {} : { submitted_at: '2026-01-01T00:00:00Z' }),
          })),
      };
    case 'POST /repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies': {
      const thread = world.threads.find(({ comments }) => String(comments[0]?.id) === values[3]);
      if (pull === undefined || thread === undefined) return none;
      const made = { id: world.nextId(), on: pull.number, by: world.us, body: String(body['body']) };
      thread.comments.push(made);
      return { status: 201, body: { id: made.id, body: made.body } };
    }
    case 'GET /repos/{owner}/{repo}/collaborators/{username}/permission': {
      const found = world.people.find(({ login }) => login === at);
      if (found === undefined) return none;
      return {
        status: 200,
        body: { permission: found.permission, role_name: found.permission, user: user(found) },
      };
    }
    case 'POST /repos/{owner}/{repo}/statuses/{sha}': {
      if (!(await hasCommit(world.repo, at))) return refused(`No commit found for SHA: ${at}`);
      const { state, context = 'default', description = '' } = body as Record<string, string>;
      world.statuses.push({ sha: at, state: state ?? '', name: context, text: description });
      return { status: 201, body: { id: world.nextId(), state } };
    }
    default:
      throw new Error(`the fake GitHub does not know ${operation}`);
  }
}

/** The fields of GitHub's schema that its question about threads may name, as they lie in one another. */
const fields: Readonly<Record<string, readonly string[]>> = {
  repository: ['pullRequest'],
  pullRequest: ['reviewThreads'],
  reviewThreads: ['nodes', 'pageInfo'],
  pageInfo: ['hasNextPage', 'endCursor'],
  PullRequestReviewThread: ['id', 'isResolved', 'path', 'line', 'comments', 'opening'],
  PullRequestReviewComment: ['databaseId', 'body', 'author', 'pullRequestReview', 'nodes'],
  author: ['__typename', 'login'],
  pullRequestReview: ['state'],
};
const knownFields = new Set([...Object.keys(fields), ...Object.values(fields).flat()]);

/** The one question of GraphQL: threads with whether they are resolved. */
export function githubThreads(world: ForgeWorld, body: Record<string, unknown>): Said {
  const { query = '', variables } = body as {
    query?: string;
    variables?: { number?: number; after?: string | null };
  };
  const inner = query.replace(/^query\s*\([^)]*\)/, '').replace(/\([^)]*\)/g, '');
  const strange = [...inner.matchAll(/\w+/g)].map(([name]) => name).filter((name) => !knownFields.has(name));
  if (strange.length > 0)
    return { status: 200, body: { errors: [{ message: `Field '${strange[0]}' doesn't exist` }] } };
  const from = Number(variables?.after ?? 0);
  const all = world.threads.filter(({ on }) => on === variables?.number);
  const nodes = all.slice(from, from + 100).map(({ id, resolved, path, line, side, comments, review }) => ({
    id,
    isResolved: resolved,
    path,
    // Outdated: the line is there no more.
    line: side === 'old' ? null : line,
    opening: { nodes: comments.slice(0, 1).map((one) => ({ databaseId: one.id })) },
    comments: {
      nodes: comments.slice(-100).map((one) => ({
        databaseId: one.id,
        body: one.body,
        author: { __typename: one.by.isBot ? 'Bot' : 'User', login: one.by.login },
        pullRequestReview: { state: review.state },
      })),
    },
  }));
  const pageInfo = { hasNextPage: from + 100 < all.length, endCursor: String(from + 100) };
  return {
    status: 200,
    body: { data: { repository: { pullRequest: { reviewThreads: { nodes, pageInfo } } } } },
  };
}
