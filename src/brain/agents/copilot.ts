import type { AcpLaunch } from '../acp/launch.ts';
import { type OverAcpDeps, overAcp } from './over-acp.ts';

/**
 * GitHub Copilot CLI, over ACP: there it tells what it used, which its stream of JSON does not. It has no limit of turns of
 * its own, and tells the troubles of its provider in words.
 */
export function copilotLaunch(deps: OverAcpDeps): AcpLaunch {
  const { model, effort } = deps;
  return overAcp('copilot', deps, {
    words: [
      ...['--acp', '--no-auto-update'],
      ...(model === undefined ? [] : ['--model', model]),
      ...(effort === undefined ? [] : ['--reasoning-effort', effort]),
    ],
    // Over the protocol it takes servers of tools by URL only.
    inShell: '--additional-mcp-config "@$AGENTLOOP_MCP"',
    env: { COPILOT_AUTO_UPDATE: 'false' },
    troubleInWords: /^Error: /,
  });
}
