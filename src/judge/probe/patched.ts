import type { Kind } from '../protected.ts';
import type { ProbedCheck, ProbedFile } from './probed.ts';
import type { Replaced, Watched } from './watch.ts';

/** What the work does to the runtime that it shares with the tests. */
export type Patched =
  | {
      readonly kind: 'patched';
      readonly check: string;
      /** The test file at whose end it was seen. */
      readonly file: string;
      readonly replaced: readonly Replaced[];
    }
  | { readonly kind: 'shadows' | 'equals'; readonly check: string; readonly what: Replaced };

/** What is known of files, by the name reports use. */
export interface Sides {
  kind(file: string): Kind;
  /** The base has it, and the candidate left it as it is. */
  unchanged(file: string): boolean;
}

/** Libraries and applications replace these for good reasons, and no test decides by them alone. */
const usual =
  /^(console|fetch|WebSocket|EventSource|XMLHttpRequest|(local|session)Storage|navigator|process\.(emit|emitWarning|reallyExit|cwd|chdir|stdout|stderr|on|once|addListener)|Error\.\w+|fs\.(close|closeSync))\b/;
/** No test has a reason to leave these changed. */
const never = [
  /^(assert|test|pytest|_pytest|pluggy)\b|^builtins\.(__import__|AssertionError)$/,
  // The standard ones: a project may add its own.
  /^unittest\..*\.(fail|assert(Not)?(True|False|Is\w*|In|Raises\w*|Warns\w*|Logs|Greater\w*|Less\w*|Regex|\w*Equal))$/,
];
const isNever = (name: string) => never.some((one) => one.test(name));

/** Replacements, shadows and equals-anythings that count. `was`: the same check on the base, when it was probed. */
export function patchedIn(
  check: ProbedCheck,
  was: ProbedCheck | undefined,
  sides: Sides,
): readonly Patched[] {
  const known = namesOn(was);
  const lines = check.files.flatMap((file) => file.watched.map((line) => ({ file, line })));
  const patched = check.files.flatMap((file) => {
    const before = was?.files.find((one) => one.file === file.file);
    const ofFile = before === undefined ? known : namesIn([before]);
    const all = check.isolated ? [] : lines;
    const names = new Map<string, Replaced>();
    for (const one of file.watched.flatMap((line) => counted(file, line, all, sides))) {
      // Whom nobody can name may be a mock of any test of the process.
      if (!(one.by === '' ? known : ofFile).has(one.name)) names.set(one.name, one);
    }
    const replaced = [...names.values()];
    return replaced.length === 0
      ? []
      : [{ kind: 'patched' as const, check: check.name, file: file.file, replaced }];
  });
  const unique = new Map<string, Patched>();
  for (const { line } of lines) {
    for (const one of line.shadows) {
      const hit = one.users.some(
        (user) => user === '' || (isTest(sides.kind(user)) && sides.unchanged(user)),
      );
      const what = { name: one.name, by: one.by };
      if (hit && !known.has(`shadow ${one.name}`))
        unique.set(`shadow ${one.name}`, { kind: 'shadows', check: check.name, what });
    }
    for (const one of line.equals) {
      if (isTest(sides.kind(one.by)) || known.has(`equals ${one.by} ${one.name}`)) continue;
      unique.set(`equals ${one.by} ${one.name}`, { kind: 'equals', check: check.name, what: one });
    }
  }
  return [...patched, ...unique.values()];
}

function isTest(kind: Kind): boolean {
  return kind === 'test' || kind === 'helper';
}

interface Seen {
  readonly file: ProbedFile;
  readonly line: Watched;
}

/** The replacements at the end of one file that the work answers for. */
function counted(file: ProbedFile, line: Watched, all: readonly Seen[], sides: Sides): readonly Replaced[] {
  const old = sides.unchanged(file.origin);
  const before = all.filter(
    (one) => one.line.process === line.process && one.line.at < line.at && !sides.unchanged(one.file.origin),
  );
  // In a process that test files share, what a new test did before is not to be told from what the sources did.
  const leftover = new Set(before.flatMap((one) => one.line.run.map(({ name }) => name)));
  const run = line.run.filter(({ name }) => !leftover.has(name) || isNever(name));
  return [...line.load, ...run].filter((one) => {
    if (isNever(one.name)) return true;
    return old && !usual.test(one.name) && !isTest(sides.kind(one.by));
  });
}

function namesIn(files: readonly ProbedFile[]): ReadonlySet<string> {
  return new Set(
    files
      .flatMap(({ watched }) => watched)
      .flatMap(({ load, run }) => [...load, ...run].map(({ name }) => name)),
  );
}

function namesOn(was: ProbedCheck | undefined): ReadonlySet<string> {
  const lines = (was?.files ?? []).flatMap(({ watched }) => watched);
  return new Set([
    ...namesIn(was?.files ?? []),
    ...lines.flatMap(({ shadows }) => shadows.map(({ name }) => `shadow ${name}`)),
    ...lines.flatMap(({ equals }) => equals.map(({ by, name }) => `equals ${by} ${name}`)),
  ]);
}
