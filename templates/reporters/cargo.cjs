// Runs one program of tests that cargo has built, and tells the judge its tests: those it says it has, and how each
// ended by its own log.
const { constants, tmpdir } = require('node:os');
const { spawn, spawnSync } = require('node:child_process');
const { closeSync, mkdtempSync, openSync, readFileSync, rmSync } = require('node:fs');
const { basename, join } = require('node:path');

const [program, ...words] = process.argv.slice(2);
const asks =
  !words.some((word) => /^--(list|bench|help|logfile|format)(=|$)|^-h$/.test(word)) && isOfLibtest(program);
const { open, take } = require('./teller.cjs');
const teller = asks && open('cargo-test') ? take('cargo-test') : undefined;
const file = `${process.env.CARGO_PKG_NAME ?? ''}/${basename(program).replace(/-[0-9a-f]{16}$/, '')}`;

// A test target may have a main of its own, which knows none of the options.
function isOfLibtest(path) {
  try {
    return readFileSync(path).includes('Write logs to the specified file');
  } catch {
    return false;
  }
}

function listed() {
  const { stdout } = spawnSync(program, [...words, '--list', '--format', 'terse'], { encoding: 'utf8' });
  return (stdout ?? '').split('\n').flatMap((line) => /^(.*): test$/.exec(line)?.slice(1) ?? []);
}

// A file that has no name by the time the tests run.
function openLog() {
  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  const fd = openSync(join(folder, 'log'), 'w+');
  rmSync(folder, { recursive: true });
  return fd;
}

const log = teller ? openLog() : undefined;
const left = new Set(teller ? listed() : []);
const child = spawn(program, [...words, ...(teller ? ['--logfile', '/dev/fd/3'] : [])], {
  stdio: ['inherit', 'inherit', 'inherit', log ?? 'ignore'],
});
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));

function onLine(line) {
  const [, said = '', name = ''] = /^(ok|failed|ignored|allowed fail)\b.*? (\S+)$/.exec(line) ?? [];
  if (name === '') return;
  const status = { ok: 'pass', ignored: 'skip' }[said] ?? 'fail';
  // An end of what was not to come, or came already, was written by the tests themselves.
  teller.tell({ kind: 'test', file, path: [name], status: left.delete(name) ? status : 'twice' });
}

child.once('error', () => {
  process.exitCode = 126;
});
child.once('close', (code, signal) => {
  if (log !== undefined) {
    for (const line of readFileSync(log, 'utf8').split('\n')) onLine(line);
    closeSync(log);
  }
  for (const name of left) teller.tell({ kind: 'test', file, path: [name], status: 'fail' });
  // A test that brings its program down is a failing test; cargo goes on to the next program.
  teller?.done();
  process.exitCode = code ?? 128 + constants.signals[signal];
});
