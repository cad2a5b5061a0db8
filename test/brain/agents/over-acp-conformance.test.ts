import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { makeBrain } from '../../../src/brain/make-brain.ts';
import { conformance, type Subject } from '../conformance.ts';
import { realRoom } from '../real-room.ts';
import { plainRoom } from '../subjects.ts';

const agent = join(import.meta.dirname, '..', 'acp', 'fake-agent.mjs');

/** A program of that name on PATH that speaks the protocol, and the brain that is chosen by its name. */
function overAcp(name: string): Subject {
  return {
    name: `a stand-in of ${name}`,
    async brain(rounds, folder) {
      const bin = join(folder, 'bin');
      await mkdir(bin);
      const words = JSON.stringify(rounds).replaceAll("'", `'\\''`);
      await writeFile(join(bin, name), `#!/bin/sh\nROUNDS='${words}' exec node '${agent}'\n`);
      await chmod(join(bin, name), 0o755);
      const brain = await makeBrain(name, {
        env: { PATH: `${bin}:${process.env['PATH']}` },
        cwdOfCaller: folder,
        home: join(folder, 'home'),
        passEnv: {},
        passHome: [],
        forbidden: [],
        apiKey: undefined,
        authToken: undefined,
        baseUrl: undefined,
        model: undefined,
        effort: undefined,
        prices: undefined,
        now: Date.now,
      });
      const { needs, ...rest } = brain;
      return { brain: { ...rest, needs: { readOnly: [...(needs?.readOnly ?? []), agent] } } };
    },
  };
}

// One driver for all of them: what a fence changes, any agent over the protocol has shown (../acp).
const fenced = await realRoom('bubblewrap');
afterAll(async () => await fenced?.close());
for (const name of ['gemini', 'opencode', 'copilot', 'qwen']) conformance(overAcp(name), fenced ?? plainRoom);
