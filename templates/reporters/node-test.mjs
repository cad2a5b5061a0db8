// Written into the out folder of a judge's checkout and loaded by `node --test` through NODE_OPTIONS.
// One file per process that runs tests, one line of JSON per event; the last line says that nothing is missing.
// The lines are kept in memory and written at once when the runner is done: the processes of the test files know
// this folder, and what they wrote under our name meanwhile is replaced.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export default async function* report(events) {
  const argv = [...process.execArgv, ...process.argv.slice(1)];
  const lines = [{ kind: 'head', at: Date.now(), cwd: process.cwd(), argv }];
  for await (const { type, data } of events) {
    const kind = type.slice('test:'.length);
    if (kind !== 'start' && kind !== 'pass' && kind !== 'fail') continue;
    const { name, nesting, file, skip, todo, details } = data;
    const test = { kind, name, nesting, file };
    if (skip !== undefined && skip !== false) test.skip = true;
    if (todo !== undefined && todo !== false) test.todo = true;
    if (details?.type === 'suite') test.suite = true;
    if (details?.error?.failureType !== undefined) test.why = String(details.error.failureType);
    if (kind === 'pass' && nesting === 0 && resolve(name) === file && promisesTests(file)) test.skip = true;
    lines.push(test);
  }
  lines.push({ kind: 'end' });
  const folder = dirname(fileURLToPath(import.meta.url));
  writeFileSync(
    join(folder, `node-test-${process.pid}.jsonl`),
    lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
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
