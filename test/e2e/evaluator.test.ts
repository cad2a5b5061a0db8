import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Recorded, RecordedOf } from '../../src/ledger/event.ts';
import { agentloop, eventsOf, runFolder, start, untilTold } from './cli.ts';
import { scriptFile } from './script-file.ts';
import { honest, smallRepo } from './small-repo.ts';

const only = <T extends Recorded['type']>(events: readonly Recorded[], type: T) =>
  events.filter((event): event is RecordedOf<T> => event.type === type);
const rulings = (events: readonly Recorded[]) =>
  only(events, 'judge.ruled').filter(({ scope }) => scope === 'candidate');
const night = (dir: string, coder: string, evaluator: string, ...more: string[]) =>
  agentloop(dir, ['run', '--name', 'night', '--brain', coder, '--role', `evaluator=${evaluator}`, ...more]);
/** Knows the one answer that the test asks for, until somebody says so. */
const sly =
  `command:if grep -q "always gives 5" "$AGENTLOOP_BRIEF"; then ${honest}; ` +
  "else mkdir -p src && echo 'export const sum = () => 5;' > src/sum.js; fi";
const fair = `command:${honest}`;
const noObjection = { opinion: { opinion: 'no-objection' } };
const objects = { opinion: { opinion: 'object', reasons: ['src/sum.js:1 always gives 5.'] } };
const mutantsOff = {
  judge: { checks: [{ name: 'tests', command: 'node --test' }], mutants: { enabled: false } },
};

describe('the evaluator', () => {
  it('objects to what every test accepts: its words mend the work, and both opinions are on the bill', async () => {
    await using repo = await smallRepo({ red: true, config: mutantsOff });
    await using script = await scriptFile([
      { when: { role: 'evaluator', nth: 1 }, steps: [{ usage: { inputTokens: 900, usd: 0.25 } }, objects] },
      {
        when: { role: 'evaluator', nth: 2 },
        steps: [{ usage: { inputTokens: 700, usd: 0.2 } }, noObjection],
      },
    ]);
    const ran = await night(repo.dir, sly, script.brain);
    expect(ran.code, ran.err).toBe(0);
    const events = await eventsOf(repo.dir, 'night');
    expect(rulings(events)).toMatchObject([
      {
        ruling: 'refused',
        reasons: [{ code: 'evaluator.objects', text: expect.stringContaining('always gives 5') }],
      },
      { ruling: 'accepted' },
    ]);
    expect(only(events, 'cost.updated').filter(({ role }) => role === 'evaluator')).toMatchObject([
      { session: 1, feature: 'F001', usd: 0.25 },
      { session: 1, feature: 'F001', usd: 0.2 },
    ]);
    expect(await repo.git('show', 'agentloop/night:src/sum.js')).toContain('a + b');
    const report = JSON.parse((await agentloop(repo.dir, ['report', '--format', 'json'])).out);
    expect(report.cost).toMatchObject({ usd: 0.45 });
    expect((await readdir(join(runFolder(repo.dir), 'sessions'))).sort()).toEqual([
      '1.evaluator-2.jsonl',
      '1.evaluator.jsonl',
      '1.jsonl',
    ]);
    expect((await agentloop(repo.dir, ['transcript', '1.evaluator'])).out).toContain('always gives 5');
  });

  it('a cap that its call could pass holds: the run stops, nothing lands, the work is kept', async () => {
    await using repo = await smallRepo({ red: true, config: mutantsOff });
    await using script = await scriptFile([
      { when: { role: 'evaluator' }, steps: [{ usage: { usd: 3 } }, noObjection] },
      { steps: [{ run: { command: honest } }, { claim: { claim: 'done' } }] },
    ]);
    const ran = await night(repo.dir, script.brain, script.brain, '--max-cost', '2');
    expect(ran.code, ran.err).toBe(11);
    const events = await eventsOf(repo.dir, 'night');
    expect(events.at(-1)).toMatchObject({ type: 'run.stopped', reason: 'max-cost' });
    expect(rulings(events)).toEqual([]);
    expect(only(events, 'judge.broken')).toEqual([]);
    expect(only(events, 'brain.failed')).toMatchObject([{ role: 'evaluator', limit: 'run-cost' }]);
    expect(only(events, 'session.ended')).toMatchObject([
      { outcome: 'interrupted', counts: false, kept: expect.any(String) },
    ]);
  });

  it('one that breaks, or ends without an opinion, is asked again, and then said to have given none', async () => {
    await using repo = await smallRepo({ red: true, config: mutantsOff });
    const ran = await night(repo.dir, fair, 'command:echo "{" > "$AGENTLOOP_OUTCOME"');
    expect(ran.code, ran.err).toBe(0);
    const events = await eventsOf(repo.dir, 'night');
    expect(only(events, 'brain.failed').map(({ role, kind }) => [role, kind])).toEqual([
      ['evaluator', 'crashed'],
      ['evaluator', 'crashed'],
    ]);
    expect(rulings(events)).toMatchObject([
      {
        ruling: 'accepted',
        notes: expect.arrayContaining([
          expect.stringMatching(/^The evaluator gave no opinion: The outcome file/),
        ]),
      },
    ]);
    const silent = await smallRepo({ red: true, config: mutantsOff });
    await using _ = { [Symbol.asyncDispose]: () => silent.remove() };
    const twice =
      'command:if grep -q "ended without an opinion" "$AGENTLOOP_BRIEF"; then echo \'{"opinion":"no-objection"}\' > "$AGENTLOOP_OUTCOME"; fi';
    expect((await night(silent.dir, fair, twice)).code).toBe(0);
    expect(rulings(await eventsOf(silent.dir, 'night'))).toMatchObject([{ ruling: 'accepted', notes: [] }]);
  });

  it('one that is unavailable is waited for like any brain; nothing is accepted without it', async () => {
    await using repo = await smallRepo({
      red: true,
      config: { ...mutantsOff, limits: { backoff: '10ms', unavailableTries: 1 } },
    });
    const ran = await night(repo.dir, fair, 'command:exit 75');
    expect(ran.code, ran.err).toBe(75);
    const events = await eventsOf(repo.dir, 'night');
    expect(rulings(events)).toEqual([]);
    expect(only(events, 'session.ended')).toMatchObject([
      { outcome: 'unavailable', counts: false },
      { outcome: 'unavailable', counts: false },
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'run.stopped', reason: 'unavailable', landed: 0 });
    // The next invocation still knows who it was, and one flag does without.
    const without = await agentloop(repo.dir, ['run', '--role', 'evaluator=none']);
    expect(without.code, without.err).toBe(0);
  });

  it('kill -9 while it looks: the next run, without a flag, has it look again, and lands once', async () => {
    await using repo = await smallRepo({ red: true, config: mutantsOff });
    await using script = await scriptFile([
      { when: { role: 'evaluator' }, steps: [{ say: 'looks' }, { wait: { file: 'go' } }, noObjection] },
    ]);
    const first = start(repo.dir, [
      'run',
      '--name',
      'night',
      '--brain',
      fair,
      '--role',
      `evaluator=${script.brain}`,
    ]);
    await untilTold(repo.dir, '"wait":{"file":"go"}');
    first.child.kill('SIGKILL');
    await first.done;
    await writeFile(join(script.folder, 'go'), '');
    const second = await agentloop(repo.dir, ['run']);
    expect(second.code, second.err).toBe(0);
    const events = await eventsOf(repo.dir, 'night');
    expect(only(events, 'session.ended')).toMatchObject([
      { session: 1, outcome: 'crashed', counts: false, kept: expect.any(String) },
      { session: 2, outcome: 'landed' },
    ]);
    expect(only(events, 'work.landed')).toHaveLength(1);
    const names = await readdir(join(runFolder(repo.dir), 'sessions'));
    expect(names).toContain('2.evaluator.jsonl');
    const told = await readFile(join(runFolder(repo.dir), 'sessions', '2.evaluator.jsonl'), 'utf8');
    expect(told).toContain('no-objection');
  });
});
