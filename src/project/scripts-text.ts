/** The package.json scripts that a command leads to, and where they name files. */

const aliases: Readonly<Record<string, readonly string[]>> = { test: ['t', 'tst'] };

/**
 * The command and every script of `manifest` (the text of package.json) that it starts through npm, pnpm, yarn, bun or
 * `node --run`, one below the other. A manifest that is missing or broken has no scripts.
 */
export function scriptsText(command: string, manifest: string | undefined): string {
  const scripts = scriptsOf(manifest);
  const taken = new Set<string>();
  let text = command;
  for (;;) {
    const next = Object.keys(scripts).find((name) => !taken.has(name) && starts(text, name));
    if (next === undefined) return text;
    taken.add(next);
    const hooks = [`pre${next}`, `post${next}`].filter((hook) => Object.hasOwn(scripts, hook));
    for (const name of [next, ...hooks]) text += `\n${scripts[name]}`;
  }
}

function starts(text: string, script: string): boolean {
  const names = [script, ...(aliases[script] ?? [])].map((name) => name.replace(/[^\w]/g, '\\$&')).join('|');
  return new RegExp(
    `(^|[\\s;&|(])((npm|pnpm|yarn|bun)\\b[^;&|\\n]*|node\\s+--run)[\\s=](${names})($|[\\s;&|)])`,
    'm',
  ).test(text);
}

/** The scripts of a package.json; none when it is missing or broken. */
export function scriptsOf(manifest: string | undefined): Readonly<Record<string, string>> {
  try {
    const { scripts } = JSON.parse(manifest ?? '') as { scripts?: unknown };
    if (typeof scripts !== 'object' || scripts === null) return {};
    return Object.fromEntries(
      Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return {};
  }
}
