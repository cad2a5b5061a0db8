import type { Adapter } from './adapter.ts';
import { jest, vitest } from './jest-json.ts';
import { junitFile } from './junit-file.ts';
import { mocha } from './mocha.ts';
import { nodeTest } from './node-test.ts';
import { pytest } from './pytest.ts';

/** Every runner that can be asked without changing its command. */
const asked: readonly Adapter[] = [nodeTest, vitest, jest, mocha, pytest];

/**
 * The adapters for the `report` of a check. `auto` asks them all, and those answer that run: a command may lead to its
 * runner through npm scripts, make or a shell script, which nobody has to understand this way.
 */
export function adaptersFor(report: string): readonly Adapter[] {
  if (report === 'auto') return asked;
  if (report.startsWith('junit:')) return [junitFile];
  return asked.filter((adapter) => adapter.name === report);
}
