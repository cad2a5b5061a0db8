// An agent that plays a part written down: `{">": method}` waits for a message of the client ("answer": for one to a
// request of ours), `{"<": message}` sends one, `{"raw": text}` prints what is none, `{"exit": code}` ends, `{"hold": true}`
// never does. PLAY: a file with the parts, one list for each process, or one for all. HEARD: file for what the client said.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const { parts, cwd } = JSON.parse(readFileSync(process.env.PLAY, 'utf8'));
const turn = `${process.env.HEARD}.turn`;
let number = 0;
try {
  number = Number(readFileSync(turn, 'utf8'));
} catch {}
writeFileSync(turn, String(number + 1));

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
/** The client's own ids of its requests, in order: those that were recorded begin at 0. */
const asked = [];
for (const step of parts[Math.min(number, parts.length - 1)]) {
  if ('>' in step) {
    const { done, value } = await lines.next();
    if (done) break;
    appendFileSync(process.env.HEARD, `${value}\n`);
    const message = JSON.parse(value);
    if (message.method !== undefined && message.id !== undefined) asked.push(message.id);
    const method = message.method ?? 'answer';
    if (method !== step['>']) {
      process.stderr.write(`expected ${step['>']}, got ${method}\n`);
      process.exit(9);
    }
  } else if ('<' in step) {
    const message = step['<'];
    const id = 'method' in message || typeof message.id !== 'number' ? {} : { id: asked[message.id] };
    process.stdout.write(
      `${JSON.stringify({ jsonrpc: '2.0', ...message, ...id }).replaceAll('/tree', cwd)}\n`,
    );
  } else if ('raw' in step) process.stdout.write(step.raw);
  else if ('exit' in step) process.exit(step.exit);
  else if ('hold' in step) await new Promise((resolve) => setTimeout(resolve, 300_000));
}
// Like the real ones: the end of stdin is the end.
for (let more = await lines.next(); !more.done; more = await lines.next())
  appendFileSync(process.env.HEARD, `${more.value}\n`);
