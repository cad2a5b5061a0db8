import type { Adapter } from './adapter.ts';
import type { RawTest } from './identity.ts';
import { readJUnit } from './junit-xml.ts';

/** The prefix under which a report that the check itself wrote into the checkout is handed over. */
export const ownReport = 'own-report-';

/** `junit:<path>`: the check writes JUnit XML by itself, and says where. */
export const junitFile: Adapter = {
  name: 'junit',
  ask: () => ({}),
  owns: (name) => name.startsWith(ownReport),
  read(files) {
    const tests: RawTest[] = [];
    for (const file of files) {
      const found = readJUnit(file);
      if ('broken' in found) return found;
      tests.push(...found);
    }
    return { tests, isolated: false };
  },
};
