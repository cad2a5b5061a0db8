import { expect, it } from 'vitest';
import { type Woken, wakeTrial } from '../chaos/wake.ts';
import type { Play, Point } from '../chaos/world.ts';

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
