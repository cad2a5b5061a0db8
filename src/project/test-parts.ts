import { reportFor, withoutBail } from './runners.ts';
import { scriptsText } from './scripts-text.ts';

/** One part of a test script that does several things. */
export interface Part {
  readonly name: string;
  readonly command: string;
  readonly report: string;
}

/** Parts that only look: they need nothing from one another, so that each can run in a clean checkout of its own. */
const looks = /^(?:tests?|unit|lint|types?|typecheck|check|format|style|standard|coverage)(?:$|[:_-])/;
const makes = /build|compile|bundle|prepare|setup|start|clean|watch|fix/;
const tools =
  /^(?:xo|eslint|standard|neostandard|semistandard|prettier --check|biome|tsd|tstyche|ava|tape|tap|borp|uvu|jest|mocha|vitest run|c8|nyc|tsc --noEmit|node --test)(?=\s|$)/;
const reference = /^(?:npm|pnpm|yarn|bun)\s+(?:run\s+|run-script\s+)?([\w:.-]+)$/;

/**
 * The parts of a test script such as "npm run lint && npm run test:unit" or "xo && ava". As checks of their own a red
 * linter does not hide the tests, and each part is seen by name. Empty where the script is no such chain, or where a
 * later part may need what an earlier one made. `manifest`: text of package.json.
 */
export function partsOf(
  script: string,
  manifest: string,
  scripts: Readonly<Record<string, string>>,
): readonly Part[] {
  const words = script.split('&&').map((word) => word.trim());
  if (words.length < 2 || scripts['pretest'] !== undefined || scripts['posttest'] !== undefined) return [];
  const parts = words.map((word) => partOf(word, manifest, scripts));
  if (!parts.every((part) => part !== undefined)) return [];
  return parts.map((part, index) => {
    const before = parts.slice(0, index).filter(({ name }) => name === part.name).length;
    return before === 0 ? part : { ...part, name: `${part.name}-${before + 1}` };
  });
}

function partOf(word: string, manifest: string, scripts: Readonly<Record<string, string>>): Part | undefined {
  const script = reference.exec(word)?.[1];
  if (script !== undefined && scripts[script] !== undefined) {
    if (script === 'test' || !looks.test(script) || makes.test(script)) return undefined;
    const name = script.replace(/^tests?[:_-]/, '');
    const text = scriptsText(word, manifest);
    // npm comes with Node; pnpm may be there for init.sh alone, through corepack.
    const npm = word.startsWith('pnpm') && !/\bpnpm\b/.test(text.slice(word.length));
    return { name, command: npm ? `npm run ${script}` : word, report: reportFor(text) };
  }
  // What the shell would do more with, and words that a quote ties to the next part.
  if (!tools.test(word) || /[|;<>$`()\\]|--fix\b|--write\b|--watch\b/.test(word) || !balanced(word))
    return undefined;
  const command = word.startsWith('node ') ? word : `npx ${withoutBail(word)}`;
  return { name: word.split(/\s/)[0] ?? word, command, report: reportFor(word) };
}

function balanced(word: string): boolean {
  return ["'", '"'].every((quote) => word.split(quote).length % 2 === 1);
}
