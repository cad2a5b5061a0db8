import { type JunitCase, junitXml } from './junit-xml.ts';
import type { CommitData, VerifiedData } from './verified-data.ts';

/** What `verify` found as JUnit XML: a test case for each commit. */
export function verifiedJunit(data: VerifiedData): string {
  const { branch, run, tip, ledger, fence, trouble, ms } = data;
  const broken: readonly JunitCase[] =
    trouble === null ? [] : [{ name: 'ledger', outcome: 'failure', message: trouble }];
  return junitXml({
    name: 'agentloop verify',
    ms,
    properties: { branch, run, tip, ledger, fence },
    cases: [...broken, ...data.commits.map(caseOf)],
  });
}

function caseOf(one: CommitData): JunitCase {
  const name = `${one.commit.slice(0, 10)} ${one.subject}`;
  const { ms, broken, against, reasons } = one;
  if (broken !== null)
    return { name, ms, outcome: 'error', message: broken.code, text: `${broken.reason}\n${broken.help}` };
  if (one.agrees) return { name, ms, outcome: 'passed' };
  const why = reasons.map(({ code, text }) => `${code}: ${text}`);
  return { name, ms, outcome: 'failure', message: against[0] ?? '', text: [...against, ...why].join('\n') };
}
