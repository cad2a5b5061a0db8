import type { Adapter } from './adapter.ts';
import { cargoTest, goTest } from './compiled.ts';
import { junitFile } from './junit-file.ts';
import { nodeTest } from './node-test.ts';
import { ava, jest, mocha, vitest } from './on-node.ts';
import { pytest } from './pytest.ts';
import { tap } from './tap.ts';

/** Every runner that can be asked without changing its command. */
const asked: readonly Adapter[] = [nodeTest, vitest, jest, mocha, ava, pytest, goTest, cargoTest];

/**
 * The adapters for the `report` of a check. `auto` asks them all, and those answer that run: a command may lead to its
 * runner through npm scripts, make or a shell script, which nobody has to understand this way.
 */
export function adaptersFor(report: string): readonly Adapter[] {
  if (report === 'auto') return asked;
  if (report.startsWith('junit:')) return [junitFile];
  if (report === 'tap' || report.startsWith('tap:')) return [tap];
  return asked.filter((adapter) => adapter.name === report);
}
