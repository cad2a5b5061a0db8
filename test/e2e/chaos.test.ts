import { beforeAll, describe, expect, it } from 'vitest';
import { initTrial } from '../chaos/init.ts';
import { night } from '../chaos/scenarios.ts';
import { type Clean, playClean, trial } from '../chaos/trial.ts';
import type { Point } from '../chaos/world.ts';

// A fixed part of the matrix that `npm run test:chaos` plays: the places round judging and landing, and each bug it found.

const event = (told: string, how: Point['how'], nth = 1): Point => ({
  name: `write /repo/.git/agentloop/runs/night/events.jsonl ${told}`,
  nth,
  how,
});
const effect = (name: string, how: Point['how'], nth = 1): Point => ({ name, nth, how });
const state = '/repo/.git/agentloop';
const cache = '/cache/agentloop/R';
const fetch =
  'spawn git user fetch --atomic --update-shallow --no-tags --no-write-fetch-head --no-auto-maintenance --no-recurse-submodules --no-prune';

/** Each world lives through its kills one after the other. */
const worlds: readonly (readonly [story: string, kills: readonly Point[]])[] = [
  [
    'while its repositories are made, before its first event is whole, and round the first landing',
    [
      // Left half a repository of ours behind for ever.
      effect(`mkdir ${state}/shelf.git.new-N/objects/info`, 'after'),
      // Half of a first line took the name of the run, which then could neither be begun nor gone on with.
      event('run.started', 'torn'),
      event('judge.ruled candidate accepted', 'before'),
      event('judge.ruled candidate accepted', 'after'),
      event('work.landed', 'torn'),
    ],
  ],
  [
    'between the ledger, the vault, the shelf and the repository of the user',
    [
      // Made with a power cut, a repository of ours was taken for whole and was empty.
      effect(`rename ${state}/vault.git`, 'power'),
      // Which brain works on the run was forgotten, and another one went on.
      effect(`writeFile ${state}/runs/night/brain.json.part`, 'torn'),
      event('work.landed', 'after'),
      effect(`copyFile ${state}/shelf.git/objects/O`, 'after'),
      effect(fetch, 'torn'),
      event('session.ended landed', 'before'),
    ],
  ],
  [
    'in the middle of unfinished work, and before its folder is filled with it',
    [
      // Left the lock that it was about to take.
      effect(`link ${cache}/slots/prepare.lock`, 'before'),
      event('claim.made', 'power', 3),
      event('checkpoint.saved', 'before'),
      // Its workspace was empty still, and so the next session began without the work.
      effect(`writeFile ${cache}/slots/work/session.json`, 'before', 2),
      effect('spawn git vault update-ref', 'torn'),
    ],
  ],
  [
    'while the judge works, with the power gone',
    [
      event('judge.started candidate', 'power'),
      effect('spawn bwrap judge', 'torn', 3),
      // Left half of what it had seen of a base.
      effect(`rename ${cache}/judge/H.json`, 'before'),
      event('work.published', 'power'),
      event('judge.ruled final accepted', 'before'),
      // The shelf's own ref stayed empty where nothing landed after it.
      effect(`rename ${state}/shelf.git/refs/heads/agentloop/night`, 'power'),
      event('run.stopped', 'before'),
    ],
  ],
  [
    'between the end of a session and what follows from it',
    [
      // The question was never put, and the feature was never marked as blocked.
      event('session.ended needs-human', 'after'),
      event('feature.parked', 'torn'),
      event('session.ended stuck', 'after', 2),
      event('feature.blocked', 'before'),
    ],
  ],
];

it.concurrent('init: what it had written and not committed is taken back, and one plan comes of it', async () => {
  const kills = [
    effect('writeFile /repo/feature-list.json', 'torn'),
    effect('chmod /repo/init.sh', 'after'),
    effect('spawn git user commit --only', 'before'),
  ];
  const came = await initTrial(kills.map((at) => ({ at })));
  expect(came.faults, came.said).toEqual([]);
  expect(came.kills).toBe(kills.length);
});

describe('killed again and again, a run ends as the one that nobody killed', { concurrent: true }, () => {
  let clean: Clean;
  beforeAll(async () => {
    clean = await playClean(night);
  });

  it.each(worlds)('%s', async (_, kills) => {
    const came = await trial(
      night,
      clean,
      kills.map((at) => ({ at })),
    );
    expect(came.faults, came.said).toEqual([]);
    expect(came.kills).toBe(kills.length);
  });
});
