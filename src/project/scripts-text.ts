/** The package.json scripts that a command leads to, and where they name files. */

const aliases: Readonly<Record<string, readonly string[]>> = { test: ['t', 'tst'] };

/**
 * The command and every script of `manifest` (the text of package.json) that it starts through npm, pnpm, yarn, bun or
 * `node --run`, one below the other. A manifest that is missing or broken has no scripts.
 */
export function scriptsText(command: string, manifest: string | undefined): string {
  return follow(command, scriptsOf(manifest)).text;
}

/** The names of these scripts, but for those that are started around one of them. */
export function scriptsStarted(command: string, manifest: string | undefined): ReadonlySet<string> {
  return follow(command, scriptsOf(manifest)).started;
}

function follow(command: string, scripts: Readonly<Record<string, string>>) {
  const started = new Set<string>();
  let text = command;
  for (;;) {
    const next = Object.keys(scripts).find((name) => !started.has(name) && starts(text, name));
    if (next === undefined) return { text, started };
    started.add(next);
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
