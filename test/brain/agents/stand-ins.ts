import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installedAgent } from '../../../src/brain/agents/make-agent.ts';
import type { Brain } from '../../../src/brain/brain.ts';
import type { BrainDeps } from '../../../src/brain/make-brain.ts';
import type { Round, Subject } from '../conformance.ts';

/** Those that print their work as lines of JSON. */
export type PrintingAgent = 'claude' | 'codex';

/** Tiny programs in place of agent CLIs: they speak in the lines that the real ones were recorded with. */

const shared = `#!/usr/bin/env node
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { HOME } = process.env;
const words = process.argv.slice(2);
const stdin = fs.readFileSync(0, 'utf8');
const kept = HOME + '/conversation.json';
const say = (line) => fs.writeSync(1, JSON.stringify(line) + '\\n');
const refused = /^Refusal (\\d+):/.exec(stdin);
const { write, run, spends, claim } = ROUNDS[refused ? Number(refused[1]) : 0] ?? {};
const before = fs.existsSync(kept) ? JSON.parse(fs.readFileSync(kept, 'utf8')) : undefined;
const total = before ?? { input: 0, output: 0, usd: 0 };
function work(started, ended) {
  if (write) fs.writeFileSync(write.path, write.content);
  if (run) { started(run); ended(spawnSync('sh', ['-c', run], { stdio: ['ignore', 'pipe', 'inherit'] }).stdout + ''); }
  total.input += spends?.inputTokens ?? 0; total.output += spends?.outputTokens ?? 0; total.usd += spends?.usd ?? 0;
  fs.writeFileSync(kept, JSON.stringify(total));
}
const text = claim ? 'So far.\\n\\n\`\`\`json\\n' + JSON.stringify(claim) + '\\n\`\`\`' : 'That is all.';
`;

const programs: Readonly<Record<PrintingAgent, string>> = {
  claude: `${shared}
const at = words.indexOf('--resume');
if (at >= 0 && !before) {
  say({ type: 'result', subtype: 'error_during_execution', is_error: true, total_cost_usd: 0, modelUsage: {},
    errors: ['No conversation found with session ID: ' + words[at + 1]] });
  process.exit(1);
}
const session_id = '9f6b7236-afd0-493e-86d2-4ff53956ddd3';
const model = 'claude-sonnet-4-5';
const usage = { input_tokens: 1, output_tokens: 1 };
say({ type: 'system', subtype: 'init', session_id, model, tools: ['Bash'] });
work(
  (command) => say({ type: 'assistant', session_id, message: { id: 'msg_1', model, usage, content: [{ type: 'tool_use', id: 't1', name: 'Bash', input: { command } }] } }),
  (content) => say({ type: 'user', session_id, message: { content: [{ type: 'tool_result', tool_use_id: 't1', content, is_error: false }] } }),
);
say({ type: 'assistant', session_id, message: { id: 'msg_2', model, usage, content: [{ type: 'text', text }] } });
say({ subtype: 'success', is_error: false, total_cost_usd: total.usd, modelUsage: { [model]: { inputTokens: total.input, outputTokens: total.output } }, result: text, type: 'result' });
`,
  codex: `${shared}
const at = words.indexOf('resume');
if (at >= 0 && !before) {
  console.error('Error: thread/resume: thread/resume failed: no rollout found for thread id ' + words[at + 1]);
  process.exit(1);
}
say({ type: 'thread.started', thread_id: '01a1faaa-7371-7281-ab6e-b0758a22b672' });
say({ type: 'turn.started' });
const item = (command, more) => ({ id: 'item_1', type: 'command_execution', command, aggregated_output: '', ...more });
work(
  (command) => say({ type: 'item.started', item: item(command, { status: 'in_progress' }) }),
  (aggregated_output) => say({ type: 'item.completed', item: item(run, { aggregated_output, exit_code: 0, status: 'completed' }) }),
);
say({ type: 'item.completed', item: { id: 'item_2', type: 'agent_message', text } });
say({ type: 'turn.completed', usage: { input_tokens: total.input, cached_input_tokens: 0, output_tokens: total.output } });
`,
};

/** Puts a program of this name into a folder of PATH: a stand-in that does what the rounds say, or `program`. */
export async function install(
  name: PrintingAgent,
  folder: string,
  program: { readonly rounds: readonly Round[] } | { readonly program: string },
): Promise<string> {
  const file = join(folder, 'bin', name);
  await mkdir(dirname(file), { recursive: true });
  const text =
    'program' in program ? program.program : programs[name].replace('ROUNDS', JSON.stringify(program.rounds));
  await writeFile(file, text);
  await chmod(file, 0o755);
  return file;
}

/** The brain of what is installed in `folder`. */
export async function agentIn(
  folder: string,
  name: PrintingAgent,
  change: Partial<BrainDeps> = {},
): Promise<Brain> {
  const env = { PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, ...change.env };
  return await installedAgent(name, {
    cwdOfCaller: folder,
    home: join(folder, 'home'),
    passEnv: {},
    passHome: [],
    forbidden: [],
    apiKey: undefined,
    authToken: undefined,
    baseUrl: undefined,
    model: name === 'claude' ? 'claude-sonnet-4-5' : undefined,
    effort: undefined,
    prices: undefined,
    now: Date.now,
    ...change,
    env,
  });
}

/** Conformance subjects. */
export const standIns: readonly Subject[] = (['claude', 'codex'] as const).map((name) => ({
  name: `a stand-in of ${name}`,
  async brain(rounds, folder) {
    await install(name, folder, { rounds });
    return { brain: await agentIn(folder, name) };
  },
}));
