/** A tool as a request offers it. */
export interface Offered {
  readonly name: string;
  /** Its namespace, where the API has such a thing. */
  readonly namespace?: string;
  /** JSON Schema of its input. */
  readonly schema: {
    readonly properties?: Readonly<
      Record<string, { readonly type?: unknown; readonly enum?: readonly unknown[] }>
    >;
    readonly required?: readonly string[];
  };
}

/** What the shell tools of agent CLIs are called. */
const shells = ['Bash', 'bash', 'run_shell_command', 'shell_command', 'exec_command', 'shell', 'local_shell'];

/** The shell tool among those that are offered; undefined: there is none. */
export function shellOf(tools: readonly Offered[]): Offered | undefined {
  return tools.find(({ name }) => shells.includes(name));
}

/** Our tool for claims among those that are offered, whatever a CLI puts in front of its name. */
export function claimOf(tools: readonly Offered[]): Offered | undefined {
  return tools.find(({ name, namespace = '' }) => /agentloop.*claim$/i.test(`${namespace}${name}`));
}

/** The input that makes a shell tool run a command, with what else it must be given. */
export function shellInput(tool: Offered, command: string): Record<string, unknown> {
  const { properties = {}, required = [] } = tool.schema;
  const field = 'cmd' in properties ? 'cmd' : 'command';
  const isList = properties[field]?.type === 'array';
  const input: Record<string, unknown> = { [field]: isList ? ['bash', '-c', command] : command };
  for (const name of required) input[name] ??= filler(properties[name]);
  return input;
}

function filler(
  property: { readonly type?: unknown; readonly enum?: readonly unknown[] } | undefined,
): unknown {
  if (property?.enum) return property.enum[0];
  if (property?.type === 'boolean') return false;
  if (property?.type === 'number' || property?.type === 'integer') return 60;
  return 'one step of the work';
}
