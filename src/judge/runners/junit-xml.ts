import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { messageOf } from '../../errors.ts';
import type { BrokenReport, ReportFile } from './adapter.ts';
import type { RawTest } from './identity.ts';

/** JUnit XML, as pytest writes it and nearly every other runner can. There is no standard: what is missing stays empty. */

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  parseTagValue: false,
  isArray: (name) => name === 'testsuite' || name === 'testcase',
});

type Node = Readonly<Record<string, unknown>>;

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
    return [...nodes(suite['testcase']).map((test) => testOf(test, own)), ...suitesOf(suite, own)];
  });
}

function testOf(test: Node, suiteFile: string): RawTest {
  const file = text(test['file']) || text(test['filepath']) || suiteFile;
  const name = text(test['name']);
  const module = file.replace(/\.py$/, '').replaceAll('/', '.');
  // pytest names a file that did not load by its module, and puts the module before the name of every class.
  if (name === module && text(test['classname']) === '') return { file, path: [], status: statusOf(test) };
  const owner = text(test['classname']);
  const classes =
    file.endsWith('.py') && `${owner}.`.startsWith(`${module}.`) ? owner.slice(module.length + 1) : owner;
  return { file, path: [...(classes === '' ? [] : [classes]), name], status: statusOf(test) };
}

function statusOf(test: Node): RawTest['status'] {
  if (test['failure'] !== undefined || test['error'] !== undefined) return 'fail';
  const skipped = test['skipped'];
  if (skipped === undefined) return 'pass';
  return isNode(skipped) && text(skipped['type']) === 'pytest.xfail' ? 'todo' : 'skip';
}

function nodes(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
