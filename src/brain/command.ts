import * as path from 'node:path';
import { type Providers, shippedProviders } from '../policy/providers.ts';
import { underAll } from '../workspace/under-all.ts';
import type { Finished } from '../workspace/workspace.ts';
import type { Assignment, Brain, BrainEvent } from './brain.ts';
import { meaningOf, spentOf } from './command-end.ts';
import { insidePaths, layOut, outcomeOf } from './command-files.ts';
import { CommandOutput } from './command-output.ts';
import { cutWords } from './cut-words.ts';
import { endsOnce, failed } from './ends-once.ts';
import { homePaths, ownFiles, shellQuote } from './own-files.ts';

/** What a command brain is given of the world of the person who chose it. */
export interface CommandDeps {
  /** Folder from which the files that the command line names are taken. */
  readonly cwdOfCaller: string;
  readonly home: string;
  /** Variables it gets beside ours, with their values. */
  readonly passEnv: Readonly<Record<string, string>>;
  /** Paths in HOME it may read, at their own place and below its HOME. */
  readonly passHome: readonly string[];
  /** Folders that are never given back: the repository, HOME, our state. */
  readonly forbidden: readonly string[];
  /** What the troubles of its provider look like; default what we ship. */
  readonly providers?: Providers;
  /** ms since 1970. */
  now(): number;
}

/**
 * Any program as the brain: it gets the brief on stdin, works in the workspace and may leave an outcome.
 * docs/brains.md has the contract. A `passHome` that cannot be given is a UserError.
 */
export function commandBrain(commandLine: string, deps: CommandDeps): Brain {
  const own = ownFiles(commandLine, { cwd: deps.cwdOfCaller, home: deps.home });
  const fromHome = homePaths(deps.passHome, deps.home, deps.forbidden);
  const program: Program = {
    shown: commandLine,
    command: linksIntoHome(fromHome, deps.home) + own.line,
    passEnv: deps.passEnv,
    providers: deps.providers ?? shippedProviders(),
    now: deps.now,
  };
  return {
    name: `command:${cutWords(commandLine, 200)}`,
    claimBy: 'outcome',
    pricing: 'unknown',
    needs: { readOnly: [...new Set([...own.files, ...fromHome])] },
    work: (assignment, signal) => endsOnce(() => round(program, assignment, signal), signal),
  };
}

/** Characters of a brief that go to the transcript. */
const briefCap = 100_000;

interface Program {
  readonly shown: string;
  readonly command: string;
  readonly passEnv: Readonly<Record<string, string>>;
  readonly providers: Providers;
  now(): number;
}

async function* round(
  program: Program,
  assignment: Assignment,
  signal: AbortSignal,
): AsyncGenerator<BrainEvent, void, void> {
  const { workspace, transcript, limits } = assignment;
  if (signal.aborted) {
    yield failed({ kind: 'interrupted', reason: 'Stopped before it started.' });
    return;
  }
  const over =
    limits.deadline <= program.now() ? 'The time of the session is over.' : assignment.mayspend(null);
  if (over !== undefined) {
    yield failed({ kind: 'over-limit', reason: over });
    return;
  }
  const brief = briefOf(assignment);
  await layOut(workspace, brief);
  await transcript.write(
    'command.started',
    { command: program.command, brief: cutWords(brief, briefCap) },
    true,
  );
  const output = new CommandOutput(transcript);
  const stop = new AbortController();
  const running = underAll([signal, stop.signal], (either) =>
    workspace.exec(program.command, {
      env: { ...program.passEnv, ...ourEnv(assignment) },
      input: brief,
      timeoutMs: Math.max(1, limits.deadline - program.now()),
      idleMs: limits.idleMs,
      signal: either,
      onLine: (line, from) => output.take(line, from),
    }),
  );
  let finished: Finished;
  try {
    yield* output.activity(running);
    finished = await running;
  } finally {
    // Reached early only when nobody listens any more: then nothing may go on.
    stop.abort();
    await running.catch(() => undefined);
  }
  await output.written();
  const { output: _, ...how } = finished;
  const outcome = await outcomeOf(workspace);
  await transcript.write('command.ended', { ...how, outcome });
  if (finished.fenceFailed === undefined) yield spentOf(outcome);
  const { shown: command, providers } = program;
  const now = program.now();
  yield meaningOf({ command, finished, outcome, aborted: signal.aborted, limits, providers, now });
}

/** After a refusal the reasons come first: the program is a new process and knows nothing of the round before. */
function briefOf(assignment: Assignment): string {
  const { refusal, brief } = assignment;
  return refusal === undefined ? brief : `${refusal.text.trimEnd()}\n\n---\n\n${brief}`;
}

function ourEnv(assignment: Assignment): Record<string, string> {
  const inside = insidePaths(assignment.workspace);
  return {
    AGENTLOOP_BRIEF: inside.brief,
    AGENTLOOP_OUTCOME: inside.outcome,
    AGENTLOOP_FEATURE: assignment.feature?.id ?? '',
    AGENTLOOP_ROLE: assignment.role,
    AGENTLOOP_SESSION: String(assignment.session),
    AGENTLOOP_RUN_ID: assignment.run,
  };
}

/**
 * Shell that lets the program find what it may read of the user's home below its own HOME. It only ever adds links
 * where nothing stands, so that it does no harm where HOME is the user's own.
 */
function linksIntoHome(paths: readonly string[], home: string): string {
  return paths
    .map((target) => {
      const link = `"$HOME"/${shellQuote(path.relative(home, target))}`;
      const folder = `"$HOME"/${shellQuote(path.dirname(path.relative(home, target)))}`;
      return `[ -e ${link} ] || { mkdir -p ${folder} && ln -s ${shellQuote(target)} ${link}; } || exit 126\n`;
    })
    .join('');
}
