/** The rules of docs/architecture.md that a machine can hold, as functions over sources so that they can be tried. */

/** Top to bottom: a room imports itself and rooms below it. */
const rooms = [
  'cli',
  'server',
  'loop',
  'forge',
  'judge',
  'brain',
  'hands',
  'workspace',
  'policy',
  'project',
  'ledger',
];
/** Below every room; a file imports only those after it. */
const ground = [
  'config',
  'config-forge',
  'config-judge',
  'config-roles',
  'config-brains',
  'config-limits',
  'config-notify',
  'config-values',
  'errors',
];

const maxLines = 200;

/** Where a package of strangers may be imported: folders end with /. */
const homes: readonly { readonly packages: readonly string[]; readonly allowed: readonly string[] }[] = [
  { packages: ['execa', 'node:child_process', 'child_process'], allowed: ['src/workspace/run-process.ts'] },
  { packages: ['simple-git'], allowed: ['src/workspace/user-repository.ts'] },
  { packages: ['@anthropic-ai/sdk'], allowed: ['src/brain/anthropic/'] },
  { packages: ['@agentclientprotocol/sdk'], allowed: ['src/brain/acp/'] },
  { packages: ['chokidar'], allowed: ['src/ledger/'] },
  { packages: ['@lezer/common', '@lezer/javascript', '@lezer/python'], allowed: ['src/judge/syntax.ts'] },
  { packages: ['@octokit/core'], allowed: ['src/forge/github.ts'] },
  { packages: ['@gitbeaker/rest'], allowed: ['src/forge/gitlab.ts'] },
  { packages: ['ora', 'chalk', 'commander'], allowed: ['src/cli/'] },
  { packages: ['nodemailer'], allowed: ['src/cli/notify/send-email.ts'] },
];

/** A source file: its path from the top, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** Every broken rule as one sentence; empty when all hold. */
export function violations({ path, text }: Source): string[] {
  const found: string[] = [];
  const lines = text.replace(/\n$/, '').split('\n').length;
  if (lines > maxLines) found.push(`${path} has ${lines} lines; the limit is ${maxLines}`);
  for (const target of importsOf(text)) {
    if (target.startsWith('.')) found.push(...inward(path, target));
    else found.push(...outward(path, target));
  }
  return found;
}

/** What a file imports: import, import type, export from, import(), require(). Comments do not count. */
export function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<![:'"`\w])\/\/[^\n]*/g, '');
  const forms =
    /\b(?:import|export)\b[^'"`;()]*?\bfrom\s*(['"])(.+?)\1|\bimport\s*(['"])(.+?)\3|\b(?:import|require)\s*\(\s*(['"`])(.+?)\5/g;
  return [...code.matchAll(forms)].map((match) => match[2] ?? match[4] ?? match[6] ?? '');
}

function inward(path: string, target: string): string[] {
  const to = new URL(target, `file:///${path}`).pathname.slice(1);
  if (!to.startsWith('src/'))
    return to === 'package.json' ? [] : [`${path} imports ${to}, which is outside src/`];
  const [from, into] = [levelOf(path), levelOf(to)];
  if (into === undefined) return [`${path} imports ${to}, which belongs to no room`];
  // The library's entry shows what others may touch: it may look into every room, and no room into it.
  if (from === undefined || into >= from) return [];
  return [`${path} imports ${to}, which is above it`];
}

/** Larger is lower; undefined for what is no room, such as src/index.ts. */
function levelOf(path: string): number | undefined {
  const [, name = '', more] = path.split('/');
  const room = more === undefined ? -1 : rooms.indexOf(name);
  if (room >= 0) return room;
  const base = more === undefined ? ground.indexOf(name.replace(/\.ts$/, '')) : -1;
  return base >= 0 ? rooms.length + base : undefined;
}

function outward(path: string, target: string): string[] {
  const home = homes.find(({ packages }) =>
    packages.some((name) => target === name || target.startsWith(`${name}/`)),
  );
  if (!home || home.allowed.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place)))
    return [];
  return [`${path} imports ${target}, which belongs to ${home.allowed.join(' or ')}`];
}
