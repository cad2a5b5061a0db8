import { harmless } from '../harmless.ts';

/** A row of a JUnit report. `skipped`: it was not looked at; `error`: nobody could look. */
export interface JunitCase {
  readonly name: string;
  readonly ms?: number;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  /** One line of why, and all there is to say. */
  readonly message?: string;
  readonly text?: string;
}

export interface JunitSuite {
  readonly name: string;
  readonly ms: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly cases: readonly JunitCase[];
}

/** A suite as JUnit XML, as the common readers of CI understand it. */
export function junitXml({ name, ms, properties, cases }: JunitSuite): string {
  const number = (outcome: JunitCase['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  const counts = {
    name,
    tests: cases.length,
    failures: number('failure'),
    errors: number('error'),
    skipped: number('skipped'),
    time: seconds(ms),
  };
  const rows = Object.entries(properties).map(
    ([key, value]) => `      <property${attributes({ name: key, value })}/>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes(counts)}>`,
    `  <testsuite${attributes(counts)}>`,
    '    <properties>',
    ...rows,
    '    </properties>',
    ...cases.map((one) => testCase(name, one)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(suite: string, { name, ms = 0, outcome, message = '', text = '' }: JunitCase): string {
  const open = `    <testcase${attributes({ classname: suite, name, time: seconds(ms) })}`;
  if (outcome === 'passed') return `${open}/>`;
  const inner =
    outcome === 'skipped'
      ? `<skipped${attributes({ message })}/>`
      : `<${outcome}${attributes({ message, type: outcome })}>${escaped(text || message)}</${outcome}>`;
  return `${open}>${inner}</testcase>`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(
      ([key, value]) => ` ${key}="${escaped(String(value)).replaceAll('"', '&quot;').replace(/\s+/g, ' ')}"`,
    )
    .join('');
}

/** XML knows no control characters, not even as references. */
function escaped(text: string): string {
  return harmless(text)
    .replace(/[\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
