// Stands where the commands of a check can read and not write, and is loaded by every Node process of it (`--require` in
// NODE_OPTIONS). Where the process is a test runner, the question for a report is put to it here: this reaches runners
// behind npm scripts, `npx` and shell scripts alike. Whatever such a runner starts is asked nothing any more.
const { existsSync, readFileSync, realpathSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');
const { isMainThread } = require('node:worker_threads');

const has = (option) => process.argv.some((word) => word === option || word.startsWith(`${option}=`));
const ours = (name) => join(__dirname, name);

const questions = {
  jest: () => ['--testResultsProcessor', ours('jest.cjs')],
  vitest: () => [...(has('--reporter') ? [] : ['--reporter=default']), `--reporter=${ours('vitest.mjs')}`],
  mocha: () => ['--reporter', ours('mocha.cjs')],
  ava: () => {
    require('./ava.cjs');
    return [];
  },
  'node-test': () => [],
};
// A runner is asked when its part of the question is there.
const parts = { 'node-test': 'node-test.mjs', vitest: 'vitest.mjs' };

function runner() {
  if (process.execArgv.includes('--test')) return process.env.NODE_TEST_CONTEXT ? undefined : 'node-test';
  const script = process.argv[1];
  if (script === undefined) return undefined;
  // A file of the project that happens to be called jest.js is no runner: the real ones live in packages.
  let real = script;
  try {
    real = realpathSync(script);
  } catch {}
  const folders = dirname(real).split(/[\\/]/);
  const home = folders.lastIndexOf('node_modules');
  if (home === -1) return undefined;
  const name = basename(script)
    .replace(/\.[cm]?js$/, '')
    .replace(/^_mocha$/, 'mocha')
    .replace(/^cli$/, folders[home + 1] === 'ava' ? 'ava' : 'cli');
  return name !== 'node-test' && Object.hasOwn(questions, name) ? name : undefined;
}

// Takes the question out of what later processes get.
function keepFromChildren() {
  const { NODE_OPTIONS: words = '' } = process.env;
  const rest = words.replace(readFileSync(ours('node-options'), 'utf8'), '').trim();
  if (rest === '') delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = rest;
}

const name = isMainThread ? runner() : undefined;
// `vitest list` and the like run nothing.
const runsTests = name !== 'vitest' || !['list', 'bench', 'init', 'complete'].includes(process.argv[2]);
if (name !== undefined && runsTests && existsSync(ours(parts[name] ?? `${name}.cjs`))) {
  // By itself this signal opens a debugger, through which any process could make the runner say what it likes.
  process.on('SIGUSR1', () => {});
  const listened = require('./teller.cjs').open(name);
  keepFromChildren();
  if (listened) process.argv.push(...questions[name]());
}
