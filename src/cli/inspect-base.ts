import type { BaseLook } from '../loop/look-at-base.ts';
import { lookAtBase } from '../loop/look-at-base.ts';
import type { Finding } from './diagnosis.ts';
import { attempt } from './inspect-machine.ts';
import type { Io } from './io.ts';
import { count, duration } from './words.ts';

/** Characters of what a command printed that are shown. */
const shown = 1500;

/** Runs init.sh in a clean checkout of HEAD, and the checks in it twice. Nothing here throws. */
export async function inspectBase(io: Io, version: string): Promise<readonly Finding[]> {
  const call = new AbortController();
  const off = io.onSignal(() => call.abort());
  try {
    const input = { cwd: io.cwd, env: io.env, flags: {}, version, now: io.now, say: () => undefined };
    const look = await attempt('baseline', async () => ({ look: await lookAtBase(input, call.signal) }));
    return 'state' in look ? [look] : findings(look.look);
  } finally {
    off();
  }
}

function findings(look: BaseLook | undefined): readonly Finding[] {
  if (look === undefined)
    return [
      { name: 'baseline', state: 'fail', what: 'there is no commit yet', help: 'git add -A && git commit' },
    ];
  const { init, ruling, ms } = look;
  if (init && 'failed' in init) {
    const [what = '', ...rest] = init.failed.split('\n');
    return [{ name: 'init.sh', state: 'fail', what, help: tail(rest.join('\n')) || 'Mend it, and commit.' }];
  }
  const first: Finding =
    init === undefined
      ? { name: 'init.sh', state: 'ok', what: 'there is none: a clean checkout needs nothing' }
      : {
          name: 'init.sh',
          state: 'ok',
          what: `works in a clean checkout (${duration(init.ms)}${init.reused ? ', made before' : ''})`,
        };
  if (ruling === undefined) return [first];
  if (ruling.ruling === 'broken')
    return [first, { name: 'baseline', state: 'fail', what: tail(ruling.reason), help: ruling.help }];
  const { passing, knownRed, flaky, cached } = ruling;
  const seen = `${count(passing, 'test')} ${passing === 1 ? 'passes' : 'pass'}, ${knownRed} red`;
  const when = cached ? 'seen twice before' : `run twice in ${duration(ms)}`;
  if (flaky.length === 0) return [first, { name: 'baseline', state: 'ok', what: `${seen}, ${when}` }];
  const help = flaky.slice(0, 5).join('\n');
  return [first, { name: 'baseline', state: 'warn', what: `${seen}, ${flaky.length} differ, ${when}`, help }];
}

function tail(text: string): string {
  return text.length <= shown ? text.trim() : `…${text.slice(-shown).trim()}`;
}
