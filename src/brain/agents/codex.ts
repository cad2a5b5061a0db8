import { CodexListener } from './codex-stream.ts';
import type { Launch, Start, ToolServer, Translator } from './translator.ts';

export interface CodexOptions {
  readonly model: string | undefined;
  readonly effort: string | undefined;
}

/** Codex, headless: `codex exec --json`. */
export function codexTranslator(options: CodexOptions): Translator {
  return {
    name: 'codex',
    // It has no budget, and says what it used when a call is over.
    pricing: 'unknown',
    worst: { usd: null },
    launch: (start) => launch(start, options),
    listen: () => new CodexListener(),
  };
}

/** The last count of tokens, with the limits of the account, in the file of each conversation: subagents have their own. */
const look = [
  'for file in "$HOME"/.codex/sessions/*/*/*/rollout-*.jsonl; do',
  `line=$(tail -c 1000000 "$file" 2>/dev/null | grep '"type":"token_count"' | tail -n 1)`,
  `[ -z "$line" ] || printf '{"rollout":"%s","line":%s}\\n' "\${file##*/}" "$line"`,
  'done',
].join('\n');

function launch({ conversation, tools }: Start, { model, effort }: CodexOptions): Launch {
  const settings = {
    check_for_update_on_startup: 'false',
    'analytics.enabled': 'false',
    // A login shell reads /etc/profile, which sets PATH anew: then the toolchains of the fence are gone.
    allow_login_shell: 'false',
    // Its own key, and whatever it was lent beside: nothing for the commands of the model.
    'shell_environment_policy.exclude': '["*KEY*", "*TOKEN*", "*SECRET*", "*PASSWORD*", "*CREDENTIAL*"]',
    ...(effort === undefined ? {} : { model_reasoning_effort: quoted(effort === 'max' ? 'xhigh' : effort) }),
    ...toolSettings(tools),
  };
  return {
    words: [
      ...['exec', ...(conversation === undefined ? [] : ['resume', conversation]), '--json'],
      // The fence is ours. In its own sandbox .git is read-only and MCP tools are refused.
      ...['--dangerously-bypass-approvals-and-sandbox', '--skip-git-repo-check', '--disable', 'plugins'],
      ...(model === undefined ? [] : ['-m', model]),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      '-',
    ],
    look,
  };
}

function toolSettings({ command, args, env }: ToolServer): Record<string, string> {
  const pairs = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`);
  return {
    'mcp_servers.agentloop.command': quoted(command),
    'mcp_servers.agentloop.args': `[${args.map(quoted).join(', ')}]`,
    'mcp_servers.agentloop.env': `{${pairs.join(', ')}}`,
  };
}

/** A string in TOML, whose basic strings are those of JSON for all that is passed here. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
