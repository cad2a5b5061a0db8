import type { PriceTable } from '../prices.ts';
import { ClaudeListener } from './claude-stream.ts';
import type { Launch, Start, Translator } from './translator.ts';
import { cappedWindow, worstCall } from './worst-call.ts';

export interface ClaudeOptions {
  readonly model: string | undefined;
  readonly effort: string | undefined;
  readonly prices: PriceTable;
}

/** Claude Code, headless: `claude -p --output-format stream-json`. */
export function claudeTranslator({ model, effort, prices }: ClaudeOptions): Translator {
  const worst = worstCall(model, prices);
  return {
    name: 'claude',
    pricing: worst.usd === null ? 'unknown' : 'known',
    worst,
    launch: (start) => launch(start, { model, effort, reserve: worst.usd ?? 0 }),
    listen: () => new ClaudeListener(),
  };
}

/** Tools that leave the worktree, or do something later, when nobody is there. */
const never = ['EnterWorktree', 'ExitWorktree', 'CronCreate', 'ScheduleWakeup'];
/** Tools whose calls of the model go on beside each other: of each the budget would be passed by one call. */
const parallel = ['Task', 'Agent', 'Workflow'];
/** Tools that change something, or run what somebody else wrote. */
const changing = ['Bash', 'Edit', 'Write', 'NotebookEdit'];

function launch(
  { conversation, isFenced, hands, turns, usd, tools }: Start,
  { model, effort, reserve }: { model: string | undefined; effort: string | undefined; reserve: number },
): Launch {
  const isCapped = usd !== undefined;
  const isReader = hands === 'read-only';
  const servers = { agentloop: { type: 'stdio', ...tools } };
  return {
    words: [
      ...['-p', '--output-format', 'stream-json', '--verbose', '--dangerously-skip-permissions'],
      // The repository's own CLAUDE.md, rules and skills hold; of the user's there are none in a HOME of ours.
      // Whoever judges a candidate takes none from it: its hooks would run with this key, its settings name the server.
      ...['--setting-sources', isReader ? 'user' : 'project'],
      ...['--strict-mcp-config', '--mcp-config', JSON.stringify({ mcpServers: servers })],
      ...[
        '--disallowedTools',
        [...never, ...(isCapped ? parallel : []), ...(isReader ? changing : [])].join(','),
      ],
      ...['--max-turns', String(turns)],
      // It looks at the budget after each call, so that it passes it by one: that one is held back.
      ...(isCapped ? ['--max-budget-usd', Math.max(usd - reserve, 0.0001).toFixed(4)] : []),
      ...(model === undefined ? [] : ['--model', model]),
      ...(effort === undefined ? [] : ['--effort', effort]),
      ...(conversation === undefined ? [] : ['--resume', conversation]),
    ],
    env: {
      // It does not skip permissions as root unless it is told that it sits in a sandbox, which is true only then.
      ...(isFenced ? { IS_SANDBOX: '1' } : {}),
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      // Ten retries take three minutes; our own waits have a clock that a person sees.
      CLAUDE_CODE_MAX_RETRIES: '3',
      ...(isCapped ? cappedWindow : {}),
    },
  };
}
