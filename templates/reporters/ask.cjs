// Written into the out folder of a judge's checkout and loaded by every Node process of a check (`--require` in
// NODE_OPTIONS). Where the process is a test runner that can only be asked for a report on its command line, it puts
// the question there: this reaches runners behind npm scripts, `npx` and shell scripts alike.
const { basename, dirname, join } = require('node:path');
const { realpathSync } = require('node:fs');

const file = (name) => join(__dirname, `${name}-${process.pid}.json`);
const has = (option) => process.argv.some((word) => word === option || word.startsWith(`${option}=`));

const questions = {
  jest: () => ['--json', `--outputFile=${file('jest')}`],
  vitest: () => [
    ...(has('--reporter') ? [] : ['--reporter=default']),
    '--reporter=json',
    `--outputFile.json=${file('vitest')}`,
  ],
  mocha: () => ['--reporter', join(__dirname, 'mocha.cjs')],
};

function runner() {
  const script = process.argv[1];
  if (script === undefined) return undefined;
  const name = basename(script)
    .replace(/\.[cm]?js$/, '')
    .replace(/^_mocha$/, 'mocha');
  if (!Object.hasOwn(questions, name)) return undefined;
  // A file of the project that happens to be called jest.js is no runner: the real ones live in packages.
  let real = script;
  try {
    real = realpathSync(script);
  } catch {}
  return dirname(real).split(/[\\/]/).includes('node_modules') ? name : undefined;
}

const name = runner();
// `vitest list` and the like run nothing.
const runsTests = name !== 'vitest' || !['list', 'bench', 'init', 'complete'].includes(process.argv[2]);
if (name !== undefined && runsTests) process.argv.push(...questions[name]());
