import type { Check } from '../config.ts';
import { detectGo, detectRust } from './detect-compiled.ts';
import { detectNode } from './detect-node.ts';
import { detectPython } from './detect-python.ts';
import { check, type Files } from './found.ts';
import { template } from './templates.ts';

/** What init proposes without any model. */
export interface Detected {
  readonly checks: readonly Check[];
  /** Text of init.sh. */
  readonly init: string;
  /** Lines that .gitignore lacks for what the checks and init.sh make. */
  readonly ignore: readonly string[];
  /** What could not be told, one sentence each. */
  readonly notes: readonly string[];
}

/** Looks at manifests, lock files and test files. `commands`: checks a person gave, used instead of found ones. */
export async function detect(files: Files, commands: readonly string[] = []): Promise<Detected> {
  const found = [
    await detectNode(files),
    await detectPython(files),
    await detectGo(files),
    await detectRust(files),
  ];
  const own = commands.map((command, index) =>
    check(index === 0 ? 'check' : `check-${index + 1}`, command, 'auto'),
  );
  const checks = own.length > 0 ? own : found.flatMap((one) => one.checks);
  const installs = found.map((one) => one.install).filter((lines) => lines !== '');
  const ignored = ((await files.read('.gitignore')) ?? '').split(/\r?\n/).map(bareName);
  const notes = found.flatMap((one) => one.notes);
  if (checks.length === 0) {
    notes.push(
      'No test runner was found (node:test, vitest, jest, mocha, ava, pytest, go, cargo): name a command with --check.',
    );
  }
  return {
    checks,
    init: template('init/head.sh') + (installs.length > 0 ? installs.join('') : template('init/nothing.sh')),
    ignore: [...new Set(found.flatMap((one) => one.makes))].filter(
      (name) => !ignored.includes(bareName(name)),
    ),
    notes,
  };
}

/** What was found, as text for a brief or a person. */
export function describeDetected({ checks, init, notes }: Detected): string {
  const lines = checks.map(({ name, command, report }) => `check ${name}: ${command} (report: ${report})`);
  return [...lines, ...notes, 'init.sh:', init].join('\n');
}

function bareName(line: string): string {
  return line.trim().replace(/^(?:\*\*)?\/+|\/+$/g, '');
}
