import { UserError } from '../../errors.ts';
import { fill, template } from '../../project/templates.ts';

export const platforms = ['github', 'gitlab'] as const;
export const shapes = ['simple', 'split'] as const;
export type Platform = (typeof platforms)[number];
export type Shape = (typeof shapes)[number];

/** What a workflow is made of beside its platform and its shape. */
export interface WorkflowParts {
  /** Branch on which runs begin. */
  readonly branch: string;
  readonly brain: string;
  /** Name of the secret that holds the key of its model. */
  readonly secret: string;
  /** Version of Node. */
  readonly node: string;
  /** Commands that install agentloop and what the brain needs, joined to one line. */
  readonly install: string;
  /** US dollars for a run. */
  readonly maxCost: number;
  /** When a night ends, with its zone. */
  readonly until: string;
}

/** Jobs after the first one that may go on with a run. */
const segments = 8;

/** A workflow, ready to be committed. UserError for a part that a workflow cannot hold. */
export function workflow(platform: Platform, shape: Shape, parts: WorkflowParts): string {
  const values: Readonly<Record<string, string>> = {
    branch: plain('branch', parts.branch, /^[\w./-]+$/),
    brain: inShell(plain('brain', parts.brain, /^(?!.*\$\{\{)[^\r\n]+$/)),
    secret: plain('secret', parts.secret, /^[A-Za-z_]\w*$/),
    node: plain('version of Node', parts.node, /^\d+(\.\d+){0,2}$/),
    install: parts.install,
    maxCost: String(parts.maxCost),
    until: plain('time', parts.until, /^[\w:+./ -]+$/),
    segments: String(segments),
  };
  const text = template(`ci/${platform}-${shape}.yml`);
  return fill(
    text,
    Object.fromEntries(Object.entries(values).filter(([name]) => text.includes(`{{${name}}}`))),
  );
}

function plain(what: string, value: string, form: RegExp): string {
  if (form.test(value)) return value;
  throw new UserError(
    `The ${what} "${value}" cannot stand in a workflow.`,
    'Name another, or write the workflow by hand: docs/ci.md says what it must do.',
  );
}

/** One word of a shell; what needs no quotes has none. */
function inShell(word: string): string {
  return /^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
