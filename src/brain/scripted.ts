import { messageOf } from '../errors.ts';
import type { Sleep } from '../policy/sleep.ts';
import type { Assignment, Brain, BrainEvent } from './brain.ts';
import { cutWords } from './cut-words.ts';
import { endsOnce, failed } from './ends-once.ts';
import { type ReadScript, readScript } from './read-script.ts';
import type { ScriptStep } from './script-file.ts';
import { doStep, interrupted, overTime, type Stage } from './scripted-step.ts';

export interface ScriptedDeps {
  /** Folder from which a relative name of the script is taken. */
  readonly cwdOfCaller: string;
  /** ms since 1970. */
  now(): number;
  /** How its waits pass; default: as timers do. */
  readonly sleep?: Sleep | undefined;
}

/**
 * A brain that plays a script: the same sessions every time, for demonstrations, examples and tests.
 * A script that cannot be read or understood is a UserError here, not in the middle of a run.
 */
export async function scriptedBrain(file: string, deps: ScriptedDeps): Promise<Brain> {
  const script = await readScript(file, deps.cwdOfCaller);
  const seen = new Map<string, string[]>();
  return {
    name: `scripted:${cutWords(file, 200)}`,
    claimBy: 'outcome',
    pricing: pricingOf(script),
    work: (assignment, signal) =>
      endsOnce(() => play(file, nthOf(seen, assignment), { ...deps, script, assignment, signal }), signal),
  };
}

type Session = ReadScript['sessions'][number];

async function* play(file: string, nth: number, stage: Stage): AsyncGenerator<BrainEvent, void, void> {
  const { script, assignment, signal, now } = stage;
  const session = script.sessions.find(({ when }) => matches(when, assignment, nth));
  if (session === undefined) {
    yield failed({
      kind: 'fatal',
      reason: `The script ${file} has no session for ${wordsFor(assignment, nth)}.`,
      help: 'Add one to "sessions"; without "when" it is played for everything that no other session matches.',
    });
    return;
  }
  const steps = stepsOf(session, assignment);
  if (steps === undefined) {
    const did = `The script has no steps after refusal ${assignment.refusal?.round}.`;
    yield { type: 'finished', claim: 'stuck', handoff: { did } };
    return;
  }
  for (const [at, step] of steps.entries()) {
    const over = signal.aborted || assignment.limits.deadline <= now();
    if (over) {
      yield signal.aborted ? interrupted() : overTime();
      return;
    }
    await assignment.transcript.write('step', { number: at + 1, ...shown(step) }, true);
    const event = await doStep(step, stage).catch((error: unknown) => {
      if (signal.aborted) return interrupted();
      const where = `Step ${at + 1} of the script (${Object.keys(step)[0]}) could not be done`;
      return failed({ kind: 'crashed', reason: `${where}: ${cutWords(messageOf(error), 1500)}.` });
    });
    if (event !== undefined) yield event;
  }
  yield { type: 'finished', claim: 'done', handoff: {} };
}

/** A step as the transcript takes it: long texts are cut. */
function shown(step: ScriptStep): object {
  const short = (_: string, value: unknown): unknown =>
    typeof value === 'string' ? cutWords(value, 4000) : value;
  return JSON.parse(JSON.stringify(step, short)) as object;
}

/** Undefined: refused, and the script does not say what then. */
function stepsOf(session: Session, { refusal }: Assignment): readonly ScriptStep[] | undefined {
  return refusal === undefined ? session.steps : session.afterRefusal[refusal.round - 1];
}

function matches(when: Session['when'], { role, feature, session }: Assignment, nth: number): boolean {
  const facts = { role, feature: feature?.id, session, nth };
  return (['role', 'feature', 'session', 'nth'] as const).every(
    (name) => when[name] === undefined || when[name] === facts[name],
  );
}

/** Which of the sessions of its feature this is, from 1; rounds of one session count once. */
function nthOf(seen: Map<string, string[]>, assignment: Assignment): number {
  const { role, feature, session, transcript, run } = assignment;
  const key = JSON.stringify([run, role, feature?.id]);
  const sessions = seen.get(key) ?? [];
  seen.set(key, sessions);
  // A transcript each: an evaluator may be asked several times in one session of the run.
  const own = `${session} ${transcript.file}`;
  if (!sessions.includes(own)) sessions.push(own);
  return sessions.indexOf(own) + 1;
}

function pricingOf(script: ReadScript): Brain['pricing'] {
  const steps = script.sessions.flatMap((session) => [...session.steps, ...session.afterRefusal.flat()]);
  const prices = steps.flatMap((step) => (step.usage === undefined ? [] : [step.usage.usd]));
  if (prices.includes(null)) return 'unknown';
  return prices.some((usd) => usd !== 0) ? 'known' : 'free';
}

function wordsFor({ role, feature, session }: Assignment, nth: number): string {
  const what = feature === undefined ? `the ${role}` : `the ${role}, feature ${feature.id}`;
  return `${what} (session ${session} of the run, number ${nth} of ${feature === undefined ? 'its role' : 'that feature'})`;
}
