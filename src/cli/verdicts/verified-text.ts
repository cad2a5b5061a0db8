import { harmless, oneLine, pad } from '../harmless.ts';
import type { Paint } from '../paint.ts';
import { type CommitData, kinds, nowWords, type VerifiedData, verifiedSentence } from './verified-data.ts';

/** A line for each commit, below it what speaks against it, and the whole in a sentence. */
export function verifiedText(data: VerifiedData, paint: Paint): string {
  const lines = data.commits.flatMap((one) => commitLines(one, paint));
  const trouble =
    data.trouble === null ? [] : [paint.bad(`The ledger cannot be believed: ${harmless(data.trouble)}`)];
  const absent =
    data.ledger === 'absent'
      ? [paint.quiet('The run was not in this repository: no ledger and no evidence to compare with.')]
      : [];
  const sentence = verifiedSentence(data);
  const last = data.agrees ? paint.good(sentence) : paint.bad(sentence);
  return `${[paint.quiet(row('', 'commit', 'recorded', 'now', '')), ...lines, ...trouble, ...absent, last].join('\n')}\n`;
}

/** One commit, also while the next ones are still being judged. */
export function commitLines(one: CommitData, paint: Paint): readonly string[] {
  const symbol = one.agrees ? paint.good('✓') : paint.bad('✗');
  const line = row(symbol, one.commit.slice(0, 10), kinds[one.kind], nowWords(one), oneLine(one.subject, 70));
  return [
    line,
    ...one.against.map((text) => `    ${oneLine(text, 300)}`),
    ...one.reasons.map(({ code, text }) => `    ${paint.name(code)}  ${oneLine(text, 500)}`),
    ...(one.broken === null
      ? []
      : [`    ${paint.name(one.broken.code)}  ${oneLine(one.broken.reason, 500)}`]),
  ];
}

function row(symbol: string, commit: string, recorded: string, now: string, subject: string): string {
  return `${symbol === '' ? ' ' : symbol} ${pad(commit, 12)}${pad(recorded, 18)}${pad(now, 12)}${subject}`.trimEnd();
}
