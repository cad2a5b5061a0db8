import { installOf } from '../brain/agents/tried.ts';
import type { BrainList, BrainRow } from './brain-list.ts';
import { cut, oneLine, pad, width } from './harmless.ts';
import type { Paint } from './paint.ts';

/** The screen of `agentloop brains`, line by line, none wider than `columns` where it can be helped. */
export function brainsPage({ brains, roles }: BrainList, paint: Paint, columns: number): readonly string[] {
  const here = brains.map((row) => [row.name, versionWords(row), loginWords(row), row.roles.join(', ')]);
  const can = brains.map((row) => [row.name, ...supportWords(row)]);
  const heads = [
    'brain',
    'resumes',
    'tells cost in',
    'turns kept by',
    'money kept by',
    'end of a limit',
    'MCP',
  ];
  const marks = brains.map((row) => paint[markOf(row).tone](markOf(row).symbol));
  const quiet = brains.map(({ installed }) => !installed);
  return [
    ...table(['brain', 'version', 'key or login', 'role here'], here, { marks, quiet }, paint, columns),
    '',
    ...table(heads, can, { quiet }, paint, columns),
    '',
    ...wordsOf(brains, roles, paint),
  ];
}

/** Symbol and colour of a brain; the symbol says it without colour. */
function markOf(row: BrainRow): { readonly symbol: string; readonly tone: keyof Paint } {
  if (!row.installed) return { symbol: '·', tone: 'quiet' };
  if (row.trouble !== undefined) return { symbol: '✗', tone: 'bad' };
  return row.login === null ? { symbol: '!', tone: 'warn' } : { symbol: '✓', tone: 'good' };
}

function versionWords({ name, installed, version, trouble, tried }: BrainRow): string {
  if (name === 'anthropic') return 'built in';
  if (!installed) return 'not installed';
  if (version === undefined) return oneLine(`does not run: ${trouble ?? ''}`);
  return version === tried ? `${version}, tried` : `${version} (tried with ${tried})`;
}

function loginWords({ login }: BrainRow): string {
  if (login === null) return 'none found';
  return login.by === 'file' ? `~/${login.name}` : login.name;
}

const keeps = { told: 'itself', kept: 'agentloop', none: 'nobody' } as const;
const ends = { instant: 'told', words: 'in words', none: 'not told' } as const;

function supportWords({ supports }: BrainRow): readonly string[] {
  const { resume, cost, turns, money, mcp, limitEnds } = supports;
  return [
    resume ? 'yes' : 'no',
    cost === 'none' ? 'no' : cost,
    keeps[turns],
    keeps[money],
    ends[limitEnds],
    mcp ? 'yes' : 'no need',
  ];
}

interface Look {
  /** What stands in front of each line, one column wide. */
  readonly marks?: readonly string[];
  readonly quiet: readonly boolean[];
}

function table(
  heads: readonly string[],
  lines: readonly (readonly string[])[],
  { marks, quiet }: Look,
  paint: Paint,
  columns: number,
): readonly string[] {
  const widths = heads.map((head, at) =>
    Math.max(width(head), ...lines.map((cells) => width(cells[at] ?? ''))),
  );
  // What is too wide is taken from the widest: most likely the words of a program that does not run.
  const over = widths.reduce((sum, one) => sum + one + 2, 0) - columns;
  const widest = widths.indexOf(Math.max(...widths));
  if (over > 0) widths[widest] = Math.max(16, (widths[widest] ?? 0) - over);
  const cell = (text: string, at: number) => pad(cut(text, widths[at] ?? 0), widths[at] ?? 0);
  return [
    paint.quiet(`  ${heads.map(cell).join('  ').trimEnd()}`),
    ...lines.map((cells, index) => {
      const [name = '', ...rest] = cells.map(cell);
      const words = rest.join('  ').trimEnd();
      const line = quiet[index] ? paint.quiet(`${name}  ${words}`) : `${paint.strong(name)}  ${words}`;
      return `${marks?.[index] ?? ' '} ${line}`;
    }),
  ];
}

/** What the tables do not say: roles of other brains, roles whose brain is not here, and what to do next. */
function wordsOf(brains: readonly BrainRow[], roles: BrainList['roles'], paint: Paint): readonly string[] {
  const others = Object.entries(roles).filter(([, brain]) => !brains.some(({ name }) => name === brain));
  const missing = brains.filter(({ installed, roles: has }) => !installed && has.length > 0);
  const free = brains.find(({ installed }) => !installed);
  const ready = brains.filter(({ installed, trouble }) => installed && trouble === undefined);
  const best = ready.find(({ login }) => login !== null) ?? ready[0];
  return [
    ...others.map(([role, brain]) => oneLine(`The ${role} here is ${brain}.`, 200)),
    ...missing.map((row) =>
      paint.warn(`! ${row.name} is missing, for the ${row.roles.join(' and the ')}: ${installWords(row)}`),
    ),
    ...(free === undefined ? [] : [`To install one: ${installWords(free)}`]),
    ...(best === undefined
      ? []
      : [
          `To use one: agentloop run --brain ${best.name}`,
          `To look closer: agentloop doctor --brain ${best.name}`,
        ]),
  ];
}

function installWords({ name }: BrainRow): string {
  return name === 'anthropic' ? '' : installOf(name);
}
