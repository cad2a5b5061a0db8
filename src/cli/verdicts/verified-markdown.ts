import { asCode, prose } from '../in-markdown.ts';
import { kinds, nowWords, type VerifiedData, verifiedSentence } from './verified-data.ts';

/** What `verify` found as Markdown. */
export function verifiedMarkdown(data: VerifiedData): string {
  const rows = data.commits.map((one) =>
    [
      '',
      asCode(one.commit.slice(0, 10)),
      prose(one.subject),
      kinds[one.kind],
      nowWords(one),
      one.agrees ? 'yes' : '**no**',
      '',
    ]
      .join(' | ')
      .trim(),
  );
  const against = data.commits.flatMap((one) =>
    [...one.against, ...one.reasons.map(({ code, text }) => `${code}: ${text}`)].map(
      (text) => `- ${asCode(one.commit.slice(0, 10))} ${prose(text)}`,
    ),
  );
  return `${[
    `## ${data.agrees ? 'Verified' : 'Not verified'}: ${prose(data.branch)}`,
    '',
    prose(verifiedSentence(data)),
    ...(data.trouble === null ? [] : ['', `**The ledger cannot be believed: ${prose(data.trouble)}**`]),
    '',
    '| commit | subject | recorded | now | agrees |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    ...(against.length === 0 ? [] : ['', ...against]),
  ].join('\n')}\n`;
}
