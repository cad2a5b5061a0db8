import { asCode, prose } from '../in-markdown.ts';
import { proofWords } from '../screen/judge-lines.ts';
import type { JudgementData } from './judgement-data.ts';
import { checksWords, notCounted, suspicionWords, tail, timesWords } from './judgement-text.ts';

const titles = { accepted: 'Accepted', refused: 'Refused', broken: 'Not judged' };

/** A judgement as Markdown, for the page of a CI job or a comment. */
export function judgementMarkdown(data: JudgementData): string {
  const { commit, base, subject, ruling } = data;
  const lines = [
    `## ${titles[ruling]}: ${prose(subject)}`,
    '',
    `${asCode(commit.slice(0, 10))} against ${asCode(base.commit.slice(0, 10))}, ${prose(base.found)}.`,
    '',
    ...why(data),
    ...section(
      'Proof',
      data.proof === null ? [] : [prose(proofWords({ ...data.proof, turned: [...data.proof.turned] }))],
    ),
    ...section('Notes', data.notes.map(prose)),
    ...section(
      'Suspicions',
      data.suspicions.map((one) => prose(suspicionWords(one))),
    ),
    ...section('Flaky on the base', data.flaky.map(asCode)),
    ...section('Not counted', notCounted(data).map(prose)),
    '| | |',
    '| --- | --- |',
    ...(data.feature === null ? [] : [`| feature | ${prose(`${data.feature.id} ${data.feature.title}`)} |`]),
    `| checks | ${prose(checksWords(data))} |`,
    `| times | ${prose(timesWords(data))} |`,
    `| fence | ${prose(data.fence)} |`,
    `| agentloop | ${prose(data.versions.agentloop)} |`,
  ];
  return `${lines.join('\n')}\n`;
}

function why({ reasons, broken }: JudgementData): readonly string[] {
  if (broken !== null) return [`- ${asCode(broken.code)} ${prose(broken.reason)} ${prose(broken.help)}`, ''];
  const lines = reasons.flatMap(({ code, text, tests = [], output = '' }) => [
    `- ${asCode(code)} ${prose(text)}`,
    ...tests.slice(0, 20).map((name) => `  - ${asCode(name)}`),
    ...tail(output).map((line) => `  - ${asCode(line)}`),
  ]);
  return lines.length === 0 ? [] : [...lines, ''];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`### ${title}`, '', ...lines.map((line) => `- ${line}`), ''];
}
