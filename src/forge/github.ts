import type { Octokit } from '@octokit/core';
import type { Forge, Thread } from './forge.ts';
import { forgeTrouble } from './forge-trouble.ts';
import { asFailed, personOf, requestOf, saidBy } from './github-answers.ts';
import { openThreads, reviewThreads } from './github-threads.ts';
import { ownComment } from './own-comment.ts';
import type { Place } from './place.ts';

/** Requests on GitHub, and on GitHub Enterprise by its own address. `fetch` brings the patience. */
export async function github(place: Place, token: string, patient: typeof fetch): Promise<Forge> {
  const { Octokit } = await import('@octokit/core');
  const quiet = () => undefined;
  const octokit: Octokit = new Octokit({
    auth: token,
    baseUrl: place.api,
    userAgent: 'agentloop',
    request: { fetch: patient },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  const [owner = '', repo = ''] = place.path.split('/');
  const own = { owner, repo, per_page: 100 };
  const here = { owner, repo };

  async function tried<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const failed = asFailed(error);
      throw failed === undefined
        ? error
        : forgeTrouble(place.where, what, { status: failed.status, said: saidBy(failed) });
    }
  }

  async function maybe<T>(what: string, call: () => Promise<T>): Promise<T | undefined> {
    return tried(what, () =>
      call().catch((error: unknown) => {
        if (asFailed(error)?.status === 404) return undefined;
        throw error;
      }),
    );
  }

  async function all<T>(what: string, read: (page: number) => Promise<{ readonly data: readonly T[] }>) {
    const found: T[] = [];
    for (let page = 1; page <= 20; page += 1) {
      const { data } = await tried(what, () => read(page));
      found.push(...data);
      if (data.length < own.per_page) break;
    }
    return found;
  }

  const forge: Forge = {
    kind: 'github',
    where: place.where,
    async request(number) {
      const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
      const answer = await maybe(`reading #${number}`, () =>
        octokit.request(route, { ...here, pull_number: number }),
      );
      return answer && requestOf(answer.data);
    },
    async findRequest(head, base) {
      const { data } = await tried('looking for the request', () =>
        octokit.request('GET /repos/{owner}/{repo}/pulls', {
          ...own,
          state: 'all',
          head: `${owner}:${head}`,
          ...(base === undefined ? {} : { base }),
          sort: 'created',
          direction: 'desc',
        }),
      );
      const found = data.map(requestOf);
      return found.find(({ state }) => state === 'open') ?? found[0];
    },
    async createDraft({ head, base, title, body }) {
      const { data } = await tried('opening the request', () =>
        octokit.request('POST /repos/{owner}/{repo}/pulls', {
          ...here,
          head,
          base,
          title,
          body,
          draft: true,
        }),
      );
      return requestOf(data);
    },
    async update(number, change) {
      const { data } = await tried(`updating #${number}`, () =>
        octokit.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
          ...here,
          pull_number: number,
          ...change,
        }),
      );
      return requestOf(data);
    },
    async addLabels(number, labels) {
      await tried(`labels for #${number}`, () =>
        octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
          ...here,
          issue_number: number,
          labels: [...labels],
        }),
      );
    },
    async stick(number, marker, body) {
      const comments = await all(`reading comments of #${number}`, (page) =>
        octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
          ...own,
          issue_number: number,
          page,
        }),
      );
      const said = comments.map(({ id, body: words = '', user }) => ({
        id,
        body: words,
        by: personOf(user),
      }));
      const before = await ownComment(said, marker, (person) => forge.mayWrite(person));
      return tried(`commenting on #${number}`, async () => {
        if (before === undefined) {
          const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
          return (await octokit.request(route, { ...here, issue_number: number, body })).data.html_url;
        }
        const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
        return (await octokit.request(route, { ...here, comment_id: Number(before.id), body })).data.html_url;
      });
    },
    async reviews(number) {
      const found = await all(`reading reviews of #${number}`, (page) =>
        octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
          ...own,
          pull_number: number,
          page,
        }),
      );
      return found
        .filter(({ state }) => state !== 'PENDING' && state !== 'DISMISSED')
        .map(({ id, user, body, submitted_at }) => ({
          id: String(id),
          by: personOf(user),
          body,
          at: submitted_at ?? '',
        }));
    },
    async threads(number) {
      const found: Thread[] = [];
      let after: string | undefined;
      for (let page = 1; page <= 20; page += 1) {
        const answer = await tried(`reading threads of #${number}`, () =>
          octokit.graphql<unknown>(reviewThreads, { ...here, number, after: after ?? null }),
        );
        const { threads, next } = openThreads(answer);
        found.push(...threads);
        if (next === undefined) break;
        after = next;
      }
      return found;
    },
    async mayWrite({ login }) {
      const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
      const answer = await maybe('asking for permissions', () =>
        octokit.request(route, { ...here, username: login }),
      );
      return ['admin', 'write'].includes(answer?.data.permission ?? '');
    },
    async reply(number, thread, body) {
      await tried(`answering a thread of #${number}`, () =>
        octokit.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies', {
          ...here,
          pull_number: number,
          comment_id: Number(thread.id),
          body,
        }),
      );
    },
    async setStatus(commit, { state, name, text }) {
      await tried('setting the check', () =>
        octokit.request('POST /repos/{owner}/{repo}/statuses/{sha}', {
          ...here,
          sha: commit,
          state,
          context: name,
          description: text.slice(0, 140),
        }),
      );
    },
  };
  return forge;
}
