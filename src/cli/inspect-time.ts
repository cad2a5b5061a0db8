import type { Config } from '../config.ts';
import { nextInstant } from '../policy/limits.ts';
import type { Finding } from './diagnosis.ts';
import { clock, dateAndClock, duration } from './words.ts';

/** Which clock `--until` means here, and when that would be. */
export function inspectTime(config: Config | undefined, now: number): Finding {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { until } = config?.limits ?? {};
  const said = until ?? '07:00';
  const end = nextInstant(said, now);
  const would = until === undefined ? `--until ${said} would be` : `stops at ${said}, which is`;
  const what = `${clock(now)} in ${zone}; ${would} ${dateAndClock(end)}, in ${duration(end - now)}`;
  return { name: 'clock', state: 'ok', what };
}
