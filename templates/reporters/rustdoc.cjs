// Runs the examples of a crate's documentation, shows what rustdoc prints, and tells the judge how each ended. The line
// an example stands in is no part of its name: it changes with every edit above it.
const { constants } = require('node:os');
const { spawn } = require('node:child_process');
const { createInterface } = require('node:readline');

const [rustdoc, ...words] = process.argv.slice(2);
const { open, take } = require('./teller.cjs');
const teller =
  words.some((word) => /--list|--format/.test(word)) || !open('cargo-test') ? undefined : take('cargo-test');
const crate = process.env.CARGO_PKG_NAME ?? words[words.indexOf('--crate-name') + 1] ?? '';
const child = spawn(rustdoc, words, { stdio: ['inherit', teller ? 'pipe' : 'inherit', 'inherit'] });

const statuses = { ok: 'pass', ignored: 'skip', FAILED: 'fail' };

function onLine(line) {
  process.stdout.write(`${line}\n`);
  const found = /^test (.+?) \(line \d+\)(?: - [\w ]+)? \.\.\. (ok|FAILED|ignored)\b/.exec(line);
  if (found === null) return;
  const [, name = '', said = ''] = found;
  const [source = '', ...item] = name.split(' - ');
  const path = item.length === 0 ? ['(top)'] : [item.join(' - ')];
  teller.tell({ kind: 'test', file: `${crate}/doc › ${source}`, path, status: statuses[said] });
}

if (teller) createInterface({ input: child.stdout }).on('line', onLine);
child.once('error', () => {
  process.exitCode = 127;
});
child.once('close', (code, signal) => {
  if (signal === null) teller?.done();
  process.exitCode = code ?? 128 + constants.signals[signal];
});
