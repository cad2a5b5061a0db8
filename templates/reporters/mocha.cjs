// A mocha reporter that shows what `spec` shows and also writes every test with its file. (The JSON reporter of mocha
// takes the place of the one people read.)
const { readFileSync, realpathSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

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
    const tests = [];
    const note = (status) => (test) => tests.push({ file: test.file, path: test.titlePath(), status });
    runner.on('pass', note('pass'));
    runner.on('fail', note('fail'));
    runner.on('pending', note('skip'));
    runner.once('end', () => {
      const report = { at: Date.now(), cwd: process.cwd(), tests };
      writeFileSync(join(__dirname, `mocha-${process.pid}.json`), JSON.stringify(report));
    });
  }
};
