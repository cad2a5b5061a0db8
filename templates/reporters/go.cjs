// Runs `go test -json`, tells the judge each test as it ends, and prints what plain `go test` prints.
const { constants } = require('node:os');
const { spawn } = require('node:child_process');
const { createInterface } = require('node:readline');

const [go, , ...words] = process.argv.slice(2);
const own = words.findIndex((word) => /^--?args$/.test(word));
const flags = own === -1 ? words : words.slice(0, own);
const has = (name) => flags.some((word) => new RegExp(`^--?(test\\.)?${name}(=|$)`).test(word));
const asks = !['json', 'c', 'list', 'n', 'h', 'help'].some(has);
const wordy = has('v') && !flags.some((word) => /^--?(test\.)?v=false$/.test(word));

const { open, take } = require('./teller.cjs');
const teller = asks && open('go-test') ? take('go-test') : undefined;
const child = spawn(go, ['test', ...(teller ? ['-json'] : []), ...words], {
  stdio: ['inherit', teller ? 'pipe' : 'inherit', 'inherit'],
});
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));

// Of each package what it printed, and its tests that began and did not end.
const packages = new Map();
const broken = new Set();
const of = (name) => {
  if (!packages.has(name)) packages.set(name, { printed: [], running: new Map(), failed: new Set() });
  return packages.get(name);
};
const statuses = { pass: 'pass', fail: 'fail', skip: 'skip' };

function onLine(line) {
  let event;
  try {
    event = JSON.parse(line);
  } catch {}
  if (typeof event?.Action !== 'string') return onText(line);
  const { Action: action, Package: name, Test: test, Output: output = '', Elapsed: seconds } = event;
  if (name === undefined) return void process.stdout.write(output);
  const one = of(name);
  if (action === 'output') one.printed.push({ test, output });
  if (action === 'output' && /^FAIL\t\S+ \[(build|setup) failed\]/.test(output)) fails(name);
  if (wordy && action === 'output') process.stdout.write(output);
  if (test === undefined) return void (statuses[action] && onPackage(name, one, action));
  if (action === 'run') one.running.set(test, (one.running.get(test) ?? 0) + 1);
  if (statuses[action] === undefined) return undefined;
  const runs = one.running.get(test) ?? 0;
  if (runs > 1) one.running.set(test, runs - 1);
  else one.running.delete(test);
  if (action === 'fail') one.failed.add(test);
  // An end without a beginning was printed by the tests themselves.
  const status = runs > 0 ? statuses[action] : 'twice';
  teller.tell({ kind: 'test', file: name, path: parts(test), status, ms: Math.round((seconds ?? 0) * 1000) });
}

function onPackage(name, one, action) {
  // Its process ended before its tests did.
  for (const test of one.running.keys()) {
    teller.tell({ kind: 'test', file: name, path: parts(test), status: 'fail' });
    one.failed.add(test);
  }
  if (action === 'fail' && one.failed.size === 0) fails(name);
  if (!wordy) print(one, action === 'fail');
  packages.delete(name);
}

function fails(name) {
  if (!broken.has(name)) teller.tell({ kind: 'test', file: name, path: [], status: 'fail' });
  broken.add(name);
}

// Subtests are named after slashes; the name of one may hold more of them.
function parts(test) {
  return test.split('/');
}

const chatter = /^\s*=== (RUN|PAUSE|CONT|NAME) |^PASS$/;

function print({ printed, failed }, red) {
  const tops = new Set([...failed].map((test) => parts(test)[0]));
  for (const { test, output } of printed) {
    const wanted = test === undefined ? red || !/^(testing: )?PASS/.test(output) : tops.has(parts(test)[0]);
    if (wanted && !chatter.test(output.trimEnd())) process.stdout.write(output);
  }
}

// Before Go 1.24 a package that does not build is told in plain words.
function onText(line) {
  const name = /^FAIL\t(\S+) \[(build|setup) failed\]/.exec(line)?.[1];
  if (name !== undefined) fails(name);
  process.stdout.write(`${line}\n`);
}

if (teller) createInterface({ input: child.stdout, crlfDelay: Infinity }).on('line', onLine);
child.once('close', (code, signal) => {
  // Whatever never came to its end, with the package it belongs to.
  for (const [name, one] of packages) {
    if (one.running.size > 0 || one.printed.length > 0) onPackage(name, one, 'fail');
  }
  if (signal === null) teller?.done();
  process.exitCode = code ?? 128 + constants.signals[signal];
});
