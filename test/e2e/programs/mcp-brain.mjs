// A brain that is a tiny MCP client: it lies once, reads why it was refused, mends it, and claims through the server.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const { command, args, env } = JSON.parse(readFileSync(process.env.AGENTLOOP_MCP, 'utf8')).mcpServers
  .agentloop;
// Nothing but what the file says, as some agent CLIs do it: no PATH, no HOME.
const server = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
const waiting = new Map();
createInterface({ input: server.stdout }).on('line', (line) => {
  const message = JSON.parse(line);
  waiting.get(message.id)?.(message);
});
let last = 0;
const ask = (method, params) => {
  last += 1;
  const answer = new Promise((resolve) => waiting.set(last, resolve));
  server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: last, method, params })}\n`);
  return answer;
};
const call = async (name, input = {}) => {
  const { result, error } = await ask('tools/call', { name, arguments: input });
  return result?.content[0].text ?? JSON.stringify(error);
};

await ask('initialize', {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'mcp-brain', version: '1' },
});
server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
const feature = JSON.parse(await call('feature'));
const verdict = await call('last_verdict');
for (const path of process.argv.slice(2)) {
  process.stdout.write(`${path} ${existsSync(path) ? 'can be seen' : 'is hidden'}\n`);
}
if (verdict.startsWith('No claim')) {
  await call('note', { text: 'the tests need no network' });
  await call('claim', { claim: 'done', did: `nothing for ${feature.id}` });
} else {
  mkdirSync('src', { recursive: true });
  writeFileSync('src/sum.js', 'export const sum = (a, b) => a + b;\n');
  await call('note', { text: 'sums live in src' });
  const code = /[a-z-]+\.[a-z-]+/.exec(verdict)[0];
  await call('claim', { claim: 'done', did: `mended ${code}`, learned: 'read the verdict' });
}
server.stdin.end();
server.on('exit', (ended) => process.exit(ended ?? 9));
