import type { Forge, Person, Request, Thread } from './forge.ts';
import { draftTitle, forgejoCalls, type Issue, type Pull, plainTitle, type User } from './forgejo-calls.ts';
import { ownComment } from './own-comment.ts';
import type { Place } from './place.ts';

interface ReviewComment {
  readonly id: number;
  readonly body: string;
  readonly path: string;
  readonly position: number;
  readonly original_position: number;
  readonly user: User;
  readonly resolver: User | null;
}

/** Requests on Forgejo and Gitea, whose REST interface is the same where we use it. */
export function forgejo(place: Place, token: string, patient: typeof fetch): Forge {
  const call = forgejoCalls(place, token, patient);
  const repo = `/repos/${place.path.split('/').map(encodeURIComponent).join('/')}`;
  const reviewsOf = (number: number) =>
    call.all<{ id: number; user: User; body: string; state: string; submitted_at: string }>(
      `reading reviews of #${number}`,
      `${repo}/pulls/${number}/reviews`,
    );
  const forge: Forge = {
    kind: 'forgejo',
    where: place.where,
    async request(number) {
      const found = await call.maybe<Pull>(`reading #${number}`, `${repo}/pulls/${number}`);
      return found && requestOf(found);
    },
    async findRequest(head, base) {
      const all = await call.all<Pull>('looking for the request', `${repo}/pulls`, {
        state: 'all',
      });
      const found = all
        .filter((one) => one.head.ref === head && (base === undefined || one.base.ref === base))
        .map(requestOf);
      return found.find(({ state }) => state === 'open') ?? found[0];
    },
    async createDraft({ title, ...draft }) {
      return requestOf(
        await call.send<Pull>('opening the request', 'POST', `${repo}/pulls`, {
          ...draft,
          title: draftTitle(title),
        }),
      );
    },
    async update(number, { title, ...change }) {
      const path = `${repo}/pulls/${number}`;
      const isDraft = async () => plainTitle((await call.send<Pull>('reading', 'GET', path)).title).isDraft;
      const named = title === undefined ? {} : { title: (await isDraft()) ? draftTitle(title) : title };
      return requestOf(await call.send<Pull>(`updating #${number}`, 'PATCH', path, { ...change, ...named }));
    },
    async addLabels(number, labels) {
      const known = await call.all<{ id: number; name: string }>('reading labels', `${repo}/labels`);
      const ids: number[] = [];
      for (const name of labels) {
        const one =
          known.find((label) => label.name === name) ??
          (await call.send<{ id: number; name: string }>(
            `making the label ${name}`,
            'POST',
            `${repo}/labels`,
            {
              name,
              color: '#5319e7',
            },
          ));
        ids.push(one.id);
      }
      await call.send(`labels for #${number}`, 'POST', `${repo}/issues/${number}/labels`, { labels: ids });
    },
    async stick(number, marker, body) {
      const comments = await call.send<readonly Issue[]>(
        `reading comments of #${number}`,
        'GET',
        `${repo}/issues/${number}/comments`,
      );
      const said = comments.map(({ id, body: words, user }) => ({ id, body: words, by: personOf(user) }));
      const before = await ownComment(said, marker, (person) => forge.mayWrite(person));
      const where =
        before === undefined ? `${repo}/issues/${number}/comments` : `${repo}/issues/comments/${before.id}`;
      const method = before === undefined ? 'POST' : 'PATCH';
      return (await call.send<Issue>(`commenting on #${number}`, method, where, { body })).html_url;
    },
    async reviews(number) {
      return (await reviewsOf(number))
        .filter(({ state }) => ['APPROVED', 'COMMENT', 'REQUEST_CHANGES'].includes(state))
        .map(({ id, user, body, submitted_at }) => ({
          id: String(id),
          by: personOf(user),
          body,
          at: submitted_at,
        }));
    },
    async threads(number) {
      const open = new Map<string, Thread>();
      for (const review of await reviewsOf(number)) {
        if (review.state === 'PENDING') continue;
        const comments = await call.send<readonly ReviewComment[]>(
          `reading threads of #${number}`,
          'GET',
          `${repo}/pulls/${number}/reviews/${review.id}/comments`,
        );
        for (const { id, body, path, position, original_position, user, resolver } of comments) {
          if (resolver !== null) continue;
          // Comments at one line are one thread there; what is gone is counted in the old file.
          const line = position || original_position;
          const key = `${path}:${position === 0 ? '-' : ''}${line}`;
          const before = open.get(key)?.comments ?? [];
          const next = { id: String(id), body, by: personOf(user) };
          open.set(key, { id: key, path, line, comments: [...before, next] });
        }
      }
      return [...open.values()];
    },
    async mayWrite({ login }) {
      const path = `${repo}/collaborators/${encodeURIComponent(login)}/permission`;
      const found = await call.maybe<{ permission: string }>('asking for permissions', path);
      return ['owner', 'admin', 'write'].includes(found?.permission ?? '');
    },
    async reply(number, { id, path, line }, body) {
      const at = /:-\d+$/.test(id) ? { old_position: line } : { new_position: line };
      await call.send(`answering a thread of #${number}`, 'POST', `${repo}/pulls/${number}/reviews`, {
        event: 'COMMENT',
        comments: [{ path, ...at, body }],
      });
    },
    async setStatus(commit, { state, name, text }) {
      await call.send('setting the check', 'POST', `${repo}/statuses/${commit}`, {
        state,
        context: name,
        description: text.slice(0, 140),
      });
    },
  };
  return forge;
}

function requestOf(pull: Pull): Request {
  return {
    number: pull.number,
    url: pull.html_url,
    state: pull.merged ? 'merged' : pull.state === 'open' ? 'open' : 'closed',
    head: pull.head.ref,
    commit: pull.head.sha,
    base: pull.base.ref,
    title: plainTitle(pull.title).title,
    body: pull.body,
    labels: pull.labels.map(({ name }) => name),
  };
}

/** Robots of this forge have names that say so. */
function personOf({ id, login }: User): Person {
  return { id, login, isBot: id <= 0 || /(\[bot\]|-bot|-actions)$/.test(login) };
}
