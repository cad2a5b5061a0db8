import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import type { Background, ExecOptions, Finished, Workspace } from '../workspace/workspace.ts';
import { cutMiddle, readable } from './cut.ts';
import { ending } from './ending.ts';
import { brokenFence, done, failed, makeTool, type Result, type Tool } from './tool.ts';

const maxRunning = 8;
/** How often a command is looked at while its output is waited for, in ms. */
const pollEvery = 100;
const id = z.string().min(1).max(40).describe('As bash answered it.');

export interface BackgroundCommands {
  /** `spill`: where commands find its whole output. */
  start(command: string, options: ExecOptions, spill: string): Result;
  /** `bash_output` and `bash_kill`. */
  readonly tools: readonly Tool[];
}

interface Started {
  readonly command: Background;
  readonly spill: string;
  finished: Finished | null;
  /** Printed and not shown yet, bounded. */
  unseen: string;
}

/** Commands that go on while others are run; they end with the workspace, or when the brain claims. */
export function backgroundCommands(workspace: Workspace): BackgroundCommands {
  const all = new Map<string, Started>();

  const output = makeTool({
    name: 'bash_output',
    description: 'What a background command has printed since the last call, and how it ended, if it has.',
    effect: 'acts',
    input: z.strictObject({
      id,
      wait_s: z.int().min(0).max(120).default(0).describe('Wait so long for new output or its end.'),
    }),
    run: async ({ id: name, wait_s }, context) => {
      const one = all.get(name);
      if (!one) return unknown(name);
      const until = Date.now() + Math.min(wait_s * 1000, context.msLeft);
      look(one);
      while (one.unseen === '' && !one.finished && Date.now() < until && !context.signal.aborted) {
        await wait(Math.min(pollEvery, Math.max(1, until - Date.now())));
        look(one);
      }
      return report(name, one);
    },
  });

  const kill = makeTool({
    name: 'bash_kill',
    description: 'End a background command and all it started.',
    effect: 'acts',
    input: z.strictObject({ id }),
    run: async ({ id: name }) => {
      const one = all.get(name);
      if (!one) return unknown(name);
      const finished = await one.command.kill();
      look(one);
      one.finished ??= finished;
      return report(name, one);
    },
  });

  return {
    tools: [output, kill],
    start(command, options, spill) {
      for (const one of all.values()) look(one);
      const running = [...all.values()].filter((one) => !one.finished);
      if (running.length >= maxRunning) {
        return failed(`${maxRunning} commands run in the background already: end one with bash_kill.`);
      }
      const name = `bg-${all.size + 1}`;
      all.set(name, { command: workspace.start(command, options), spill, finished: null, unseen: '' });
      return done(
        `Started in the background as ${name}. See it with bash_output, end it with bash_kill; its whole output: ${spill}`,
      );
    },
  };
}

function look(one: Started): void {
  const seen = one.command.poll();
  one.finished ??= seen.finished;
  one.unseen = cutMiddle(one.unseen + readable(seen.output));
}

function unknown(name: string): Result {
  return failed(
    `No command ${name} is known. Commands end when you claim, and when the harness starts anew.`,
  );
}

function report(name: string, one: Started): Result {
  if (one.finished?.fenceFailed) return brokenFence(one.finished.fenceFailed);
  const output = one.unseen.replace(/\n$/, '');
  one.unseen = '';
  const state = one.finished ? [`[${name} has ended]`, ...ending(one.finished)] : [`[${name} is running]`];
  return done([output || '(no new output)', ...state].join('\n'));
}
