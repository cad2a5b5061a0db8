import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { commandBrain } from '../../src/brain/command.ts';
import { exitCodes } from '../../src/brain/command-end.ts';
import { parseOutcome } from '../../src/brain/outcome.ts';
import { parseScript } from '../../src/brain/read-script.ts';
import { ScriptStep } from '../../src/brain/script-file.ts';
import { Claim } from '../../src/ledger/event.ts';
import { plainWorkspace } from '../helpers/plain-workspace.ts';
import { assignmentIn, eventsOf } from './assignment.ts';

let page: string;
beforeAll(async () => {
  page = await readFile('docs/brains.md', 'utf8');
});

/** First cells of the table with this head. */
function column(head: string): string[] {
  const [, rows = ''] = page.split(new RegExp(`^\\| ${head} \\|.*\n\\|[ -|]*\n`, 'm'));
  return (/^(\|.*\n)*/.exec(rows)?.[0] ?? '')
    .split('\n')
    .map((row) => row.split('|')[1]?.trim() ?? '')
    .filter(Boolean);
}

test('every claim and every step has its line in docs/brains.md', () => {
  expect(column('claim')).toEqual(Claim.options.map((claim) => `\`${claim}\``));
  const steps = column('step').flatMap((cell) => [...cell.matchAll(/`(\w+):/g)].map(([, name]) => name));
  expect([...new Set(steps)].sort()).toEqual(Object.keys(ScriptStep.shape).sort());
});

test('the exit codes in docs/brains.md are those that are meant', () => {
  const { claims, later, cannotRun, notFound } = exitCodes;
  expect(column('exit code').slice(0, 3)).toEqual([`${claims}`, `${later}`, `${cannotRun}, ${notFound}`]);
});

test('the outcome and the script shown in docs/brains.md are understood', () => {
  const blocks = page.match(/(^ {4}.*\n)+/gm) ?? [];
  const outcome = blocks.find((block) => block.includes('"usage"')) ?? '';
  expect(parseOutcome(Buffer.from(outcome))).toMatchObject({ kind: 'read', outcome: { claim: 'partial' } });
  const script = /```json\n(.*?)```/s.exec(page)?.[1] ?? '';
  expect(parseScript(Buffer.from(script), 'docs/brains.md').sessions).toHaveLength(2);
});

test('the variables in docs/brains.md are those that a program gets', async () => {
  await using workspace = await plainWorkspace();
  const folder = await mkdtemp(join(tmpdir(), 'docs-'));
  const deps = { cwdOfCaller: folder, home: folder, passEnv: {}, passHome: [], forbidden: [], now: Date.now };
  await eventsOf(commandBrain('env > env.txt', deps), await assignmentIn(workspace, folder));
  const names = [...(await workspace.read('env.txt')).matchAll(/^AGENTLOOP_\w+/gm)].map(
    ([name]) => `\`${name}\``,
  );
  expect(column('variable').sort()).toEqual(names.sort());
  await rm(folder, { recursive: true, force: true });
});
