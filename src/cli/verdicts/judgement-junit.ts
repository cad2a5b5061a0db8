import type { JudgementData } from './judgement-data.ts';
import { checksWords } from './judgement-text.ts';
import { type JunitCase, junitXml } from './junit-xml.ts';

/** A judgement as JUnit XML: a test case for each layer of the judge, red where it refused. */
export function judgementJunit(data: JudgementData): string {
  const { base, commit, feature, broken, ms } = data;
  const cases = data.layers.map((layer) => caseOf(layer, data));
  return junitXml({
    name: 'agentloop judge',
    ms,
    properties: {
      ruling: data.ruling,
      commit,
      base: base.commit,
      feature: feature?.id ?? '',
      checks: checksWords(data),
      fence: data.fence,
    },
    cases:
      broken === null
        ? cases
        : [
            {
              name: 'judge',
              outcome: 'error',
              message: broken.code,
              text: `${broken.reason}\n${broken.help}`,
            },
            ...cases,
          ],
  });
}

function caseOf(
  { name, holds, found, codes }: JudgementData['layers'][number],
  data: JudgementData,
): JunitCase {
  const called = `${name}: ${holds}`;
  if (found === 'passed') return { name: called, outcome: 'passed' };
  if (found === 'unseen') return { name: called, outcome: 'skipped', message: 'not looked at' };
  const reasons = data.reasons.filter(({ code }) => codes.includes(code));
  return {
    name: called,
    outcome: 'failure',
    message: [...new Set(codes)].join(', '),
    text: reasons
      .map(({ code, text, tests = [], output = '' }) =>
        [`${code}: ${text}`, ...tests.map((test) => `- ${test}`), output].join('\n'),
      )
      .join('\n'),
  };
}
