import * as z from 'zod';
import { underAll } from '../workspace/under-all.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { cutEnd, readable, shownBytes } from './cut.ts';
import { type Glob, matches, parseGlob } from './glob-match.ts';
import { type Areas, placeOf } from './place.ts';
import { quoted } from './quoted.ts';
import { brokenFence, done, failed, makeTool, type Result, type Tool } from './tool.ts';
import { foldersSkipped } from './walk.ts';

const maxTime = 20_000;
const maxLine = 500;

const input = z.strictObject({
  pattern: z
    .string()
    .min(1)
    .max(1000)
    .regex(/^[^\r\n\0]*$/, 'one line')
    .describe('Regular expression, matched line by line.'),
  path: z.string().max(4096).default('').describe('File or folder to look in; default the whole workspace.'),
  glob: z.string().max(1000).optional().describe('Only files that match, such as *.ts or src/**/*.ts.'),
  ignore_case: z.boolean().default(false),
  limit: z.int().min(1).max(1000).default(200).describe('Most lines shown.'),
});

/**
 * `grep`: lines that match. The search runs as a command inside the fence: an expression that never comes to an end
 * is ended with its process, and what commands can see is what is searched.
 */
export function grepTool(areas: Areas, workspace: Workspace): Tool {
  return makeTool({
    name: 'grep',
    description:
      'Search file contents with a regular expression; answers path:line:text. Binary files are left out; ' +
      `${foldersSkipped.join(', ')} are skipped unless path leads into them.`,
    effect: 'reads',
    input,
    run: async ({ pattern, path, glob, ignore_case, limit }, context) => {
      const place = placeOf(areas, path);
      if ('refused' in place) return failed(place.refused);
      const filter = glob === undefined ? undefined : parseGlob(glob);
      if (typeof filter === 'string') return failed(filter);
      if (place.parts.includes('..')) return failed('Write the path without "..".');
      const target = place.area === 'tree' ? ['.', ...place.parts].join('/') : path;
      const found = collector(filter, limit);
      const finished = await underAll([context.signal, found.full], (signal) =>
        workspace.exec(script(pattern, target, ignore_case), {
          timeoutMs: Math.max(1, Math.min(maxTime, context.msLeft)),
          keepBytes: 4096,
          signal,
          onLine: found.take,
        }),
      );
      if (finished.fenceFailed) return brokenFence(finished.fenceFailed);
      const late =
        finished.ended === 'timeout'
          ? [`[ended after ${maxTime / 1000} s: not everything was searched]`]
          : [];
      return found.result(late);
    },
  });
}

/** GNU grep reads the expressions models write with -P; where there is no -P, with -E. */
function script(pattern: string, target: string, ignoreCase: boolean): string {
  const skipped = target.split('/').some((part) => foldersSkipped.includes(part)) ? ['.git'] : foldersSkipped;
  const options = [
    '-rnIsH',
    '--null',
    ...(ignoreCase ? ['-i'] : []),
    '--exclude=.git',
    ...skipped.map((name) => `--exclude-dir=${name}`),
  ];
  return [
    `p=${quoted(pattern)}`,
    "m=-E; printf '1' | grep -qP '\\d' 2>/dev/null && m=-P",
    'printf "" | grep $m -e "$p" >/dev/null; [ $? -le 1 ] || exit 2',
    `exec grep $m ${options.join(' ')} -e "$p" -- ${quoted(target)}`,
  ].join('\n');
}

function collector(filter: Glob | undefined, limit: number) {
  const enough = new AbortController();
  const lines: string[] = [];
  const errors: string[] = [];
  let bytes = 0;
  let more = false;
  return {
    full: enough.signal,
    take(line: string, from: 'stdout' | 'stderr'): void {
      const nul = line.indexOf('\0');
      if (from === 'stderr' || nul < 0) {
        if (from === 'stderr' && errors.length < 5) errors.push(cutEnd(line, maxLine));
        return;
      }
      const file = line.slice(0, nul).replace(/^\.\//, '');
      if (more || (filter && !matches(filter, file))) return;
      const text = `${file}:${cutEnd(readable(line.slice(nul + 1)), maxLine)}`;
      bytes += Buffer.byteLength(text) + 1;
      more = lines.length >= limit || bytes > shownBytes;
      if (more) enough.abort();
      else lines.push(text);
    },
    result(notes: readonly string[]): Result {
      const told = [
        ...(more ? [`[more than the ${lines.length} lines shown match: narrow the search]`] : []),
        ...notes,
      ];
      if (lines.length > 0) return done([...lines, ...told].join('\n'));
      if (errors.length > 0) return failed(errors.join('\n'));
      return done(['No line matches.', ...told].join('\n'));
    },
  };
}
