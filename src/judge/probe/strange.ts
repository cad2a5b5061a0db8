import { type Patched, patchedIn, type Sides } from './patched.ts';
import type { Outcome, Probed, ProbedCheck, ProbedFile } from './probed.ts';

/** What a probe shows that the base's does not. */
export type Strange =
  /** Nothing can fail in this test file. `silent`: assertions that do not throw; empty: failures are not told. */
  | {
      readonly kind: 'passes';
      readonly check: string;
      readonly file: string;
      readonly silent: readonly string[];
    }
  /** Tests of this file are reported, those at its end never came. */
  | { readonly kind: 'missing'; readonly check: string; readonly file: string }
  /** The check as a whole does not end, or gives no report, once something must fail. */
  | { readonly kind: 'timeout' | 'no-report'; readonly check: string }
  /** Tests that throw at their own end, and are reported as passing. */
  | {
      readonly kind: 'green';
      readonly check: string;
      readonly file: string;
      readonly tests: readonly string[];
    }
  | Patched;

/** The check stops at the first red test. */
const stopsEarly = /--bail|--exitfirst|--maxfail|--fail-?fast|\s-x(\s|$)|\s-b(\s|$)|-failfast/;

/**
 * What counts, held against the base. Without a probe of the base: whatever would be worth one. `commands`: the text of
 * each check by its name.
 */
export function strangeIn(
  probed: Probed,
  base: Probed | undefined,
  sides: Sides,
  commands: ReadonlyMap<string, string>,
): readonly Strange[] {
  return probed.checks.flatMap((check) => {
    const was = base?.checks.find(({ name }) => name === check.name);
    if (check.trouble !== undefined) {
      const same = base !== undefined && was?.trouble !== undefined;
      return same ? [] : [{ kind: check.trouble, check: check.name }];
    }
    const early = stopsEarly.test(commands.get(check.name) ?? '');
    return [
      ...check.files.flatMap((file) =>
        cannotFail(check, file, base === undefined ? undefined : (was ?? null), early),
      ),
      ...check.files.flatMap((file) => staysGreen(check.name, file, was)),
      ...patchedIn(check, was, sides),
    ];
  });
}

/** `was`: undefined: the base was not probed yet; null: it does not have this check. */
function cannotFail(
  check: ProbedCheck,
  file: ProbedFile,
  was: ProbedCheck | null | undefined,
  early: boolean,
): readonly Strange[] {
  if (file.outcome !== 'passes' && file.outcome !== 'missing') return [];
  const strange: Strange =
    file.outcome === 'passes'
      ? { kind: 'passes', check: check.name, file: file.file, silent: silentIn(file) }
      : { kind: 'missing', check: check.name, file: file.file };
  if (was === undefined) return [strange];
  const before = was?.files.find((one) => one.file === file.file)?.outcome;
  if (before === file.outcome) return [];
  if (file.outcome === 'passes') return [strange];
  // A run that ends at the first red test does not come to all plants; whether it does, the base shows.
  if (early || cutShort(was) || cutShort(check)) return [];
  if (before !== undefined) return before === 'fails' ? [strange] : [];
  const known = [...(was?.files ?? []), ...check.files].some(
    (one) => one.runner === file.runner && one.outcome === 'fails',
  );
  return known && !file.mayExit ? [strange] : [];
}

/** What stays green on the base too (a test that is to fail) says nothing. */
function staysGreen(check: string, file: ProbedFile, was: ProbedCheck | undefined): readonly Strange[] {
  const before = was?.files.find((one) => one.file === file.file)?.green ?? [];
  const tests = file.green.filter((id) => !before.includes(id));
  return tests.length === 0 ? [] : [{ kind: 'green', check, file: file.file, tests }];
}

/** Whether it could be the load of a moment. */
export function mayBeChance({ kind }: Strange): boolean {
  return kind === 'missing' || kind === 'timeout' || kind === 'no-report';
}

/** The same of the same file, or of the same check. */
export function sameKind(one: Strange, other: Strange): boolean {
  const place = (strange: Strange) => `${strange.check} ${'file' in strange ? strange.file : ''}`;
  return mayBeChance(one) && mayBeChance(other) && place(one) === place(other);
}

function cutShort(check: ProbedCheck | null): boolean {
  return (check?.files ?? []).some(({ outcome }) => outcome === ('unseen' satisfies Outcome));
}

function silentIn({ watched }: ProbedFile): readonly string[] {
  return [...new Set(watched.flatMap(({ silent }) => silent))].sort();
}
