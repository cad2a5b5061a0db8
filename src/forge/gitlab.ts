import type { Forge, Person, Request } from './forge.ts';
import { forgeTrouble } from './forge-trouble.ts';
import { gitlabRequester } from './gitlab-requester.ts';
import { ownComment } from './own-comment.ts';
import type { Place } from './place.ts';

/** Those who may push to a project: developers and above. */
const developer = 30;

/** As much as is used of a merge request. */
interface Merge {
  readonly iid: number;
  readonly web_url: string;
  readonly state: string;
  readonly title: string;
  readonly description: string | null;
  readonly source_branch: string;
  readonly target_branch: string;
  readonly sha: string;
  readonly labels?: readonly (string | { readonly name: string })[];
}

/** Requests on GitLab. `token` may be one of a person, a project or a group. */
export async function gitlab(place: Place, token: string, patient: typeof fetch): Promise<Forge> {
  const { Gitlab } = await import('@gitbeaker/rest');
  const api = new Gitlab({ host: place.api, token, requesterFn: gitlabRequester(patient) });
  const project = place.path;

  async function tried<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const status = statusOf(error);
      if (status === undefined) throw error;
      throw forgeTrouble(place.where, what, { status, said: (error as Error).message });
    }
  }

  async function maybe<T>(what: string, call: () => Promise<T>): Promise<T | undefined> {
    return tried(what, () =>
      call().catch((error: unknown) => {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }),
    );
  }

  const discussionsOf = (number: number) =>
    tried(`reading threads of !${number}`, () => api.MergeRequestDiscussions.all(project, number));

  const forge: Forge = {
    kind: 'gitlab',
    where: place.where,
    async request(number) {
      const found = await maybe(`reading !${number}`, () => api.MergeRequests.show(project, number));
      return found && requestOf(found as unknown as Merge);
    },
    async findRequest(head, base) {
      const all = await tried('looking for the request', () =>
        api.MergeRequests.all({
          projectId: project,
          sourceBranch: head,
          ...(base === undefined ? {} : { targetBranch: base }),
          orderBy: 'created_at',
          sort: 'desc',
        }),
      );
      const found = all.map((one) => requestOf(one as unknown as Merge));
      return found.find(({ state }) => state === 'open') ?? found[0];
    },
    async createDraft({ head, base, title, body }) {
      const made = await tried('opening the request', () =>
        api.MergeRequests.create(project, head, base, draftTitle(title), { description: body }),
      );
      return requestOf(made as unknown as Merge);
    },
    async update(number, { title, body, base }) {
      const isDraft = async () =>
        draftMark.test((await tried('reading', () => api.MergeRequests.show(project, number))).title);
      const named = title === undefined ? {} : { title: (await isDraft()) ? draftTitle(title) : title };
      const changed = await tried(`updating !${number}`, () =>
        api.MergeRequests.edit(project, number, {
          ...named,
          ...(body === undefined ? {} : { description: body }),
          ...(base === undefined ? {} : { targetBranch: base }),
        }),
      );
      return requestOf(changed as unknown as Merge);
    },
    async addLabels(number, labels) {
      await tried(`labels for !${number}`, () =>
        api.MergeRequests.edit(project, number, { addLabels: labels.join(',') }),
      );
    },
    async stick(number, marker, body) {
      const notes = await tried(`reading comments of !${number}`, () =>
        api.MergeRequestNotes.all(project, number),
      );
      const said = notes.map(({ id, body: words, author }) => ({ id, body: words, by: personOf(author) }));
      const before = await ownComment(said, marker, (person) => forge.mayWrite(person));
      const note = await tried(`commenting on !${number}`, () =>
        before === undefined
          ? api.MergeRequestNotes.create(project, number, body)
          : api.MergeRequestNotes.edit(project, number, before.id, { body }),
      );
      return `${place.api}/${project}/-/merge_requests/${number}#note_${note.id}`;
    },
    async reviews(number) {
      // Who submits a review there leaves notes; those at no line are its words as a whole.
      return (await discussionsOf(number)).flatMap(({ id, notes = [] }) =>
        notes
          .filter(({ system, type }) => !system && type !== 'DiffNote')
          .map(({ author, body, created_at }) => ({ id, by: personOf(author), body, at: created_at })),
      );
    },
    async threads(number) {
      return (await discussionsOf(number)).flatMap(({ id, notes = [] }) => {
        const [first] = notes;
        if (first?.type !== 'DiffNote' || notes.every(({ resolved }) => resolved)) return [];
        const at = first['position'] as { new_path?: string; new_line?: number } | undefined;
        const comments = notes.map((one) => ({
          id: String(one.id),
          by: personOf(one.author),
          body: one.body,
        }));
        return [{ id, path: at?.new_path ?? null, line: at?.new_line ?? null, comments }];
      });
    },
    async mayWrite({ id }) {
      const member = await maybe('asking for permissions', () =>
        api.ProjectMembers.show(project, id, { includeInherited: true }),
      );
      return member !== undefined && member.access_level >= developer;
    },
    async reply(number, { id }, body) {
      await tried(`answering a thread of !${number}`, () =>
        api.MergeRequestDiscussions.addNote(project, number, id, body),
      );
    },
    async setStatus(commit, { state, name, text }) {
      const word = ({ pending: 'running', success: 'success', failure: 'failed' } as const)[state];
      await tried('setting the check', () =>
        api.Commits.editStatus(project, commit, word, { name, description: text.slice(0, 140) }).catch(
          (error: unknown) => {
            // What runs already cannot begin to run: it is as it should be.
            if (statusOf(error) !== 400 || !/cannot transition status/i.test(String(error))) throw error;
          },
        ),
      );
    },
  };
  return forge;
}

const draftMark = /^(draft:|\[draft\]|\(draft\)|wip:)\s*/i;

/** There a draft is a request whose title begins so. */
function draftTitle(title: string): string {
  return `Draft: ${title.replace(draftMark, '')}`;
}

function requestOf(one: Merge): Request {
  return {
    number: one.iid,
    url: one.web_url,
    state: one.state === 'merged' ? 'merged' : one.state === 'opened' ? 'open' : 'closed',
    head: one.source_branch,
    commit: one.sha,
    base: one.target_branch,
    title: one.title.replace(draftMark, ''),
    body: one.description ?? '',
    labels: (one.labels ?? []).map((label) => (typeof label === 'string' ? label : label.name)),
  };
}

/** Tokens of projects and groups act under names like these. */
function personOf({ id, username }: { readonly id: number; readonly username: string }): Person {
  return { id, login: username, isBot: /^(project|group)_\d+_bot|[-_]bot$|\[bot\]$/.test(username) };
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const cause = error.cause as { readonly response?: { readonly status?: number } } | undefined;
  return cause?.response?.status;
}
