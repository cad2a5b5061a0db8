import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { agentloop, eventsOf } from './cli.ts';
import { smallRepo } from './small-repo.ts';

/** An agent that nobody has heard of, whole. After a refusal it mends what it left out. */
const agent = `
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
const send = (message) => console.log(JSON.stringify({ jsonrpc: '2.0', ...message }));
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (method === 'initialize') send({ id, result: { protocolVersion: 1 } });
  if (method === 'session/new') send({ id, result: { sessionId: 'one' } });
  if (method !== 'session/prompt') continue;
  if (/^Your claim was refused/.test(params.prompt[0].text)) writeFileSync('src/sum.js', 'export const sum = (a, b) => a + b;\\n');
  send({ id, result: { stopReason: 'end_turn' } });
}
`;

test('an agent that speaks the Agent Client Protocol is a brain by its one file: it lies, is refused, mends it and lands', async () => {
  await using repo = await smallRepo({ red: true });
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'agentloop-added-')));
  try {
    await writeFile(join(folder, 'agent.mjs'), agent);
    const brain = `acp:node ${relative(repo.dir, join(folder, 'agent.mjs'))}`;
    const ran = await agentloop(repo.dir, [
      'run',
      '--name',
      'night',
      '--max-sessions',
      '1',
      '--brain',
      brain,
    ]);
    expect(ran.code, ran.err).toBe(0);
    const rulings = (await eventsOf(repo.dir, 'night')).flatMap((event) =>
      event.type === 'judge.ruled' && event.scope === 'candidate' ? [event.ruling] : [],
    );
    expect(rulings).toEqual(['refused', 'accepted']);
    expect(await repo.git('show', 'agentloop/night:src/sum.js')).toContain('a + b');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
