import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { messageOf } from '../../errors.ts';
import type { BrokenReport, ReportFile } from './adapter.ts';
import type { RawTest } from './identity.ts';

/** JUnit XML, as nearly every runner can write it. There is no standard: what is missing stays empty. */

const many = ['testsuite', 'testcase', 'failure', 'error', 'skipped'];
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  parseTagValue: false,
  isArray: (name, _path, _leaf, isAttribute) => !isAttribute && many.includes(name),
});

type Node = Readonly<Record<string, unknown>>;

/** Whether a text is meant as JUnit XML, or is not XML of any other kind: then it is a report, whole or broken. */
export function isJUnit(text: string): boolean {
  const root = /<([A-Za-z][\w:.-]*)/.exec(text.replace(/<!--[\s\S]*?-->/g, ''))?.[1];
  return root === undefined || root === 'testsuites' || root === 'testsuite';
}

/** Every testcase of a report, in order; a sentence when it is no JUnit XML. */
export function readJUnit({ name, text }: ReportFile): readonly RawTest[] | BrokenReport {
  const valid = XMLValidator.validate(text);
  if (valid !== true) return { broken: `${name}: ${valid.err.msg} (line ${valid.err.line})` };
  try {
    const root: unknown = parser.parse(text);
    if (!isNode(root) || (root['testsuites'] === undefined && root['testsuite'] === undefined)) {
      return { broken: `${name}: no <testsuites> in it` };
    }
    return suitesOf(isNode(root['testsuites']) ? root['testsuites'] : root, '');
  } catch (error) {
    return { broken: `${name}: ${messageOf(error).slice(0, 200)}` };
  }
}

function suitesOf(parent: Node, file: string): readonly RawTest[] {
  return nodes(parent['testsuite']).flatMap((suite) => {
    const own = text(suite['file']) || text(suite['filepath']) || file;
    const tests = [...nodes(suite['testcase']).map((test) => testOf(test, own)), ...suitesOf(suite, own)];
    // A suite that broke by itself, before or after its tests.
    const broke = isBroken(suite)
      ? [{ file: own, path: [text(suite['name'])], status: 'fail' as const }]
      : [];
    return [...tests, ...broke];
  });
}

function testOf(test: Node, suiteFile: string): RawTest {
  const file = text(test['file']) || text(test['filepath']) || suiteFile;
  const name = text(test['name']);
  const owner = text(test['classname']) || text(test['class']);
  const module = file.replace(/\.py$/, '').replaceAll('/', '.');
  const about = { status: statusOf(test), ...timeOf(test) };
  // pytest names a file that did not load by its module, and puts the module before the name of every class.
  if (name === module && owner === '') return { file, path: [], ...about };
  const classes =
    file.endsWith('.py') && `${owner}.`.startsWith(`${module}.`) ? owner.slice(module.length + 1) : owner;
  return { file, path: [...(classes === '' ? [] : [classes]), name], ...about };
}

/**
 * Failures of runs that were followed by a better one stand under names of their own (flakyFailure, rerunFailure): the
 * last run counts.
 */
function statusOf(test: Node): RawTest['status'] {
  if (isBroken(test)) return 'fail';
  const said = [text(test['status']), text(test['result'])].map((word) => word.toLowerCase());
  if (said.some((word) => /^(failed|failure|error)$/.test(word))) return 'fail';
  const [skipped] = list(test['skipped']);
  if (skipped === undefined)
    return said.some((word) => /^(notrun|disabled|skipped|ignored|suppressed|pending)$/.test(word))
      ? 'skip'
      : 'pass';
  return isNode(skipped) && text(skipped['type']) === 'pytest.xfail' ? 'todo' : 'skip';
}

function isBroken(node: Node): boolean {
  return list(node['failure']).length > 0 || list(node['error']).length > 0;
}

function timeOf(test: Node): { ms?: number } {
  const seconds = Number(text(test['time']).replaceAll(',', '') || 'none');
  return Number.isFinite(seconds) && seconds >= 0 ? { ms: seconds * 1000 } : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function nodes(value: unknown): readonly Node[] {
  return list(value).filter(isNode);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
