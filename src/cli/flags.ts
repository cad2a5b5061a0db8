import { isConfigFlag } from '../project/config-names.ts';

/** The options of a command as commander hands them over: camel case, unchecked. */
export type Flags = Readonly<Record<string, unknown>>;

/** Those that set options of the configuration, by their names on the command line; the config checks their values. */
export function configFlags(flags: Flags): Readonly<Record<string, unknown>> {
  const named = Object.entries(flags).map(([name, value]) => [kebab(name), value] as const);
  return Object.fromEntries(named.filter(([name]) => isConfigFlag(name)));
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
