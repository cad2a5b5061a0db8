import type { Adapter } from './adapter.ts';
import { readJUnit } from './junit-xml.ts';
import { runnerAdapter } from './runner-adapter.ts';

const rest = '--continue-on-collection-errors';
const fallback = 'pytest.xml';

/**
 * pytest, through a plugin of ours, which a sitecustomize on PYTHONPATH asks for in the process that runs it. A command
 * that sets a PYTHONPATH of its own finds neither; then pytest's own JUnit XML answers, for which the environment asks.
 * `xunit1` is the family that names files. Without --continue-on-collection-errors one file that does not load hides
 * all other tests. Its test files share one process.
 */
const told = runnerAdapter({
  name: 'pytest',
  isolated: false,
  ask({ folder, out }) {
    const junit = `--junitxml=${out}/${fallback} -o junit_family=xunit1`;
    return {
      files: {
        'python/sitecustomize.py': 'reporters/python/sitecustomize.py',
        'python/agentloop_report.py': 'reporters/python/agentloop_report.py',
      },
      texts: { 'pytest-options': `${junit}\n-p agentloop_report\n` },
      env: { PYTEST_ADDOPTS: `${junit} ${rest}`, PYTHONPATH: `${folder}/python` },
    };
  },
});

export const pytest: Adapter = {
  ...told,
  file: fallback,
  owns: (name) => name === fallback || told.owns(name),
  read(files, run) {
    const spoken = files.filter(({ name }) => told.owns(name));
    if (spoken.length > 0) return told.read(spoken, run);
    const file = files.find(({ name }) => name === fallback);
    if (file === undefined) return undefined;
    const tests = readJUnit(file);
    return 'broken' in tests ? tests : { tests, isolated: false };
  },
};
