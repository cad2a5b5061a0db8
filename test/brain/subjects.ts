import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandBrain } from '../../src/brain/command.ts';
import { scriptedBrain } from '../../src/brain/scripted.ts';
import { plainWorkspace } from '../helpers/plain-workspace.ts';
import type { Room, Round, Subject } from './conformance.ts';

/** The scripted brain, told by a script. */
export const scripted: Subject = {
  name: 'the scripted brain',
  async brain(rounds, folder) {
    const [steps, ...afterRefusal] = rounds.map(stepsOf);
    const file = join(folder, 'script.json');
    await writeFile(file, JSON.stringify({ version: 1, sessions: [{ steps, afterRefusal }] }));
    return { brain: await scriptedBrain(file, { cwdOfCaller: folder, now: Date.now }) };
  },
};

function stepsOf({ write, run, spends, claim }: Round): object[] {
  const steps: object[] = [];
  if (write !== undefined) steps.push({ write });
  if (run !== undefined) steps.push({ run: { command: run } });
  if (spends !== undefined) steps.push({ usage: spends });
  if (claim !== undefined) steps.push({ claim });
  return steps;
}

/** A program that learns from the brief in which round it is, and tells of itself in the outcome. */
const program = `
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
const refused = /^Refusal (\\d+):/.exec(readFileSync(0, 'utf8'));
const { write, run, spends, claim } = ROUNDS[refused ? Number(refused[1]) : 0];
if (write) writeFileSync(write.path, write.content);
if (run) spawnSync('sh', ['-c', run], { stdio: 'inherit' });
const { usd, ...tokens } = spends ?? {};
const usage = spends ? { usage: { ...tokens, costUsd: usd } } : {};
if (claim || spends) writeFileSync(process.env.AGENTLOOP_OUTCOME, JSON.stringify({ ...claim, ...usage }));
`;

/** The command brain, with a program of its own beside the caller. */
export const command: Subject = {
  name: 'the command brain',
  async brain(rounds, folder) {
    await writeFile(join(folder, 'agent.mjs'), program.replace('ROUNDS', JSON.stringify(rounds)));
    const deps = {
      cwdOfCaller: folder,
      home: folder,
      passEnv: {},
      passHome: [],
      forbidden: [],
      now: Date.now,
    };
    return { brain: commandBrain('node ./agent.mjs', deps) };
  },
};

/** A temp folder and real processes, no fence. */
export const plainRoom: Room = {
  name: 'of a temp folder',
  open: async () => await plainWorkspace(),
};
