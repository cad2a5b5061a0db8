import type { Adapter } from './adapter.ts';
import { readJUnit } from './junit-xml.ts';

/**
 * pytest, through the variable it reads options from. `xunit1` is the family that names files. Without
 * --continue-on-collection-errors one file that does not load hides all other tests. Its test files share one process.
 */
export const pytest: Adapter = {
  name: 'pytest',
  ask: ({ folder }) => ({
    env: {
      PYTEST_ADDOPTS: `--junitxml=${folder}/pytest.xml -o junit_family=xunit1 --continue-on-collection-errors`,
    },
  }),
  owns: (name) => name === 'pytest.xml',
  read([file]) {
    const tests = file === undefined ? [] : readJUnit(file);
    return 'broken' in tests ? tests : { tests, isolated: false };
  },
};
