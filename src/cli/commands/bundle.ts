import { join, resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { bundleRun } from '../../loop/bundle-run.ts';
import { openSetting } from '../../loop/setting.ts';
import { takeBundle } from '../../loop/take-bundle.ts';
import { configFlags, type Flags } from '../flags.ts';
import { harmless } from '../harmless.ts';
import type { Io } from '../io.ts';
import { evidenceFiles } from '../packet/evidence-files.ts';
import { keepEvidence } from '../packet/keep-evidence.ts';
import { readPacket } from '../packet/read-packet.ts';

/** `agentloop bundle [run] --out <file>`: all that another machine needs of a run, in one git bundle. */
export async function bundle(
  io: Io,
  run: string | undefined,
  flags: Flags,
  version: string,
): Promise<number> {
  const { out } = flags;
  if (typeof out !== 'string')
    throw new UserError('Nobody said where the bundle is to go.', 'agentloop bundle --out <file>');
  const { packet, view, repo } = await readPacket(io, run);
  if (packet.alive)
    throw new UserError(
      `Run ${packet.run} is being worked on.`,
      'agentloop stop   (then again)',
      'cannot-start',
    );
  const setting = await settingOf(io, version);
  const untold = await keepEvidence(repo, packet, view.folder.dir);
  if (untold !== undefined) io.stderr.write(`${harmless(untold)}\n`);
  const files = await evidenceFiles(packet, join(view.folder.dir, 'evidence'), setting.redact);
  const { refs, held } = await bundleRun(
    {
      repo: setting.repo,
      runDir: view.folder.dir,
      state: view.state,
      records: files.flatMap(({ name, bytes }) => (name === undefined ? [] : [{ name, bytes }])),
      redact: setting.redact,
      findSecrets: setting.findSecrets,
    },
    resolve(io.cwd, out),
  );
  for (const ref of refs) io.stdout.write(`${ref}\n`);
  if (held !== undefined) io.stderr.write(`Not everything is in it: ${harmless(held)}\n`);
  return 0;
}

/** `agentloop unbundle <file>`: lays down a run that came in a bundle. */
export async function unbundle(io: Io, file: string, version: string): Promise<number> {
  io.stdout.write(`${await takeBundle(await settingOf(io, version), io.cwd, file)}\n`);
  return 0;
}

function settingOf(io: Io, version: string): ReturnType<typeof openSetting> {
  const say = (text: string) => void io.stderr.write(`${harmless(text)}\n`);
  return openSetting({ cwd: io.cwd, env: io.env, flags: configFlags({}), version, now: io.now, say });
}
