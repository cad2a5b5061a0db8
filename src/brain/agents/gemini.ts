import type { AcpLaunch } from '../acp/launch.ts';
import { isLent, type OverAcpDeps, overAcp } from './over-acp.ts';

/** Gemini CLI, over ACP: its stream of JSON ends with `success` and exit code 0 after errors, and its tools outlive it. */
export function geminiLaunch(deps: OverAcpDeps): AcpLaunch {
  const { model, effort } = deps;
  return overAcp('gemini', deps, {
    // It trusts no folder it has not asked about, and asks on a terminal.
    words: ['--acp', '--skip-trust', ...(model === undefined ? [] : ['-m', model])],
    // Else it starts itself anew: a second of time, and a parent that ignores SIGTERM.
    env: { GEMINI_CLI_NO_RELAUNCH: 'true' },
    // Without a kind of login in its settings it does not start.
    lay: {
      '.gemini/settings.json': {
        security: { auth: { selectedType: loginOf(deps) } },
        general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
        privacy: { usageStatisticsEnabled: false },
        telemetry: { enabled: false },
      },
    },
    before: keepConversations,
    // A server of tools that is attached keeps it alive beyond the end of its stdin.
    isKeptAtOnce: true,
    ...(effort === undefined ? {} : { choose: { effort } }),
  });
}

/**
 * It names the file of a conversation by minute and name, and begins one anew before it loads it: in the same minute that
 * empties the file that is to be loaded. So the first file of each conversation gets a name of no minute, which it goes on
 * writing to, and the empty ones go.
 */
const keepConversations = [
  'for file in "$HOME"/.gemini/tmp/*/chats/session-20[!0]*.jsonl; do',
  '[ -e "$file" ] || continue',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
  'kept="${file%/*}/session-2000-01-01T00-00-${file##*-}"',
  'if [ -e "$kept" ]; then rm -f "$file"; else mv "$file" "$kept"; fi',
  'done',
  '',
].join('\n');

function loginOf(deps: OverAcpDeps): string {
  const { env } = deps.lent;
  if (env['GOOGLE_GENAI_USE_VERTEXAI'] === 'true') return 'vertex-ai';
  if (env['GEMINI_API_KEY'] !== undefined) return 'gemini-api-key';
  if (isLent(deps, '.gemini/oauth_creds.json')) return 'oauth-personal';
  return env['GOOGLE_API_KEY'] === undefined ? 'gemini-api-key' : 'vertex-ai';
}
