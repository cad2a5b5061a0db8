import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agentNames } from '../../src/config-brains.ts';
import { type CoderBrief, coderBrief, initializerBrief } from '../../src/project/brief.ts';
import { evaluatorBrief } from '../../src/project/brief-evaluator.ts';
import { examinerBrief } from '../../src/project/brief-examiner.ts';
import type { HowItEnds } from '../../src/project/brief-parts.ts';
import { plannerBrief } from '../../src/project/brief-planner.ts';
import { packageRoot } from '../../src/project/templates.ts';
import { feature as plain } from '../helpers/feature.ts';

const brains = readdirSync(join(packageRoot(), 'templates', 'brains')).map((file) => file.replace('.md', ''));
const page = readFileSync('docs/briefs.md', 'utf8');

const given = {
  feature: plain('F001', { proof: 'none' }),
  reasons: [],
  notes: [],
  checks: [],
  progress: '',
  agents: '',
  specification: '',
};
const mark = 'c0ffee00c0ffee00c0ffee00';
/** Every brief without anything that others wrote: the feature is all there is, and it is taken out. */
const briefs: Readonly<Record<string, (brain: HowItEnds) => string>> = {
  initializer: (brain) => initializerBrief({ ...given, detected: '', ...brain }),
  planner: (brain) => plannerBrief({ ...given, ...brain }),
  examiner: (brain) => examinerBrief({ ...given, ...brain }),
  coder: (brain) => coderBrief({ ...given, unfinished: 'none', ...brain } satisfies CoderBrief),
  evaluator: (brain) =>
    evaluatorBrief({ ...given, proof: undefined, suspicions: [], diff: '', mark, ...brain }),
};
const own = (brief: string) =>
  Buffer.byteLength(
    brief.replace(/^<feature>\n[\s\S]*?^<\/feature>\n/m, '').replace(/^begin [\s\S]*?^end .*\n/gm, ''),
  );

const kinds: readonly (readonly [string, HowItEnds])[] = [
  ['anthropic', { claimBy: 'tool' }],
  ['scripted', { claimBy: 'outcome' }],
  ...brains.flatMap((name) => [
    [name, { claimBy: 'outcome', addition: name }] as const,
    // The longer one counts, whichever way a brain comes to claim by.
    [name, { claimBy: 'tool', addition: name }] as const,
  ]),
];

describe('our own words of a brief are less than 4,000 bytes', () => {
  test.each(Object.entries(briefs))('of the %s, with what is said to each brain alone', (_, brief) => {
    for (const [name, brain] of kinds)
      expect({ name, bytes: own(brief(brain)) }).toMatchObject({ bytes: expect.toSatisfy((n) => n < 4000) });
  });

  test('docs/briefs.md tells them: the shortest and the longest of each role', () => {
    const rows = Object.entries(briefs).map(([role, brief]) => {
      const sizes = kinds.map(([, brain]) => own(brief(brain)));
      return `| ${role} | ${Math.min(...sizes)} | ${Math.max(...sizes)} |`;
    });
    expect(page).toContain(`${rows.join('\n')}\n`);
  });
});

test('each agent CLI, any other program and any that speaks ACP is told what is true of it alone', () => {
  expect(brains.toSorted()).toEqual([...agentNames, 'acp', 'command'].toSorted());
});
