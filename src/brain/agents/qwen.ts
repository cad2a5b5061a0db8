import type { AcpLaunch } from '../acp/launch.ts';
import { isLent, type OverAcpDeps, overAcp } from './over-acp.ts';

/** Qwen Code, over ACP: there it tells what each call of its model used. */
export function qwenLaunch(deps: OverAcpDeps): AcpLaunch {
  const { model, effort, lent } = deps;
  // Settings of the user's own may name another kind of login.
  const isByKey = lent.env['OPENAI_API_KEY'] !== undefined && !isLent(deps, '.qwen/settings.json');
  return overAcp('qwen', deps, {
    words: [
      '--acp',
      ...(isByKey ? ['--auth-type', 'openai'] : []),
      ...(model === undefined ? [] : ['-m', model]),
    ],
    lay: {
      '.qwen/settings.json': {
        general: { enableAutoUpdate: false },
        privacy: { usageStatisticsEnabled: false },
        telemetry: { enabled: false },
      },
    },
    ...(effort === undefined ? {} : { choose: { effort } }),
  });
}
