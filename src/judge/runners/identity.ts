import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Status, TestSeen } from '../seen.ts';

/** A test as a runner reports it, before it has an identity. */
export interface RawTest {
  /** As the runner names it: absolute, a file URL, or relative to the top. */
  readonly file: string;
  /** Suites from the outside in, then the test. Empty: the file as a whole. */
  readonly path: readonly string[];
  readonly status: Status;
  /** How long it took, where the runner tells. */
  readonly ms?: number;
}

const longest = 500;

/**
 * Gives each test its identity: file, suites, name. Tests of files outside the checkout are left out: what a test
 * runs in a temporary folder has another name each time. Of the same name, the second is ` (2)`, and so on.
 */
export function identify(tests: readonly RawTest[], tops: readonly string[]): readonly TestSeen[] {
  const counts = new Map<string, number>();
  const seen: TestSeen[] = [];
  for (const test of tests) {
    const file = relativeTo(test.file, tops);
    if (file === undefined) continue;
    const name = [file, ...test.path].filter((part) => part !== '').join(' › ');
    if (name === '') continue;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    const id = cut(oneLine(count === 1 ? name : `${name} (${count})`));
    const ms = test.ms === undefined ? {} : { ms: Math.round(test.ms) };
    seen.push({ id, status: test.status, file, ...ms });
  }
  return seen;
}

/** Relative to the first of `tops` it is in; as it is when it was relative; undefined when it is elsewhere. */
export function relativeTo(file: string, tops: readonly string[]): string | undefined {
  const plain = file.startsWith('file://') ? pathOf(file) : file;
  if (!posix.isAbsolute(plain)) {
    const normal = posix.normalize(plain);
    return normal.startsWith('..') ? undefined : normal === '.' ? '' : normal;
  }
  const top = tops.find((one) => plain.startsWith(`${one}/`));
  return top === undefined ? undefined : posix.normalize(plain.slice(top.length + 1));
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}

function oneLine(name: string): string {
  return name.replace(/\s+/g, ' ');
}

/** Long names stay different from each other: a hash stands for what is cut. */
function cut(name: string): string {
  if (name.length <= longest) return name;
  return `${name.slice(0, longest - 13)}…${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}
