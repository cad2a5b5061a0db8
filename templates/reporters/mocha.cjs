// A mocha reporter that shows what `spec` shows and also tells every test with its file. (The JSON reporter of mocha
// takes the place of the one people read.)
const { readFileSync, realpathSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { take } = require('./teller.cjs');

function mochaHome() {
  for (let at = dirname(realpathSync(process.argv[1])); at !== dirname(at); at = dirname(at)) {
    try {
      if (JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')).name === 'mocha') return at;
    } catch {}
  }
  throw new Error('mocha was not found above the program that runs');
}

const { reporters } = require(mochaHome());

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const teller = take('mocha');
    if (teller === undefined) return;
    const tells = (status) => (test) =>
      teller.tell({ kind: 'test', file: test.file, path: test.titlePath(), status, ms: test.duration });
    runner.on('pass', tells('pass'));
    runner.on('fail', tells('fail'));
    runner.on('pending', tells('skip'));
    // mocha decides on its exit code when the last word has been said.
    runner.once('end', () => teller.done({ exit: null }));
  }
};
