import type { AcpLaunch } from '../acp/launch.ts';
import { shellQuote } from '../own-files.ts';
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
    untilKept,
    ...(effort === undefined ? {} : { choose: { effort } }),
  });
}

/**
 * It answers before the last message of the conversation stands in its file, and ends with its stdin without writing the rest.
 * The file has a line for each message, and others between them; messages of the model that call a tool are not the last.
 */
function untilKept(session: string, since: string): string {
  const file = `"$HOME"/.qwen/projects/*/chats/${shellQuote(`${session}.jsonl`)}`;
  const start = '^\\{"uuid":"[^"]*","parentUuid":[^,]*,"sessionId":"[^"]*","timestamp":"[^"]*","type":';
  return [
    // Made with the first message: another version may keep it elsewhere.
    `ls ${file} >/dev/null 2>&1 || exit 1`,
    `until last=$(grep -hE '${start}"(user|assistant|tool_result)"' ${file} 2>/dev/null | tail -n 1)`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
    'at=${last#*\'"timestamp":"\'}; at=${at%%\'"\'*}',
    `case $last in *'"functionCall":'*) false ;; *'"type":"assistant"'*) expr "$at" '>=' ${shellQuote(since)} >/dev/null ;; *) false ;; esac`,
    'do sleep 0.02; done',
  ].join('\n');
}
