// A small agent for chat completions: one tool, a memory in $HOME. It shows that the tests of the agent CLIs
// themselves are right: what it cannot do, they would not see.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const { CHAT_URL, CHAT_KEY, HOME, AGENTLOOP_OUTCOME } = process.env;
const memory = `${HOME}/memory.json`;
const messages = existsSync(memory) ? JSON.parse(readFileSync(memory, 'utf8')) : [];
messages.push({ role: 'user', content: readFileSync(0, 'utf8') });
const parameters = { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] };
const usage = { inputTokens: 0, outputTokens: 0 };
for (;;) {
  const answer = await fetch(`${CHAT_URL}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${CHAT_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'm',
      messages,
      tools: [{ type: 'function', function: { name: 'bash', parameters } }],
    }),
  });
  const body = await answer.json();
  if (!answer.ok) {
    process.stdout.write(`API Error: ${answer.status} ${body.error.message}\n`);
    process.exit(1);
  }
  usage.inputTokens += body.usage.prompt_tokens;
  usage.outputTokens += body.usage.completion_tokens;
  const { message } = body.choices[0];
  messages.push(message);
  const [call] = message.tool_calls ?? [];
  if (call === undefined) break;
  const { command } = JSON.parse(call.function.arguments);
  process.stdout.write(`runs ${command}\n`);
  const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
  messages.push({ role: 'tool', tool_call_id: call.id, content: stdout + stderr });
}
writeFileSync(memory, JSON.stringify(messages));
const costUsd = (usage.inputTokens + 5 * usage.outputTokens) / 1e6;
writeFileSync(
  AGENTLOOP_OUTCOME,
  JSON.stringify({ claim: 'done', did: messages.at(-1).content, usage: { ...usage, costUsd } }),
);
