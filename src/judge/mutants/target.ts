import type { Proof } from '../../ledger/event.ts';
import type { Tree } from '../../workspace/trees.ts';
import { leaveOut } from '../focus.ts';
import { checkAsProof } from '../fresh-tests.ts';
import type { Broken } from '../judge.ts';
import { byId, type CheckSeen, exitedGreen, isGreen } from '../seen.ts';
import { isTrouble, type Seen, type View } from '../view.ts';
import { verifyText } from './own-verifiers.ts';

/** What shows the feature, and how it is asked whether it notices a damage. */
export interface Target {
  /** The tree on which it passes. */
  readonly tree: Tree;
  /** The tests by name, or the command. */
  readonly names: readonly string[];
  /** How long one run may take: a damage can make a loop endless. */
  readonly capMs: number;
  /** Runs it on a damaged tree, under a name for its logs. */
  ask(name: string, tree: Tree, capMs: number): Promise<Answer | Broken>;
  /** The whole that was green, with all tests there are, and the base's side of it. */
  readonly whole: Tree;
  readonly red: Tree;
  /** Whether all tests there are pass on that whole, damaged; undefined: it could not be seen. */
  passAll(name: string, tree: Tree, capMs: number): Promise<boolean | undefined | Broken>;
  /** Only exit codes tell, and they may come from a linter or from a program that we do not know. */
  mayLookAtStyle(): Promise<boolean>;
}

const style =
  /lint|prettier|biome|standard|\bxo\b|ruff|flake8|black|isort|mypy|pyright|pyre\b|fmt|format|style|typecheck|dprint|pre-commit|\b(make|just|task|tox|nox)\b|\.sh\b/i;

export interface Answer {
  /** Names of what failed there. */
  readonly by: readonly string[];
  /** Everything came to run, so that what did not fail did not notice. */
  readonly ran: boolean;
  /** Names of what was started and came to no end: its file did not load, the process ended, the time was over. */
  readonly stuck: readonly string[];
}

const unheard: Answer = { by: [], ran: false, stuck: [] };

/** Undefined where nothing is to be tried: no proof, one by tests of the base, or one that a person waived. */
export async function targetOf(
  view: View,
  seen: Seen,
  proof: Proof | undefined,
): Promise<Target | undefined> {
  if (proof?.kind === 'command') return byCommand(view, seen, proof);
  if (proof?.kind !== 'tests' || proof.redAt === seen.base.tree) return undefined;
  return byTests(view, seen, proof);
}

async function byTests(view: View, seen: Seen, { turned }: Proof): Promise<Target | undefined> {
  const { base, trees, focus, proving } = seen;
  const greens = [...(focus?.green ?? []), ...(proving === undefined ? [] : [proving])].flatMap(
    (run) => run.checks,
  );
  const holds = (is: CheckSeen) =>
    turned.includes(checkAsProof(is.name)) || (is.tests ?? []).some(({ id }) => turned.includes(id));
  const checks = base.checks
    .map(({ name }) => name)
    .filter((name) => greens.some((is) => is.name === name && holds(is)));
  // A check that tells no tests may need every one of them.
  const narrow = focus !== undefined && checks.every((name) => focus.checks.includes(name));
  const tree = narrow ? await leaveOut(view, trees.proving, focus.without) : trees.proving;
  const ms = checks.map((name) => greens.find((is) => is.name === name)?.ms ?? 0);
  return {
    tree,
    names: turned,
    capMs: capFor(Math.max(0, ...ms)),
    async ask(name, damagedTree, capMs) {
      const suite = await view.suite(name, damagedTree, base, { checks, again: true, capMs });
      if (isTrouble(suite)) return 'ruling' in suite ? suite : unheard;
      return answerOf(suite.checks, turned);
    },
    async mayLookAtStyle() {
      return turned.some((name) => checks.some((check) => name === checkAsProof(check)));
    },
    ...theWhole(view, seen, !narrow && checks.length === base.checks.length),
  };
}

function answerOf(checks: readonly CheckSeen[], turned: readonly string[]): Answer {
  const inTime = checks.filter(({ timedOut }) => !timedOut);
  const tests = new Map(inTime.flatMap((is) => [...byId(is.tests)]));
  const silent = new Map(inTime.filter((is) => is.tests === null).map((is) => [checkAsProof(is.name), is]));
  const by = turned.filter((name) => {
    const check = silent.get(name);
    return check === undefined ? tests.get(name)?.status === 'fail' : !isGreen(check);
  });
  // A file that did not load says nothing of its tests.
  const missing = turned.filter((name) => !tests.has(name) && !silent.has(name));
  const ended = checks.every(({ timedOut, report }) => !timedOut && report !== 'broken');
  const green = checks.every(exitedGreen);
  // Of a runner that was never started, behind a linter or a compiler that failed, nothing is known.
  const stuck = missing.filter((name) => !ended || green || tests.has(fileOf(name)));
  return { by, ran: missing.length === 0, stuck };
}

/**
 * All tests there are, by name: what no report tells may be a linter's word. `all`: every check was asked as a whole, and
 * noticed nothing.
 */
function theWhole(
  view: View,
  { base, trees, ...seen }: Seen,
  all: boolean,
): Pick<Target, 'whole' | 'red' | 'passAll'> {
  const plain = seen.proving ?? seen.judged ?? { tree: trees.proving, checks: [] };
  const told = plain.checks.filter(({ tests }) => (tests ?? []).some(({ status }) => status === 'pass'));
  const checks = told.map(({ name }) => name);
  const ownCap = capFor(Math.max(0, ...told.map(({ ms }) => ms)));
  return {
    whole: plain.tree,
    red: trees.red,
    async passAll(name, damagedTree, capMs) {
      if (checks.length === 0) return all || undefined;
      const options = { checks, again: true, capMs: Math.min(capMs, ownCap) } as const;
      const suite = await view.suite(name, damagedTree, base, options);
      if (isTrouble(suite)) return 'ruling' in suite ? suite : undefined;
      return told.every((was) => {
        const now = byId(suite.checks.find((is) => is.name === was.name)?.tests ?? null);
        return (was.tests ?? []).every(
          ({ id, status }) => status !== 'pass' || now.get(id)?.status === 'pass',
        );
      });
    },
  };
}

function byCommand(view: View, seen: Seen, proof: Proof): Target {
  const { base, trees } = seen;
  const green = proof.greenAt === trees.proving ? seen['verify-proving'] : seen['verify-judged'];
  return {
    tree: proof.greenAt,
    names: proof.turned,
    capMs: capFor(green?.ms ?? 0),
    async ask(name, damagedTree, capMs) {
      const run = await view.verify(name, damagedTree, base, { capMs, again: true });
      if (isTrouble(run)) return 'ruling' in run ? run : unheard;
      if (run.timedOut) return { ...unheard, stuck: proof.turned };
      return { by: exitedGreen(run) ? [] : proof.turned, ran: true, stuck: [] };
    },
    mayLookAtStyle: async () => style.test(await verifyText(view)),
    ...theWhole(view, seen, false),
  };
}

/** The file in the name of a test. */
function fileOf(name: string): string {
  return name.split(' › ')[0] ?? name;
}

/** How long a run may take on damaged code, in ms, if it takes `ms` otherwise. */
export function capFor(ms: number): number {
  return ms * 3 + 5_000;
}
