import { type FakePull, type ForgeWorld, hasCommit, type Said, tipOf } from './world.ts';

const none: Said = { status: 404, body: { message: '404 Not found' } };

/** What GitLab does for an operation of its description. */
export async function gitlabApi(
  world: ForgeWorld,
  operation: string,
  values: readonly string[],
  query: URLSearchParams,
  body: Record<string, unknown>,
): Promise<Said> {
  const [project = '', at = '', last = ''] = values;
  if (project !== 'ada/sum') return none;
  // A line that begins so is a command there, carried out with the rights of whose token it is.
  const command = /^\/\w+/m.exec(String(body['body'] ?? body['description'] ?? ''));
  if (command) return { status: 400, body: { message: `quick action ${command[0]}` } };
  const pull = world.pulls.find(({ number }) => String(number) === at);
  const shown = async (one: FakePull) => ({
    iid: one.number,
    web_url: `${world.web}/-/merge_requests/${one.number}`,
    state: one.merged ? 'merged' : one.state === 'open' ? 'opened' : 'closed',
    title: one.title,
    description: one.body,
    source_branch: one.head,
    target_branch: one.base,
    sha: await tipOf(world.repo, one.head),
    labels: one.labels,
    draft: one.title.startsWith('Draft:'),
  });
  const note = (one: { id: number; by: { id: number; login: string }; body: string }) => ({
    id: one.id,
    body: one.body,
    author: { id: one.by.id, username: one.by.login },
    created_at: '2026-01-01T00:00:00Z',
    system: false,
    type: null as string | null,
  });
  switch (operation) {
    case 'GET /projects/{id}/merge_requests': {
      const found = world.pulls.filter(
        (one) =>
          (query.get('source_branch') ?? one.head) === one.head &&
          (query.get('target_branch') ?? one.base) === one.base,
      );
      return { status: 200, body: await Promise.all(found.toReversed().map(shown)) };
    }
    case 'POST /projects/{id}/merge_requests': {
      const {
        source_branch: head = '',
        target_branch: base = '',
        title = '',
      } = body as Record<string, string>;
      if (world.pulls.some((one) => one.state === 'open' && one.head === head && one.base === base))
        return {
          status: 409,
          body: { message: ['Another open merge request already exists for this source branch'] },
        };
      for (const branch of [head, base])
        if ((await tipOf(world.repo, branch)) === undefined)
          return { status: 422, body: { message: [`branch ${branch} does not exist`] } };
      const made: FakePull = {
        number: world.nextId(),
        head,
        base,
        title,
        body: String(body['description'] ?? ''),
        draft: title.startsWith('Draft:'),
        state: 'open',
        merged: false,
        labels: [],
      };
      world.pulls.push(made);
      return { status: 201, body: await shown(made) };
    }
    case 'GET /projects/{id}/merge_requests/{merge_request_iid}':
      return pull === undefined ? none : { status: 200, body: await shown(pull) };
    case 'PUT /projects/{id}/merge_requests/{merge_request_iid}': {
      if (pull === undefined) return none;
      const { title, description, target_branch: base, add_labels: labels } = body as Record<string, string>;
      if (title !== undefined) Object.assign(pull, { title, draft: title.startsWith('Draft:') });
      if (description !== undefined) pull.body = description;
      if (base !== undefined) pull.base = base;
      if (labels !== undefined) pull.labels = [...new Set([...pull.labels, ...labels.split(',')])];
      return { status: 200, body: await shown(pull) };
    }
    case 'GET /projects/{id}/merge_requests/{noteable_id}/notes':
      return { status: 200, body: world.comments.filter(({ on }) => String(on) === at).map(note) };
    case 'POST /projects/{id}/merge_requests/{noteable_id}/notes': {
      const made = { id: world.nextId(), on: Number(at), by: world.us, body: String(body['body']) };
      world.comments.push(made);
      return { status: 201, body: note(made) };
    }
    case 'PUT /projects/{id}/merge_requests/{noteable_id}/notes/{note_id}': {
      const found = world.comments.find(({ id }) => String(id) === last);
      if (found === undefined) return none;
      found.body = String(body['body']);
      return { status: 200, body: note(found) };
    }
    case 'GET /projects/{id}/merge_requests/{noteable_id}/discussions': {
      const threads = world.threads.filter(({ on }) => String(on) === at);
      const lines = threads.map(({ id, path, line, side, resolved, comments }) => ({
        id,
        individual_note: false,
        notes: comments.map((one) => ({
          ...note(one),
          type: 'DiffNote',
          resolvable: true,
          resolved,
          position: {
            position_type: 'text',
            old_path: path,
            new_path: path,
            old_line: side === 'old' ? line : null,
            new_line: side === 'old' ? null : line,
          },
        })),
      }));
      const words = world.reviews
        .filter((one) => String(one.on) === at && one.body !== '' && one.state !== 'PENDING')
        .map((one) => ({ id: `review-${one.id}`, individual_note: true, notes: [note(one)] }));
      const notes = world.comments
        .filter(({ on }) => String(on) === at)
        .map((one) => ({ id: `note-${one.id}`, individual_note: true, notes: [note(one)] }));
      return { status: 200, body: [...words, ...lines, ...notes] };
    }
    case 'POST /projects/{id}/merge_requests/{noteable_id}/discussions/{discussion_id}/notes': {
      const thread = world.threads.find(({ id }) => id === last);
      if (thread === undefined) return none;
      const made = { id: world.nextId(), on: Number(at), by: world.us, body: String(body['body']) };
      thread.comments.push(made);
      return { status: 201, body: note(made) };
    }
    case 'GET /projects/{id}/members/all/{user_id}': {
      const found = world.people.find(({ id }) => String(id) === at);
      const level = { admin: 40, write: 30, read: 20, none: 0 }[found?.permission ?? 'none'];
      return level === 0 ? none : { status: 200, body: { id: found?.id, access_level: level } };
    }
    case 'POST /projects/{id}/statuses/{sha}': {
      if (!(await hasCommit(world.repo, at))) return none;
      const { state = '', name = 'default', description = '' } = body as Record<string, string>;
      const before = world.statuses.findLast((one) => one.sha === at && one.name === name);
      if (state === 'running' && before?.state === state)
        return { status: 400, body: { message: 'Cannot transition status via :run from :running' } };
      world.statuses.push({ sha: at, state, name, text: description });
      return { status: 201, body: { id: world.nextId(), status: state } };
    }
    default:
      throw new Error(`the fake GitLab does not know ${operation}`);
  }
}
