import * as path from 'node:path';
import { shellQuote } from './own-files.ts';

/**
 * Shell that lets a program find what it may read of the user's home below its own HOME. It only ever adds where nothing
 * stands, so that it does no harm where HOME is the user's own. `how`: a link stays read-only; of a copy the program can
 * make another file, which dies with its session.
 */
export function intoHome(paths: readonly string[], home: string, how: 'link' | 'copy' = 'link'): string {
  const put = how === 'link' ? 'ln -s' : 'cp -RL';
  return paths
    .map((target) => {
      const place = `"$HOME"/${shellQuote(path.relative(home, target))}`;
      const folder = `"$HOME"/${shellQuote(path.dirname(path.relative(home, target)))}`;
      return `[ -e ${place} ] || { mkdir -p ${folder} && ${put} ${shellQuote(target)} ${place}; } || exit 126\n`;
    })
    .join('');
}
