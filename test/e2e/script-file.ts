import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A script for the scripted brain in a folder of its own. */
export interface ScriptFile extends AsyncDisposable {
  readonly file: string;
  readonly folder: string;
  /** What `--brain` takes. */
  readonly brain: string;
}

/** Writes a script; `sessions` as docs/brains.md tells. */
export async function scriptFile(sessions: readonly object[]): Promise<ScriptFile> {
  const folder = await mkdtemp(join(tmpdir(), 'agentloop-script-'));
  const file = join(folder, 'script.json');
  await writeFile(file, JSON.stringify({ version: 1, sessions }));
  return {
    file,
    folder,
    brain: `scripted:${file}`,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
