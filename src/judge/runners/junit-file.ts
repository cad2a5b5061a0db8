import type { Adapter } from './adapter.ts';
import type { RawTest } from './identity.ts';
import { isJUnit, readJUnit } from './junit-xml.ts';
import { ownReport } from './own-report.ts';

/** `junit:<path>`: the check writes JUnit XML by itself, and says where: a file, a folder or a glob. */
export const junitFile: Adapter = {
  name: 'junit',
  ask: () => ({}),
  owns: (name) => name.startsWith(ownReport),
  read(files) {
    const tests: RawTest[] = [];
    // Beside the reports of a folder there may be XML of another kind, such as a summary.
    const reports = files.filter((file) => file.part === undefined || isJUnit(file.text));
    for (const file of reports) {
      const found = readJUnit(file);
      if ('broken' in found) return found;
      tests.push(...found);
    }
    return reports.length === 0 ? undefined : { tests, isolated: false };
  },
};
