import { options } from '../../project/config-names.ts';
import { harmless, pad } from '../harmless.ts';
import type { Io } from '../io.ts';
import { configHere } from '../load-config.ts';
import { wantsColour } from '../output.ts';
import { makePaint } from '../paint.ts';

/** `agentloop config`: every option with the value in effect and, with `--show-origin`, who set it. */
export async function config(
  io: Io,
  flags: { readonly showOrigin?: boolean; readonly json?: boolean },
): Promise<number> {
  const loaded = await configHere(io);
  for (const warning of loaded.warnings) io.stderr.write(`agentloop: ${harmless(warning)}\n`);
  if (flags.json) {
    const shown = flags.showOrigin ? { config: loaded.config, origins: loaded.origins } : loaded.config;
    io.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
    return 0;
  }
  const paint = await makePaint(wantsColour(io.env, io.stdout.isTTY === true));
  const lines = options().map(({ path }) => {
    const value = JSON.stringify(at(loaded.config, path));
    return { text: `${path} = ${value ?? '(not set)'}`, origin: loaded.origins[path] ?? 'default' };
  });
  const column = Math.min(60, Math.max(...lines.map(({ text }) => text.length)));
  for (const { text, origin } of lines) {
    const line = flags.showOrigin
      ? `${pad(harmless(text), column)}  ${paint.quiet(`# ${origin}`)}`
      : harmless(text);
    io.stdout.write(`${origin === 'default' ? paint.quiet(line) : line}\n`);
  }
  return 0;
}

function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}
