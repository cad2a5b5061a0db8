import type { Scene, Work } from './scene.ts';

/** The line by which the brain tells how the check ended in its own checkout. */
export const ownCheck = 'the check, run by the brain:';

/**
 * The program of a `command:` brain that does the work of a scene, then runs the check in a copy of its checkout, as a
 * loop that trusts the exit code would, and tells how that ended.
 */
export function brainProgram(scene: Scene, check: string): string {
  const works: Record<string, Work> = {
    F001: scene,
    ...(scene.next === undefined ? {} : { F002: scene.next }),
  };
  const play = Object.fromEntries(
    Object.entries(works).map(([id, { files = {}, edits = {}, script = '', says = 'It works.' }]) => [
      id,
      { files, edits, script, says },
    ]),
  );
  return `const play = ${JSON.stringify(play, null, 2)};
const check = ${JSON.stringify(check)};
const ownCheck = ${JSON.stringify(ownCheck)};
${body}`;
}

const body = String.raw`
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';

const { AGENTLOOP_FEATURE, AGENTLOOP_OUTCOME, TMPDIR = '/tmp' } = process.env;
const { files, edits, script, says } = play[AGENTLOOP_FEATURE];
for (const [path, content] of Object.entries(files)) {
  if (content === null) {
    fs.rmSync(path, { recursive: true });
    continue;
  }
  fs.mkdirSync(dirname(path), { recursive: true });
  if (typeof content === 'string') fs.writeFileSync(path, content);
  else if ('link' in content) fs.symlinkSync(content.link, path);
  else fs.writeFileSync(path, content.script, { mode: 0o755 });
}
for (const [path, [old, now]] of Object.entries(edits)) {
  const text = fs.readFileSync(path, 'utf8');
  if (text.split(old).length !== 2) throw new Error(path + ' does not hold this text once: ' + old);
  fs.writeFileSync(path, text.replace(old, () => now));
}
const did = spawnSync('sh', ['-ec', script], { stdio: ['ignore', 'inherit', 'inherit'] });
if (did.status !== 0) throw new Error('the script ended with ' + did.status);

const copy = join(TMPDIR, 'as-the-brain-sees-it');
spawnSync('cp', ['-a', '.', copy]);
const own = spawnSync('timeout', ['-s', 'KILL', '20', 'sh', '-c', '[ ! -f init.sh ] || sh init.sh > /dev/null 2>&1; ' + check], { cwd: copy, encoding: 'utf8', maxBuffer: 1e9 });
process.stdout.write(ownCheck + ' ' + (own.status === 0 ? 'green' : 'red') + '\n');
if (own.status !== 0) process.stdout.write((own.stdout + own.stderr).slice(-3000));
fs.rmSync(copy, { recursive: true, force: true });
fs.writeFileSync(AGENTLOOP_OUTCOME, JSON.stringify({ claim: 'done', did: says }));
`;
