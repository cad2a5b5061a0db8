import { type FakeComment, type FakePull, type ForgeWorld, hasCommit, type Said, tipOf } from './world.ts';

interface NewComment {
  readonly path: string;
  readonly new_position?: number;
  readonly old_position?: number;
  readonly body: string;
}

const none: Said = { status: 404, body: { message: 'The target could not be found.' } };

/** What Forgejo does for an operation of its description. */
export async function forgejoApi(
  world: ForgeWorld,
  operation: string,
  values: readonly string[],
  query: URLSearchParams,
  body: Record<string, unknown>,
): Promise<Said> {
  const [, , at = '', last = ''] = values;
  const pull = world.pulls.find(({ number }) => String(number) === at);
  const user = ({ id, login }: { id: number; login: string }) => ({ id, login });
  const shown = async (one: FakePull) => ({
    number: one.number,
    html_url: `${world.web}/pulls/${one.number}`,
    state: one.state,
    merged: one.merged,
    title: one.title,
    body: one.body,
    head: { ref: one.head, sha: await tipOf(world.repo, one.head) },
    base: { ref: one.base },
    labels: one.labels.map((name) => ({ name })),
  });
  const comment = (one: FakeComment) => ({
    id: one.id,
    body: one.body,
    user: user(one.by),
    html_url: `${world.web}/pulls/${one.on}#issuecomment-${one.id}`,
  });
  switch (operation) {
    case 'GET /repos/{owner}/{repo}/pulls': {
      const state = query.get('state') ?? 'open';
      const found = world.pulls.filter((one) => state === 'all' || one.state === state);
      return { status: 200, body: await Promise.all(found.toReversed().map(shown)) };
    }
    case 'POST /repos/{owner}/{repo}/pulls': {
      const { head = '', base = '', title = '' } = body as Record<string, string>;
      if (world.pulls.some((one) => one.state === 'open' && one.head === head && one.base === base))
        return { status: 409, body: { message: `pull request already exists for these targets` } };
      for (const branch of [head, base]) if ((await tipOf(world.repo, branch)) === undefined) return none;
      const made: FakePull = {
        number: world.nextId(),
        head,
        base,
        title,
        body: String(body['body'] ?? ''),
        draft: title.startsWith('WIP:'),
        state: 'open',
        merged: false,
        labels: [],
      };
      world.pulls.push(made);
      return { status: 201, body: await shown(made) };
    }
    case 'GET /repos/{owner}/{repo}/pulls/{index}':
      return pull === undefined ? none : { status: 200, body: await shown(pull) };
    case 'PATCH /repos/{owner}/{repo}/pulls/{index}':
      if (pull === undefined) return none;
      Object.assign(pull, body, { draft: String(body['title'] ?? pull.title).startsWith('WIP:') });
      return { status: 201, body: await shown(pull) };
    case 'GET /repos/{owner}/{repo}/labels':
      return { status: 200, body: world.labels };
    case 'POST /repos/{owner}/{repo}/labels': {
      const made = { id: world.nextId(), name: String(body['name']) };
      world.labels.push(made);
      return { status: 201, body: made };
    }
    case 'POST /repos/{owner}/{repo}/issues/{index}/labels': {
      const names = (body['labels'] as number[]).map((id) => world.labels.find((one) => one.id === id)?.name);
      if (pull === undefined || names.includes(undefined)) return none;
      pull.labels = [...new Set([...pull.labels, ...(names as string[])])];
      return { status: 200, body: pull.labels.map((name) => ({ name })) };
    }
    case 'GET /repos/{owner}/{repo}/issues/{index}/comments':
      return { status: 200, body: world.comments.filter(({ on }) => String(on) === at).map(comment) };
    case 'POST /repos/{owner}/{repo}/issues/{index}/comments': {
      const made = { id: world.nextId(), on: Number(at), by: world.us, body: String(body['body']) };
      world.comments.push(made);
      return { status: 201, body: comment(made) };
    }
    case 'PATCH /repos/{owner}/{repo}/issues/comments/{id}': {
      const found = world.comments.find(({ id }) => String(id) === at);
      if (found === undefined) return none;
      found.body = String(body['body']);
      return { status: 200, body: comment(found) };
    }
    case 'GET /repos/{owner}/{repo}/pulls/{index}/reviews': {
      const words = {
        COMMENTED: 'COMMENT',
        CHANGES_REQUESTED: 'REQUEST_CHANGES',
        APPROVED: 'APPROVED',
        PENDING: 'PENDING',
      };
      const found = world.reviews.filter(({ on }) => String(on) === at);
      return {
        status: 200,
        body: found.map(({ id, by, body: said, state }) => ({
          id,
          user: user(by),
          body: said,
          state: words[state],
          submitted_at: '2026-01-01T00:00:00Z',
        })),
      };
    }
    case 'GET /repos/{owner}/{repo}/pulls/{index}/reviews/{id}/comments': {
      const found = world.threads
        .filter(({ on }) => String(on) === at)
        .flatMap((thread) => thread.comments.map((one) => ({ thread, one })))
        .filter(({ thread, one }) => String((one.review ?? thread.review).id) === last);
      return {
        status: 200,
        body: found.map(({ thread: { path, line, side, resolved }, one }) => ({
          id: one.id,
          body: one.body,
          path,
          position: side === 'old' ? 0 : line,
          original_position: side === 'old' ? line : 0,
          user: user(one.by),
          resolver: resolved ? user(world.us) : null,
        })),
      };
    }
    case 'POST /repos/{owner}/{repo}/pulls/{index}/reviews': {
      // Each call is a review of its own; what it says of a place is shown with what stands there already.
      const review = {
        id: world.nextId(),
        on: Number(at),
        by: world.us,
        body: '',
        state: 'COMMENTED' as const,
      };
      for (const said of body['comments'] as NewComment[]) {
        const { path, new_position: line = 0, old_position: old = 0, body: words } = said;
        const thread = world.threads.find(
          (one) => one.path === path && one.line === (old || line) && (one.side === 'old') === old > 0,
        );
        if (thread === undefined) return { status: 422, body: { message: 'no such line' } };
        thread.comments.push({ id: world.nextId(), on: Number(at), by: world.us, body: words, review });
      }
      world.reviews.push(review);
      return { status: 200, body: { id: review.id } };
    }
    case 'GET /repos/{owner}/{repo}/collaborators/{collaborator}/permission': {
      const found = world.people.find(({ login }) => login === at);
      return found === undefined
        ? none
        : { status: 200, body: { permission: found.permission, user: user(found) } };
    }
    case 'POST /repos/{owner}/{repo}/statuses/{sha}': {
      if (!(await hasCommit(world.repo, at))) return none;
      const { state = '', context = '', description = '' } = body as Record<string, string>;
      world.statuses.push({ sha: at, state, name: context, text: description });
      return { status: 201, body: { id: world.nextId(), status: state } };
    }
    default:
      throw new Error(`the fake Forgejo does not know ${operation}`);
  }
}
