// How a test runner tells the judge what happened: one line of JSON each, over one connection, as it happens. What was
// said cannot be taken back, by nobody. The judge listens only to a process that it can find and that no other runner
// started: whoever tells writes a word into the name of its own process, and the judge looks who bears it.
// Everything used here is taken hold of before any test is loaded.
const { randomBytes } = require('node:crypto');
const { readFileSync, readSync, writeFileSync, writeSync } = require('node:fs');
const { connect } = require('node:net');
const { join } = require('node:path');

const { wait } = Atomics;
const { stringify } = JSON;
const { from } = Buffer;
const { now } = Date;
const still = new Int32Array(new SharedArrayBuffer(4));
const ownName = '/proc/self/comm';
const longestMs = 20_000;

let opened = false;
let held;

// Opens the connection of this process, once. Gives whether the judge listens.
exports.open = (runner) => {
  if (opened) return false;
  opened = true;
  try {
    held = introduce(runner);
  } catch {}
  return held !== undefined;
};

// The one who may speak for this runner; given out once, so that tests find nobody.
exports.take = (runner) => {
  if (!opened) exports.open(runner);
  if (held?.runner !== runner) return undefined;
  const { teller } = held;
  held = undefined;
  return teller;
};

function introduce(runner) {
  const socket = connect(readFileSync(join(__dirname, 'address'), 'utf8'));
  socket.on('error', () => {});
  socket.unref();
  const fd = socket._handle.fd;
  const word = randomBytes(12).toString('base64url').slice(0, 15);
  const name = nameItself(word);
  const argv = [...process.execArgv, ...process.argv.slice(1)];
  write(fd, { kind: 'head', runner, word, cwd: process.cwd(), argv });
  const listens = answer(fd) === 'y';
  if (name !== undefined) nameItself(name);
  if (!listens) {
    socket.destroy();
    return undefined;
  }
  // The last word of the process; again and again last, because the exit code may still change before.
  let knows = true;
  const end = (code) => write(fd, { kind: 'end', exit: knows ? (process.exitCode ?? code) : null });
  const beLast = () => process.off('exit', end).on('exit', end);
  beLast();
  const tell = (line) => write(fd, line);
  const done = (facts = {}) => {
    tell({ ...facts, kind: 'done' });
    knows = facts.exit !== null;
    beLast();
    process.nextTick(beLast);
  };
  return { runner, teller: { tell, done } };
}

function nameItself(name) {
  try {
    const before = readFileSync(ownName, 'utf8').trim();
    writeFileSync(ownName, name);
    return before;
  } catch {
    return undefined; // No /proc: then the judge does not look there either.
  }
}

function answer(fd) {
  const one = Buffer.alloc(1);
  const read = patiently(() => readSync(fd, one, 0, 1, null));
  return read === 1 ? one.toString('latin1') : undefined;
}

function write(fd, line) {
  const bytes = from(`${stringify(line)}\n`);
  for (let at = 0; at < bytes.length; ) {
    const start = at;
    const written = patiently(() => writeSync(fd, bytes, start, bytes.length - start));
    if (written === undefined) return;
    at += written;
  }
}

// The socket does not block: what would have to wait is tried again.
function patiently(act) {
  for (const end = now() + longestMs; now() < end; wait(still, 0, 0, 1)) {
    try {
      return act();
    } catch (error) {
      if (error.code !== 'EAGAIN') return undefined;
    }
  }
  return undefined;
}
