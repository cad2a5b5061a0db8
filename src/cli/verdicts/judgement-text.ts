import { harmless, oneLine } from '../harmless.ts';
import type { Paint } from '../paint.ts';
import { proofWords } from '../screen/judge-lines.ts';
import { count, duration } from '../words.ts';
import type { JudgementData } from './judgement-data.ts';

const mostTests = 10;
const mostOutput = 15;

/** A judgement for a terminal: the verdict first, why, then what it rests on. */
export function judgementText(data: JudgementData, paint: Paint): string {
  return `${[head(data, paint), ...why(data, paint), ...facts(data, paint)].join('\n')}\n`;
}

function head({ ruling, commit, subject, base }: JudgementData, paint: Paint): string {
  const words = {
    accepted: paint.good('✓ accepted'),
    refused: paint.bad('✗ refused'),
    broken: paint.warn('! not judged'),
  };
  const against = `against ${base.commit.slice(0, 10)} (${harmless(base.found)})`;
  return `${words[ruling]}  ${commit.slice(0, 10)} ${paint.strong(oneLine(subject, 70))}, ${against}`;
}

function why({ reasons, broken }: JudgementData, paint: Paint): readonly string[] {
  if (broken !== null)
    return [`  ${paint.name(broken.code)}  ${oneLine(broken.reason, 2000)}`, `  ${oneLine(broken.help)}`];
  return reasons.flatMap(({ code, text, tests = [], output = '' }) => [
    `  ${paint.name(code)}  ${oneLine(text, 2000)}`,
    ...tests.slice(0, mostTests).map((name) => `    - ${oneLine(name, 200)}`),
    ...(tests.length > mostTests ? [`    - and ${tests.length - mostTests} more`] : []),
    ...tail(output).map((line) => paint.quiet(`    | ${line}`)),
  ]);
}

/** The last lines a check printed: what went wrong mostly stands at the end. */
export function tail(output: string): readonly string[] {
  const lines = harmless(output).trimEnd().split('\n');
  return output.trim() === '' ? [] : lines.slice(-mostOutput).map((line) => oneLine(line, 200));
}

function facts(data: JudgementData, paint: Paint): readonly string[] {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['feature', data.feature === null ? [] : [`${data.feature.id} ${data.feature.title}`]],
    ['proof', data.proof === null ? [] : [proofWords(asEvent(data.proof))]],
    ['notes', data.notes],
    ['suspicions', data.suspicions.map(suspicionWords)],
    ['flaky', data.flaky.slice(0, mostTests)],
    ['known red', data.knownRed ? [`${count(data.knownRed, 'test')} on the base already`] : []],
    ['not counted', notCounted(data)],
    ['checks', [checksWords(data)]],
    ['times', [timesWords(data)]],
    ['fence', data.fence === 'none' ? ['none: what was run could reach all that you can'] : []],
    ['evidence', data.evidence === null ? [] : [data.evidence.file]],
  ];
  return rows.flatMap(([name, lines]) =>
    lines.map((line, at) => `  ${paint.quiet((at === 0 ? name : '').padEnd(12))}${oneLine(line, 500)}`),
  );
}

type Proof = NonNullable<JudgementData['proof']>;

function asEvent(proof: Proof) {
  return { ...proof, turned: [...proof.turned] };
}

/** Where it is and what it is. */
export function suspicionWords({ kind, path, line, says }: JudgementData['suspicions'][number]): string {
  return `${path}${line === undefined ? '' : `:${line}`}: ${says} (${kind})`;
}

/** Files whose changes did not count, of the harness or because the base's version decides. */
export function notCounted({ dropped, restored }: JudgementData): readonly string[] {
  const all = [
    ...(dropped.length > 0 ? [`${dropped.join(', ')}: files of the harness are the base's`] : []),
    ...(restored.length > 0 ? [`${restored.slice(0, 10).join(', ')}: judged by the base's version`] : []),
  ];
  return all;
}

/** Who named which checks. */
export function checksWords({ checks }: JudgementData): string {
  const who = { base: '', given: ' (given)', detected: ' (found by looking: the base has no configuration)' };
  return `${checks.commands.map(({ name, command }) => `${name}: ${command}`).join(' · ') || 'none'}${who[checks.from]}`;
}

/** How long it took, and which part of it the commands did. */
export function timesWords({ ms, runs }: JudgementData): string {
  const each = runs.map((run) => `${run.as.join(' = ')} ${seconds(run.ms)}`);
  return [...each, `${ms < 60_000 ? seconds(ms) : duration(ms)} in all`].join(' · ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
