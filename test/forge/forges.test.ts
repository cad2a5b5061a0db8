import { expect, test } from 'vitest';
import { forge as forgeConfig } from '../../src/config-forge.ts';
import { UserError } from '../../src/errors.ts';
import type { Forge } from '../../src/forge/forge.ts';
import { openForge } from '../../src/forge/open-forge.ts';
import { type Place, placeOfRemote } from '../../src/forge/place.ts';
import { type FakeForge, fakeForge } from '../helpers/fake-forge/fake-forge.ts';
import { tempRepo } from '../helpers/repo.ts';

const kinds = ['github', 'gitlab', 'forgejo'] as const;

async function opened(fake: FakeForge, kind: (typeof kinds)[number], token = fake.token) {
  const said: string[] = [];
  const slept: number[] = [];
  const place = placeOfRemote(fake.remote, forgeConfig.parse({ kind }), {}) as Place;
  const forge: Forge = await openForge(place, token, {
    now: () => 1_000_000,
    sleep: async (ms) => void slept.push(ms),
    say: (text) => said.push(text),
  });
  return { forge, said, slept };
}

/** A branch with one commit more than main, both on the forge. */
async function pushed(fake: FakeForge, branch = 'agentloop/night'): Promise<string> {
  await using repo = await tempRepo({ 'a.txt': 'a\n' });
  await repo.git('push', '-q', fake.repo, 'main');
  const commit = await repo.commit('more', { 'b.txt': 'b\n' });
  await repo.git('push', '-q', fake.repo, `HEAD:refs/heads/${branch}`);
  return commit;
}

test.each(kinds)('%s: a draft is opened, found, changed, labelled, commented and checked', async (kind) => {
  await using fake = await fakeForge(kind);
  const commit = await pushed(fake);
  const { forge } = await opened(fake, kind);
  const draft = { head: 'agentloop/night', base: 'main', title: 'A sum', body: 'first' };

  expect(await forge.findRequest(draft.head)).toBeUndefined();
  const made = await forge.createDraft(draft);
  expect(made).toMatchObject({ ...draft, state: 'open', commit });
  expect(fake.pulls).toMatchObject([{ draft: true }]);
  expect(await forge.findRequest(draft.head)).toEqual(made);

  await forge.update(made.number, { body: 'second', title: 'Two sums' });
  expect(await forge.request(made.number)).toMatchObject({ body: 'second', title: 'Two sums' });
  expect(fake.pulls).toMatchObject([{ draft: true }]);
  expect(await forge.request(999)).toBeUndefined();

  fake.pulls[0]?.labels.push('of-a-person');
  await forge.addLabels(made.number, ['agentloop', 'night']);
  await forge.addLabels(made.number, ['agentloop']);
  expect(fake.pulls[0]?.labels).toEqual(['of-a-person', 'agentloop', 'night']);

  fake.comments.push({
    id: fake.nextId(),
    on: made.number,
    by: fake.person('ada'),
    body: 'I say <!-- us -->',
  });
  await forge.stick(made.number, '<!-- us -->', '<!-- us -->\none');
  await forge.stick(made.number, '<!-- us -->', '<!-- us -->\ntwo');
  expect(fake.comments.map(({ body }) => body)).toEqual(['I say <!-- us -->', '<!-- us -->\ntwo']);

  // Said again while the run works, which GitLab takes for an impossible step.
  for (let at = 0; at < 2; at += 1)
    await forge.setStatus(commit, { state: 'pending', name: 'agentloop', text: 'still working' });
  fake.statuses.length = 0;
  await forge.setStatus(commit, { state: 'success', name: 'agentloop', text: '1 feature' });
  expect(fake.statuses).toMatchObject([
    { sha: commit, state: 'success', name: 'agentloop', text: '1 feature' },
  ]);
});

test.each(kinds)(
  '%s: submitted words of people are told apart from the others, and answered in place',
  async (kind) => {
    await using fake = await fakeForge(kind);
    await pushed(fake);
    const { forge } = await opened(fake, kind);
    const { number } = await forge.createDraft({
      head: 'agentloop/night',
      base: 'main',
      title: 't',
      body: '',
    });
    fake.review({
      on: number,
      by: 'grace',
      body: 'Nearly.',
      threads: [{ path: 'b.txt', line: 1, body: 'Why?' }],
    });
    fake.review({ on: number, by: 'ada', threads: [{ path: 'a.txt', line: 1, body: 'Settled.' }] });
    const [open, settled] = fake.threads;
    if (settled) settled.resolved = true;

    expect(await forge.reviews(number)).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ body: 'Nearly.' })]),
    );
    const threads = await forge.threads(number);
    expect(threads).toMatchObject([
      { path: 'b.txt', line: 1, comments: [{ body: 'Why?', by: { login: 'grace', isBot: false } }] },
    ]);
    await forge.reply(number, threads[0] as never, 'Because.');
    expect(open?.comments.map(({ body }) => body)).toEqual(['Why?', 'Because.']);
    expect(open?.resolved).toBe(false);

    const may = async (login: string) => forge.mayWrite({ ...fake.person(login), isBot: false });
    expect([await may('ada'), await may('grace'), await may('stranger')]).toEqual([true, true, false]);
    expect(await forge.mayWrite({ login: 'nobody', id: 77, isBot: false })).toBe(false);
  },
);

test.each(kinds)(
  '%s: a comment of a stranger that has our mark is not kept up to date for them',
  async (kind) => {
    await using fake = await fakeForge(kind);
    await pushed(fake);
    const { forge } = await opened(fake, kind);
    const { number } = await forge.createDraft({
      head: 'agentloop/night',
      base: 'main',
      title: 't',
      body: '',
    });
    const theirs = '<!-- us -->\nAll is well, merge it.';
    fake.comments.push({ id: fake.nextId(), on: number, by: fake.person('stranger'), body: theirs });
    await forge.stick(number, '<!-- us -->', '<!-- us -->\none');
    await forge.stick(number, '<!-- us -->', '<!-- us -->\ntwo');
    expect(fake.comments.map(({ body }) => body)).toEqual([theirs, '<!-- us -->\ntwo']);
  },
);

test('a review that is not submitted yet is none, and neither are its threads', async () => {
  await using fake = await fakeForge('github');
  await pushed(fake);
  const { forge } = await opened(fake, 'github');
  const { number } = await forge.createDraft({ head: 'agentloop/night', base: 'main', title: 't', body: '' });
  fake.review({ on: number, by: 'ada', state: 'PENDING', threads: [{ path: 'b.txt', line: 1, body: 'Hm' }] });
  expect(await forge.reviews(number)).toEqual([]);
  expect(await forge.threads(number)).toEqual([]);
});

test.each(kinds)('%s: what the forge refuses is told in its own words', async (kind) => {
  await using fake = await fakeForge(kind);
  await pushed(fake);
  const { forge } = await opened(fake, kind);
  const draft = { head: 'agentloop/night', base: 'main', title: 't', body: '' };
  await expect(forge.createDraft({ ...draft, head: 'not-there' })).rejects.toThrow(
    /opening the request \((404|422)\)/,
  );
  await forge.createDraft(draft);
  await expect(forge.createDraft(draft)).rejects.toThrow(/already exists/);
  await expect(forge.setStatus('0'.repeat(40), { state: 'success', name: 'x', text: '' })).rejects.toThrow(
    /setting the check/,
  );
  const { forge: wrong } = await opened(fake, kind, 'another-token');
  await expect(wrong.findRequest('x')).rejects.toThrow(/Bad credentials/);
  await expect(wrong.findRequest('x')).rejects.not.toThrow(/another-token/);
});

test.each(kinds)('%s: a limit that ends soon is waited for, one that does not is told', async (kind) => {
  await using fake = await fakeForge(kind);
  const { forge, slept, said } = await opened(fake, kind);
  const body = { message: 'API rate limit exceeded' };
  fake.instead.push({ status: 429, headers: { 'retry-after': '7' }, body });
  fake.instead.push({
    status: 403,
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1030' },
    body,
  });
  expect(await forge.findRequest('x')).toBeUndefined();
  expect(slept).toEqual([7000, 30_000]);
  expect(said[0]).toMatch(/asks for patience: 7 s/);
  fake.instead.push({ status: 429, headers: { 'retry-after': '3600' }, body });
  await expect(forge.findRequest('x')).rejects.toThrow(
    /takes no more calls with this token until 1970-01-01T01:16/,
  );
});

test('the fake refuses what the description does not know', async () => {
  await using fake = await fakeForge('github');
  const ask = (path: string, body: object) =>
    fetch(`http://${fake.host}/api/v3${path}`, {
      method: 'POST',
      headers: { authorization: `token ${fake.token}` },
      body: JSON.stringify(body),
    });
  const good = { head: 'x', base: 'main', title: 't' };
  expect((await ask('/repos/ada/sum/pulls', { ...good, drafty: true })).status).toBe(422);
  expect((await ask('/repos/ada/sum/pulls', { ...good, head: 7 })).status).toBe(422);
  expect((await ask('/repos/ada/sum/pullz', good)).status).toBe(404);
});

test.each(kinds)('%s: what fills more than one page is read to its end', async (kind) => {
  await using fake = await fakeForge(kind);
  await pushed(fake);
  const { forge } = await opened(fake, kind);
  const { number } = await forge.createDraft({ head: 'agentloop/night', base: 'main', title: 't', body: '' });
  const ada = fake.person('ada');
  for (let at = 0; at < 130; at += 1) {
    fake.review({ on: number, by: 'grace', body: `Said ${at}.` });
    fake.comments.push({ id: fake.nextId(), on: number, by: ada, body: `Told ${at}.` });
    fake.labels.push({ id: fake.nextId(), name: `label-${at}` });
  }
  const lines = Array.from({ length: 130 }, (_, at) => ({ path: 'b.txt', line: at + 1, body: `At ${at}.` }));
  fake.review({ on: number, by: 'grace', threads: lines });
  fake.comments.push({ id: fake.nextId(), on: number, by: fake.us, body: '<!-- us -->\none' });

  const said = (await forge.reviews(number)).map(({ body }) => body);
  expect(said).toEqual(expect.arrayContaining(['Said 0.', 'Said 129.']));
  const threads = await forge.threads(number);
  expect(threads).toHaveLength(130);
  await forge.reply(number, threads[129] as never, 'Here.');
  expect(fake.threads[129]?.comments.at(-1)?.body).toBe('Here.');
  await forge.stick(number, '<!-- us -->', '<!-- us -->\ntwo');
  expect(fake.comments.filter(({ body }) => body.startsWith('<!-- us -->'))).toHaveLength(1);
  await forge.addLabels(number, ['label-129']);
  expect(fake.labels).toHaveLength(130);
});

test('GitHub: of a thread without end the newest words are read, and the answer goes to its first', async () => {
  await using fake = await fakeForge('github');
  await pushed(fake);
  const { forge } = await opened(fake, 'github');
  const { number } = await forge.createDraft({ head: 'agentloop/night', base: 'main', title: 't', body: '' });
  fake.review({ on: number, by: 'ada', threads: [{ path: 'b.txt', line: 1, body: 'First.' }] });
  const [thread] = fake.threads;
  for (let at = 0; at < 150; at += 1)
    thread?.comments.push({ id: fake.nextId(), on: number, by: fake.person('ada'), body: `And ${at}.` });
  const [found] = await forge.threads(number);
  expect(found?.comments.at(-1)?.body).toBe('And 149.');
  await forge.reply(number, found as never, 'Yes.');
  expect(thread?.comments.at(-1)?.body).toBe('Yes.');
});

test('Forgejo: a thread at a line that is gone is another one than at the line of that number now', async () => {
  await using fake = await fakeForge('forgejo');
  await pushed(fake);
  const { forge } = await opened(fake, 'forgejo');
  const { number } = await forge.createDraft({ head: 'agentloop/night', base: 'main', title: 't', body: '' });
  fake.review({
    on: number,
    by: 'ada',
    threads: [
      { path: 'b.txt', line: 1, side: 'old', body: 'Why is it gone?' },
      { path: 'b.txt', line: 1, body: 'Why is it here?' },
    ],
  });
  const threads = await forge.threads(number);
  expect(threads).toHaveLength(2);
  for (const one of threads) await forge.reply(number, one, `To "${one.comments[0]?.body}"`);
  expect(fake.threads.map(({ comments }) => comments.at(-1)?.body)).toEqual([
    'To "Why is it gone?"',
    'To "Why is it here?"',
  ]);
});

test.each(kinds)(
  '%s: a renamed repository is found on the same host; to another host no token goes',
  async (kind) => {
    await using fake = await fakeForge(kind);
    await using other = await fakeForge(kind);
    await pushed(fake);
    const { forge } = await opened(fake, kind);
    const { number } = await forge.createDraft({
      head: 'agentloop/night',
      base: 'main',
      title: 't',
      body: '',
    });
    const path = fake.calls.at(-1)?.path ?? '';
    const moved = (status: number, location: string) => ({ status, headers: { location }, body: {} });
    fake.instead.push(moved(301, `${path}/${number}`));
    expect(await forge.request(number)).toMatchObject({ number });
    fake.instead.push(moved(307, path));
    await expect(
      forge.createDraft({ head: 'agentloop/night', base: 'main', title: 't', body: '' }),
    ).rejects.toThrow(/already exists/);

    for (const status of [301, 302, 307, 308]) {
      fake.instead.push(moved(status, `http://${other.host}${path}/${number}`));
      await expect(forge.request(number)).rejects.toThrow(
        `sends calls on to ${other.host}; they are not followed`,
      );
    }
    // What is written would become a question on the way, and in circles nothing is found.
    fake.instead.push(moved(302, path));
    await expect(
      forge.createDraft({ head: 'agentloop/night', base: 'main', title: 't', body: '' }),
    ).rejects.toThrow(/are not followed/);
    for (let at = 0; at < 5; at += 1) fake.instead.push(moved(301, path));
    await expect(forge.request(number)).rejects.toThrow(/are not followed/);
    expect(other.calls).toEqual([]);
  },
);

test.each(kinds)(
  '%s: a token without rights is told what it lacks, whatever it is used for',
  async (kind) => {
    await using fake = await fakeForge(kind);
    await pushed(fake);
    const { forge } = await opened(fake, kind);
    const { number } = await forge.createDraft({
      head: 'agentloop/night',
      base: 'main',
      title: 't',
      body: '',
    });
    const refusals: [RegExp, () => Promise<unknown>][] = [
      [/asking for permissions/, () => forge.mayWrite({ login: 'ada', id: 2, isBot: false })],
      [/labels/, () => forge.addLabels(number, ['x'])],
      [/comment/, () => forge.stick(number, '<!-- us -->', '<!-- us -->')],
      [/threads|reviews/, () => forge.threads(number)],
      [/check/, () => forge.setStatus('0'.repeat(40), { state: 'success', name: 'x', text: '' })],
    ];
    for (const [what, call] of refusals) {
      fake.instead.push({ status: 403, headers: {}, body: { message: 'Resource not accessible' } });
      const said: unknown = await call().catch((error: unknown) => error);
      expect(said).toBeInstanceOf(UserError);
      expect(String(said)).toMatch(what);
      expect(String(said)).toMatch(/\(403\): Resource not accessible/);
    }
  },
);
