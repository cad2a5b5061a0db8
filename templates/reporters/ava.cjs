// ava has no reporters of others: what its own reporter is told is listened to. Its main process runs no tests.
const { readFileSync, realpathSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { pathToFileURL } = require('node:url');
const teller = require('./teller.cjs').take('ava');

function avaHome() {
  for (let at = dirname(realpathSync(process.argv[1])); at !== dirname(at); at = dirname(at)) {
    try {
      if (JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')).name === 'ava') return at;
    } catch {}
  }
  return dirname(process.argv[1]);
}

// A file that broke as a whole, outside of its tests.
const broke = [
  'hook-failed',
  'internal-error',
  'missing-ava-import',
  'process-exit',
  'shared-worker-error',
  'uncaught-exception',
  'unhandled-rejection',
  'worker-failed',
];

function listen({ prototype }) {
  const { emitStateChange, end } = prototype;
  const open = new Map();
  const tell = (file, path, status, ms) => teller.tell({ kind: 'test', file: file ?? '', path, status, ms });
  prototype.emitStateChange = function (event) {
    const { type, testFile, title, skip, todo, duration, knownFailing } = event;
    const key = `${testFile}\0${title}`;
    if (type === 'selected-test' && (skip || todo)) tell(testFile, [title], todo ? 'todo' : 'skip');
    else if (type === 'selected-test') open.set(key, event);
    if (type === 'test-passed') tell(testFile, [title], knownFailing ? 'todo' : 'pass', duration);
    if (type === 'test-failed') tell(testFile, [title], 'fail', duration);
    if (type === 'test-passed' || type === 'test-failed') open.delete(key);
    if (broke.includes(type)) tell(testFile, [], 'fail');
    return emitStateChange.call(this, event);
  };
  prototype.end = function (...rest) {
    for (const one of open.values()) tell(one.testFile, [one.title], 'fail');
    teller.done({ isolated: true });
    return end.apply(this, rest);
  };
}

if (teller !== undefined) {
  import(pathToFileURL(join(avaHome(), 'lib/run-status.js')).href).then(
    (module) => listen(module.default),
    () => undefined,
  );
}
