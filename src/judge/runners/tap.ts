import { Parser } from 'tap-parser';
import { messageOf } from '../../errors.ts';
import type { Adapter, BrokenReport, ReportFile } from './adapter.ts';
import type { RawTest } from './identity.ts';
import { ownReport } from './own-report.ts';

/** `tap`: what the check prints is TAP. `tap:<path>`: it writes TAP there. Whoever tests can print what it likes. */
export const tap: Adapter = {
  name: 'tap',
  ask: () => ({}),
  owns: (name) => name.startsWith(ownReport),
  read(files) {
    const tests: RawTest[] = [];
    for (const file of files) {
      const found = readTap(file);
      if ('broken' in found) return found;
      tests.push(...found);
    }
    return tests.length === 0 && files.every(({ text }) => !/^1\.\.0\b/m.test(text))
      ? undefined
      : { tests, isolated: false };
  },
};

type Events = ReturnType<typeof Parser.parse>;

/** Every test point of a report that is no sum of others; one after the other where several documents follow. */
export function readTap({ name, text, part }: ReportFile): readonly RawTest[] | BrokenReport {
  const top = part === undefined ? [] : [part.replace(/\.tap$/, '')];
  const tests: RawTest[] = [];
  try {
    for (const document of text.split(/^(?=TAP version \d+\s*$)/m)) {
      if (!/^\s*(not )?ok\b|^\s*1\.\.\d+|^Bail out!/m.test(document)) continue;
      const found = readDocument(Parser.parse(document), top);
      if ('broken' in found) return { broken: `${name}: ${found.broken}` };
      tests.push(...found);
    }
    return tests;
  } catch (error) {
    return { broken: `${name}: ${messageOf(error).slice(0, 200)}` };
  }
}

function readDocument(events: Events, top: readonly string[]): readonly RawTest[] | BrokenReport {
  const bail = bailedOut(events);
  if (bail !== undefined) return { broken: `it bailed out: ${bail.slice(0, 200)}` };
  for (const [kind, is] of events) {
    if (kind !== 'complete') continue;
    const errors = is.failures.flatMap((one: object) =>
      'tapError' in one && one.tapError ? [String(one.tapError)] : [],
    );
    if (errors.length > 0) return { broken: `it is not complete: ${errors[0]}` };
  }
  return pointsOf(events, top);
}

function bailedOut(events: Events): string | undefined {
  for (const [kind, is] of events) {
    if (kind === 'bailout') return is || 'for no reason given';
    const below = kind === 'child' ? bailedOut(is) : undefined;
    if (below !== undefined) return below;
  }
  return undefined;
}

function pointsOf(events: Events, path: readonly string[]): readonly RawTest[] {
  const tests: RawTest[] = [];
  // tape says the test in a comment and its assertions in points; the counts at its end tell that it is tape.
  const grouped = events.some(([kind, is]) => kind === 'comment' && /^# tests\s+\d+$/.test(is.trim()));
  let group: string | undefined;
  let child: Events | undefined;
  for (const [kind, is] of events) {
    if (kind === 'child') child = is;
    if (kind === 'comment' && grouped) group = is.trim().replace(/^#\s*/, '');
    if (kind !== 'assert') continue;
    const name = is.name === '' ? '(no name)' : is.name;
    const own = [...path, ...(group === undefined || group === name ? [] : [group]), name];
    const below = child === undefined ? [] : pointsOf(child, own);
    child = undefined;
    tests.push(...below);
    const status = is.skip !== false ? 'skip' : is.todo !== false ? 'todo' : is.ok ? 'pass' : 'fail';
    // With points of its own below, it is their sum; it counts when they do not explain it.
    const explained = below.length > 0 && (status !== 'fail' || below.some((one) => one.status === 'fail'));
    const ms = is.time === null ? {} : { ms: is.time };
    if (!explained) tests.push({ ...placed(own), status, ...ms });
  }
  return tests;
}

/** Runners that run files name the outermost point after the file. */
function placed([first = '', ...rest]: readonly string[]): Pick<RawTest, 'file' | 'path'> {
  const isFile = /^[^\s()]+\.\w+$/.test(first);
  return isFile ? { file: first, path: rest } : { file: '', path: [first, ...rest] };
}
