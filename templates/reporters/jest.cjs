// Given to jest as `testResultsProcessor`: called with all results in the process that is the runner, after the last
// test and before it ends. Reporters of the project stay as they are.
const teller = require('./teller.cjs').take('jest');

const statuses = {
  passed: 'pass',
  failed: 'fail',
  todo: 'todo',
  skipped: 'skip',
  pending: 'skip',
  disabled: 'skip',
};

module.exports = (results) => {
  for (const { testFilePath: file, testResults, testExecError, failureMessage } of results.testResults) {
    for (const { ancestorTitles, title, status, duration } of testResults) {
      const ms = typeof duration === 'number' ? duration : undefined;
      teller?.tell({
        kind: 'test',
        file,
        path: [...ancestorTitles, title],
        status: statuses[status] ?? 'fail',
        ms,
      });
    }
    // A file that did not load, or broke outside its tests, is a failing test named by the file.
    const told = testResults.some(({ status }) => status === 'failed');
    if (testExecError || (failureMessage && !told))
      teller?.tell({ kind: 'test', file, path: [], status: 'fail' });
  }
  teller?.done({ isolated: true });
  return results;
};
