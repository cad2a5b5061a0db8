// Loaded by `node --test`, and by every other process that runs tests of node:test, through NODE_OPTIONS. Tells each
// event of a test as it comes; what they mean is worked out by the judge.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const { take } = createRequire(import.meta.url)('./teller.cjs');

export default async function* report(events) {
  const teller = take('node-test');
  for await (const { type, data } of events) {
    const kind = type.slice('test:'.length);
    if (teller === undefined || (kind !== 'start' && kind !== 'pass' && kind !== 'fail')) continue;
    const { name, nesting, file, skip, todo, details } = data;
    const test = { kind, name, nesting, file };
    if (skip !== undefined && skip !== false) test.skip = true;
    if (todo !== undefined && todo !== false) test.todo = true;
    if (details?.type === 'suite') test.suite = true;
    if (kind !== 'start' && typeof details?.duration_ms === 'number') test.ms = details.duration_ms;
    if (details?.error?.failureType !== undefined) test.why = String(details.error.failureType);
    if (kind === 'pass' && nesting === 0 && resolve(name) === file && promisesTests(file)) test.skip = true;
    teller.tell(test);
  }
  teller?.done();
  // A reporter prints something, be it nothing.
  yield '';
}

// A file without tests passes as a whole when it exits with 0. One that means to have tests and told of none was cut
// off, or is a helper: no pass in either case.
function promisesTests(file) {
  try {
    return readFileSync(file, 'utf8').includes('node:test');
  } catch {
    return true;
  }
}
