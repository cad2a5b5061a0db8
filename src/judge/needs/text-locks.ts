import type { Lock, Locked } from './npm-lock.ts';

/** Lock files that are no JSON: each package with its version and where it comes from. */

/** yarn.lock, of both forms. */
export function readYarnLock(text: string): Lock {
  const all = new Map<string, Locked>();
  for (const block of text.split(/\n(?=\S)/)) {
    const [, first = ''] = /^"?((?:@[^@/]+\/)?[^@"\s]+)@/.exec(block) ?? [];
    const version = /^ {2}version:? "?([^"\n]+)"?$/m.exec(block)?.[1] ?? '';
    if (first === '' || version === '') continue;
    const part = (name: string) => new RegExp(`^ {2}${name}:? "?([^"\\n]+)"?$`, 'm').exec(block)?.[1] ?? '';
    const resolved = part('resolved') || part('resolution');
    const file = `${first.split('/').at(-1)}-${version}.tgz`;
    const registry = /\/-\//.test(resolved)
      ? resolved.split('#')[0]?.endsWith(`/${first}/-/${file}`) === true
      : /@(npm|workspace):[^/]+$/.test(resolved);
    all.set(`${first}@${version}`, {
      name: first,
      version,
      from: `${resolved} ${part('integrity') || part('checksum')}`.trim(),
      registry,
    });
  }
  return all;
}

/** pnpm-lock.yaml. */
export function readPnpmLock(text: string): Lock {
  const all = new Map<string, Locked>();
  const entry =
    /^ {2}'?\/?((?:@[^@/']+\/)?[^@/'\s]+)[@/]([^:'(\s]+)[^:\n]*:\n {4}resolution: \{([^}\n]*)\}/gm;
  for (const [, name = '', version = '', from = ''] of text.matchAll(entry))
    all.set(`${name}@${version}`, {
      name,
      version,
      from,
      registry: /^integrity:/.test(from.trim()) && !/tarball|repo|type|directory/.test(from),
    });
  return all;
}

/** Cargo.lock, poetry.lock, uv.lock, pdm.lock: tables called `package`. */
export function readTomlLock(text: string): Lock {
  const all = new Map<string, Locked>();
  for (const block of text.split(/^\[\[package\]\]$/m).slice(1)) {
    const value = (key: string) => new RegExp(`^${key} = (.+)$`, 'm').exec(block)?.[1] ?? '';
    const [name, version] = [value('name').replaceAll('"', ''), value('version').replaceAll('"', '')];
    const table = /^\[package\.source\]\n((?:\w.*\n?)*)/m.exec(block)?.[1] ?? '';
    const source = `${value('source')} ${table}`.trim();
    const hashes = [...block.matchAll(/(?:hash|checksum) = ("[^"]+")/g)].map(([, hash]) => hash).sort();
    const registry =
      !/\b(git|path|url|directory|file|editable)\b(\+| ?= ?"| *"?$)/.test(source) &&
      !/^"(git|path)\+/.test(source);
    all.set(`${name}@${version}`, { name, version, from: [source, ...hashes].join(' '), registry });
  }
  return all;
}

/** go.sum: what each version of a module must be. */
export function readGoSum(text: string): Lock {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  return new Map(
    lines.flatMap(([name = '', version = '', hash]) =>
      hash === undefined
        ? []
        : [[`${name}@${version}`, { name, version, from: hash, registry: true }] as const],
    ),
  );
}

/** Gemfile.lock: gems by name, with the section that they stand in. */
export function readGemLock(text: string): Lock {
  const all = new Map<string, Locked>();
  for (const section of text.split(/\n\n/)) {
    const from = /^[A-Z]+(\n {2}\w+: .*)+/.exec(section)?.[0] ?? '';
    for (const [, name = '', version = ''] of section.matchAll(/^ {4}([^\s(]+) \(([^)]+)\)$/gm))
      all.set(`${name}@${version}`, { name, version, from, registry: from.startsWith('GEM') });
  }
  return all;
}
