import type { Config } from '../config.ts';
import { UserError } from '../errors.ts';
import { untilInstant } from '../policy/limits.ts';
import { localZone } from '../policy/zoned-time.ts';
import type { Finding } from './diagnosis.ts';
import { clock, dateAndClock, duration } from './words.ts';

/** Which clock `--until` means here, and when that would be. */
export function inspectTime(config: Config | undefined, now: number): Finding {
  const name = 'clock';
  const { until } = config?.limits ?? {};
  const said = until ?? '07:00';
  try {
    const end = untilInstant(said, now);
    const would = until === undefined ? `--until ${said} would be` : `stops at ${said}, which is`;
    const what = `${clock(now)} in ${localZone()}; ${would} ${dateAndClock(end)}, in ${duration(end - now)}`;
    return { name, state: 'ok', what };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { name, state: 'fail', what: error.message, help: error.help };
  }
}
