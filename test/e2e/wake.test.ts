import { expect, it } from 'vitest';
import { eventsIn } from '../chaos/look.ts';
import { talk } from '../chaos/scenarios.ts';
import { type Woken, wakeTrial } from '../chaos/wake.ts';
import { makeWorld, type Play, type Point } from '../chaos/world.ts';
import { call } from '../helpers/messages-script.ts';
import { messagesServer } from '../helpers/messages-server.ts';

// Every line of ledger and transcript is a place to die in `npm run test:chaos`; these are the ones that tell most.

const said = (type: string, how: Point['how'], nth = 1): Play => ({
  at: { name: `write /repo/.git/agentloop/runs/night/sessions/N.jsonl ${type}`, nth, how },
});
const told = (type: string, how: Point['how'], nth = 1): Play => ({
  at: { name: `write /repo/.git/agentloop/runs/night/events.jsonl ${type}`, nth, how },
});
const resumed = ({ events }: Woken) => events.filter(({ type }) => type === 'session.resumed');

it.concurrent('goes on in the same conversation after a kill in a command, in a call, and in half a line', async () => {
  const kills = [
    said('tool.started', 'after'),
    said('request.sent', 'after'),
    said('assistant.said', 'torn'),
  ];
  const came = await wakeTrial(kills);
  expect(came.faults).toEqual([]);
  expect(came.kills).toBe(3);
  expect(resumed(came)).toMatchObject([{ session: 1 }, { session: 1 }, { session: 1 }]);
  const answers = came.entries.flatMap(({ type, content }) => (type === 'tool.finished' ? [content] : []));
  expect(answers[0]).toMatch(/^Interrupted: .*may have taken effect/);
  // The time it had worked before counts.
  const ms = resumed(came).map((event) => (event.type === 'session.resumed' ? event.ms : 0));
  expect(ms.toSorted((one, other) => one - other)).toEqual(ms);
});

it.concurrent('judges a claim that was being judged, and makes it only once', async () => {
  const came = await wakeTrial([
    told('judge.started candidate', 'after'),
    told('judge.ruled candidate refused', 'after'),
  ]);
  expect(came.faults).toEqual([]);
  expect(came.kills).toBe(2);
  expect(resumed(came)).toHaveLength(2);
  expect(came.events.filter(({ type }) => type === 'claim.made')).toHaveLength(2);
  expect(came.events.filter(({ type }) => type === 'brain.finished')).toHaveLength(2);
});

it.concurrent('is not asked again where the refusal before the kill was the last one', async () => {
  const lie = { say: [call('claim', { claim: 'done', did: 'A lie.' })] };
  await using server = await messagesServer([
    { when: 'Write src/f001.txt', turns: [lie, lie] },
    { when: 'Another.', turns: [lie] },
  ]);
  const config = JSON.parse(talk.files['agentloop.config.json'] ?? '');
  config.limits = { ...config.limits, sameWork: 1 };
  const list = JSON.parse(talk.files['feature-list.json'] ?? '');
  const [one] = list.features;
  list.features.push({ ...one, id: 'F002', priority: 200, title: 'Another', description: 'Another.' });
  const files = {
    ...talk.files,
    'feature-list.json': JSON.stringify(list),
    'agentloop.config.json': JSON.stringify(config),
  };
  await using world = await makeWorld({ ...talk, files });
  const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: server.key };
  expect((await world.play({ ...told('judge.ruled candidate refused', 'after'), env })).signal).toBe(
    'SIGKILL',
  );
  expect((await world.play({ env })).code).toBe(11);
  expect((await eventsIn(world)).map(({ type }) => type)).toContain('session.resumed');
  expect((await eventsIn(world)).find(({ type }) => type === 'session.ended')).toMatchObject({
    outcome: 'refused',
  });
  expect(server.unplayed()).toHaveLength(1);
});
