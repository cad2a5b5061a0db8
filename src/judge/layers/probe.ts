import type { Reason } from '../../ledger/event.ts';
import { reason } from '../codes.ts';
import { type Layer, passed } from '../layer.ts';
import type { ProbeSeen } from '../probe/see-probe.ts';
import type { Strange } from '../probe/strange.ts';

const mostNamed = 8;

/**
 * The judge watches itself: in one more run, tests are planted that must fail. Where they do not, no green test says
 * anything. The same run shows what the work does to the runtime that tests stand on, and what passes by luck.
 */
export const probe: Layer = {
  name: 'probe',
  holds: 'Tests planted to fail do fail, in every test file; sources leave the runtime as it is.',
  look({ seen: { base, trees, probe: seen } }) {
    if (base === undefined) return { ask: 'base' };
    if (base.checks.length === 0) return passed;
    if (trees === undefined) return { ask: 'trees' };
    if (seen === undefined) return { ask: 'probe' };
    const unsteady =
      seen.unsteady.length === 0 ? [] : [reason('proof.unsteady', { tests: seen.unsteady.slice(0, 50) })];
    return { reasons: [...seen.strange.map(reasonFor), ...unsteady], notes: notesOn(seen) };
  },
};

function notesOn(seen: ProbeSeen): readonly string[] {
  const notes: string[] = [];
  if (seen.shaky.length > 0)
    notes.push(
      `Passed when judged, and failed in the run with planted tests, by chance or because it looks at test files: ${names(seen.shaky)}.`,
    );
  const mute = seen.probed.checks.filter(({ trouble }) => trouble !== undefined).map(({ name }) => name);
  if (mute.length > 0)
    notes.push(`Nobody looked whether a test can fail in ${names(mute)}: with tests planted, it tells none.`);
  if (seen.leftOut.length > 0)
    notes.push(
      `Nobody looked whether a test can fail in ${names(seen.leftOut)}: no test could be planted there.`,
    );
  return notes;
}

function reasonFor(one: Strange): Reason {
  switch (one.kind) {
    case 'passes':
      return cannotFail(
        one.silent.length === 0
          ? `A test that the judge planted at the end of ${one.file} throws, and was reported as passing.`
          : `At the end of ${one.file}, ${names(one.silent)} ${one.silent.length === 1 ? 'does' : 'do'} not throw when ${one.silent.length === 1 ? 'it' : 'they'} should.`,
      );
    case 'missing':
      return cannotFail(
        `Tests of ${one.file} are reported, but one that the judge planted at its end never was: the process was ended before, or the report was not written by the runner.`,
      );
    case 'green':
      return reason('check.cannot-fail', {
        says: `In ${one.file}, tests that the judge made throw at their end were reported as passing.`,
        tests: one.tests,
      });
    case 'timeout':
    case 'no-report':
      return cannotFail(
        `Once a test must fail, the check "${one.check}" ${one.kind === 'timeout' ? 'does not end in its time' : 'gives no report any more'}; on the base it does.`,
      );
    case 'patched': {
      const list = one.replaced.map(({ name, by }) => (by === '' ? name : `${name} (by ${by})`));
      return reason('work.patches-globals', {
        says: `At the end of ${one.file} these are not what they were: ${names(list)}.`,
      });
    }
    case 'shadows':
      return reason('work.shadows-library', {
        says: `${one.what.by} stands in the place of the standard library's "${one.what.name}".`,
      });
    case 'equals':
      return reason('work.equals-anything', {
        says: `A value of the class ${one.what.name} in ${one.what.by} equals anything it is compared with.`,
      });
  }
}

function cannotFail(says: string): Reason {
  return reason('check.cannot-fail', { says });
}

function names(all: readonly string[]): string {
  const more = all.length > mostNamed ? ` and ${all.length - mostNamed} more` : '';
  return `${all.slice(0, mostNamed).join(', ')}${more}`;
}
