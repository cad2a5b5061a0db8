import type { AcpLaunch } from '../acp/launch.ts';
import { type OverAcpDeps, overAcp } from './over-acp.ts';

/**
 * opencode, over ACP: its stream of JSON has no last event, and its tools outlive it. Its choice of a model stands in the
 * protocol; the model is `<provider>/<model>`.
 */
export function opencodeLaunch(deps: OverAcpDeps): AcpLaunch {
  const { model, effort, lent } = deps;
  return overAcp('opencode', deps, {
    words: ['acp'],
    env: {
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      // It allows everything without asking; asked, a brain that may only read can be told no.
      OPENCODE_PERMISSION: JSON.stringify({ edit: 'ask', bash: 'ask' }),
      OPENCODE_CONFIG_CONTENT: configOf(lent.env['OPENCODE_CONFIG_CONTENT']),
    },
    choose: { ...(model === undefined ? {} : { model }), ...(effort === undefined ? {} : { effort }) },
  });
}

/** The user's configuration, kept from sharing and updating. One that cannot be read is its own to complain of. */
function configOf(given: string | undefined): string {
  try {
    return JSON.stringify({ ...JSON.parse(given ?? '{}'), autoupdate: false, share: 'disabled' });
  } catch {
    return given ?? '';
  }
}
