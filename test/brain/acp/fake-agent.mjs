// Ten lines that speak the Agent Client Protocol. ROUNDS (JSON, in the environment) says what it does in which round.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (method === 'initialize') send({ id, result: { protocolVersion: 1 } });
  if (method === 'session/new') send({ id, result: { sessionId: 's' } });
  if (method === 'session/prompt') {
    const refused = /^Refusal (\d+):/.exec(params.prompt[0].text);
    const { write, run, spends, claim } = JSON.parse(process.env.ROUNDS)[refused ? Number(refused[1]) : 0];
    if (write) writeFileSync(write.path, write.content);
    if (run) spawnSync('sh', ['-c', run], { stdio: ['ignore', 'ignore', 'inherit'] });
    const text = claim ? `That is all.\n${JSON.stringify(claim)}` : 'That is all.';
    const update = { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } };
    send({ method: 'session/update', params: { sessionId: 's', update } });
    send({ id, result: { stopReason: 'end_turn', ...(spends ? { usage: spends } : {}) } });
  }
}
