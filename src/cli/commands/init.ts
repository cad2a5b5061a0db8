import { startInit } from '../../loop/start-init.ts';
import type { Flags } from '../flags.ts';
import { harmless } from '../harmless.ts';
import { initSource } from '../init-source.ts';
import type { Io } from '../io.ts';
import { withScreen } from '../live.ts';
import { startInput } from '../start-input.ts';
import { writeResult } from '../write-result.ts';

/** `agentloop init [spec]`: from a specification or a plan to one commit with the files a run needs. */
export async function init(io: Io, spec: string | undefined, flags: Flags, version: string): Promise<number> {
  const source = await initSource(io, spec, flags);
  const { check } = flags;
  return await withScreen(io, flags, async (screen, signals) => {
    const done = await startInit(
      {
        ...startInput(io, flags, version, screen),
        checks: Array.isArray(check) ? check : [],
        force: flags['force'] === true,
        sealed: flags['sealed'] === true,
        ...source,
      },
      screen,
      signals,
    );
    await writeResult(done.runDir, io.now());
    screen.close();
    for (const note of done.notes) io.stderr.write(`${harmless(note)}\n`);
    if (done.commit !== undefined)
      io.stderr.write(`Committed ${done.commit.slice(0, 7)}: ${done.paths.join(', ')}\n`);
    return done.code;
  });
}
