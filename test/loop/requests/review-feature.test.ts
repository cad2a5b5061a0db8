import { expect, test } from 'vitest';
import type { Person, Thread } from '../../../src/forge/forge.ts';
import { answerMark, reviewFeature, saidOf, takeUp } from '../../../src/loop/requests/review-feature.ts';
import { Feature } from '../../../src/project/feature.ts';

const person = (login: string, isBot = false): Person => ({ login, id: 1, isBot });
const mayWrite = async ({ login }: Person) => login !== 'stranger';
const thread = (id: string, ...said: readonly (readonly [string, string])[]): Thread => ({
  id,
  path: 'a.js',
  line: 3,
  comments: said.map(([login, body], at) => ({
    id: `${id}${at}`,
    by: person(login, login.endsWith('bot')),
    body,
  })),
});
const taken = (threads: readonly Thread[]) => takeUp([], threads, new Set(), mayWrite);

test('a thread is taken up until it has our answer, and again when a person goes on', async () => {
  const ours = ['night', `${answerMark}\nDone.`] as const;
  const { threads } = await taken([
    thread('A', ['ada', 'Why?']),
    thread('B', ['ada', 'Why?'], ours),
    thread('C', ['ada', 'Why?'], ours, ['ada', 'And that?']),
    thread('D', ['ada', 'Why?'], ours, ['stranger', 'And that?']),
  ]);
  expect(threads).toEqual([
    { name: 'T1', id: 'A', words: 'a.js:3 ada: Why?' },
    { name: 'T2', id: 'C', words: 'a.js:3 ada: Why? / ada: And that?' },
  ]);
});

test('a stranger who writes down our mark has answered nothing; a robot of the repository may be us', async () => {
  const { threads } = await taken([
    thread('A', ['ada', 'Why?'], ['stranger', `${answerMark}\nDone.`]),
    thread('B', ['ada', 'Why?'], ['actions-bot', `${answerMark}\nDone.`]),
  ]);
  expect(threads.map(({ id }) => id)).toEqual(['A']);
});

test('nothing that we say of a night is a review, wherever a forge lists it', async () => {
  const review = {
    id: '1',
    by: person('night'),
    body: '<!-- agentloop: the night of run x -->\nhello',
    at: '',
  };
  expect((await takeUp([review], [], new Set(), mayWrite)).threads).toEqual([]);
});

test('robots and strangers are told about and not heard', async () => {
  const { threads, ignored } = await taken([thread('A', ['stranger', 'x']), thread('B', ['a-bot', 'y'])]);
  expect(threads).toEqual([]);
  expect(ignored).toHaveLength(2);
});

test('what is hidden in comments of HTML is not handed on, closed or not', async () => {
  const { threads } = await taken([
    thread('A', ['ada', 'One<!-- two --> three <!-- four']),
    thread('B', ['ada', '<!-- nothing else -->']),
  ]);
  expect(threads.map(({ words }) => words)).toEqual(['a.js:3 ada: One three']);
});

test('however much is said, it is a feature that the list takes', async () => {
  const many = Array.from({ length: 60 }, (_, at) => thread(`t${at}`, ['ada', 'long '.repeat(5000)]));
  const round = await taken(many);
  expect(round.ignored).toEqual(['20 more threads wait for the next round.']);
  const made = reviewFeature(round, { number: 12, round: 2, features: ['F001'] });
  expect(Feature.parse(made)).toMatchObject({
    id: 'R12-2',
    proof: 'none',
    dependsOn: ['F001'],
    passes: false,
  });
});

test('of a thread without end the first and the last words are kept, and no half of a character', async () => {
  const long = `Begin. ${'🦊'.repeat(250_000)} agentloop: prove ${'🦊'.repeat(250_000)}`;
  const round = await taken([thread('A', ['ada', long], ['grace', 'And now? 🦊 So: subtract.'])]);
  const [one] = round.threads;
  expect(one?.words).toMatch(/^a\.js:3 ada: Begin\. 🦊.* \[…\] .*🦊 \/ grace: And now\? 🦊 So: subtract\.$/u);
  expect(one?.words.length).toBeLessThanOrEqual(900);
  expect(one?.words).not.toMatch(/\p{Surrogate}/u);
  expect(reviewFeature(round, { number: 1, round: 1, features: [] }).proof).toBe('tests');
});

test('a hundred thousand comments of HTML that are never closed take no time', async () => {
  const began = performance.now();
  const { threads } = await taken([thread('A', ['ada', `Hm. ${'<!-- '.repeat(200_000)}`])]);
  expect(threads.map(({ words }) => words)).toEqual(['a.js:3 ada: Hm.']);
  expect(performance.now() - began).toBeLessThan(2000);
});

test('a proof is asked for in words', async () => {
  const round = await taken([thread('A', ['ada', 'It fails for 0. agentloop: prove'])]);
  expect(reviewFeature(round, { number: 1, round: 1, features: [] }).proof).toBe('tests');
});

test('what the session says of a thread stands in its line', () => {
  const did = 'All fine.\n- T1: renamed it\nT11: another\n**T2**: not done: why';
  expect([saidOf('T1', did), saidOf('T2', did), saidOf('T3', did)]).toEqual([
    'renamed it',
    'not done: why',
    undefined,
  ]);
});
