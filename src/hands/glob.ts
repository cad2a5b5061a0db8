import * as z from 'zod';
import type { Confine } from './confine.ts';
import { matches, parseGlob } from './glob-match.ts';
import { type Areas, placeOf } from './place.ts';
import { done, failed, makeTool, type Tool } from './tool.ts';
import { foldersSkipped, walk } from './walk.ts';

const maxShown = 500;

const input = z.strictObject({
  pattern: z
    .string()
    .min(1)
    .max(1000)
    .describe('Such as src/**/*.ts; without a slash it is matched against names.'),
  path: z.string().max(4096).default('').describe('Folder to look in; default the whole workspace.'),
});

/** `glob`: files by name, sorted. Links are listed, not followed. */
export function globTool(areas: Areas, tree: Confine): Tool {
  return makeTool({
    name: 'glob',
    description:
      `Find files by name: *, ?, [abc], {a,b} and ** for any folders. Paths come sorted, at most ${maxShown}. ` +
      `${foldersSkipped.join(', ')} are skipped unless path leads into them.`,
    effect: 'reads',
    input,
    run: async ({ pattern, path }, { signal }) => {
      const place = placeOf(areas, path);
      if ('refused' in place) return failed(place.refused);
      const glob = parseGlob(pattern);
      if (typeof glob === 'string') return failed(glob);
      if (place.area === 'out') return failed('Only the workspace is searched.');
      const walked = await walk(tree, place.parts, { signal });
      if ('refused' in walked) return failed(walked.refused);
      const prefix = place.parts.length > 0 ? `${place.parts.join('/')}/` : '';
      // A pattern is meant from the folder that was named, and as often written from the top.
      const found = walked.files.filter((file) => {
        return matches(glob, file) || (file.startsWith(prefix) && matches(glob, file.slice(prefix.length)));
      });
      const notes = [
        ...(found.length > maxShown ? [`[${found.length - maxShown} more: narrow the pattern]`] : []),
        ...(walked.cut ? [`[not everything was seen: ${walked.cut}]`] : []),
      ];
      if (found.length === 0) return done(['No file matches.', ...notes].join('\n'));
      return done([...found.slice(0, maxShown), ...notes].join('\n'));
    },
  });
}
