import { type Providers, shippedProviders } from '../policy/providers.ts';
import type { Assignment, Brain, BrainEvent } from './brain.ts';
import { Chatter } from './chatter.ts';
import { meaningOf, spentOf } from './command-end.ts';
import { layOut, ourVariables, outcomeOf } from './command-files.ts';
import { cutWords } from './cut-words.ts';
import { endsOnce } from './ends-once.ts';
import { intoHome } from './into-home.ts';
import { mcpServer } from './mcp/how-to-start.ts';
import { layOutForServer, notesOf, serverEnv, serverPaths } from './mcp/lay-out.ts';
import { withNotes } from './mcp/notes.ts';
import { homePaths, ownFiles } from './own-files.ts';
import { mayNotBegin, runProgram, wholeBrief } from './program-round.ts';

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
    command: intoHome(fromHome, deps.home) + own.line,
    passEnv: deps.passEnv,
    providers: deps.providers ?? shippedProviders(),
    now: deps.now,
  };
  return {
    name: `command:${cutWords(commandLine, 200)}`,
    claimBy: 'outcome',
    pricing: 'unknown',
    needs: { readOnly: [...new Set([...own.files, ...fromHome, ...mcpServer().readOnly])] },
    work: (assignment, signal) => endsOnce(() => round(program, assignment, signal), signal),
  };
}

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
  const { command, now } = program;
  const no = mayNotBegin(assignment, signal, now());
  if (no !== undefined) return yield no;
  const brief = wholeBrief(assignment);
  await layOut(workspace, brief);
  await layOutForServer(assignment);
  const chatter = new Chatter(transcript, 'command');
  const options = {
    env: {
      ...program.passEnv,
      ...ourVariables(assignment),
      ...serverEnv(assignment),
      AGENTLOOP_MCP: serverPaths(workspace).config,
    },
    input: brief,
    onLine: (line: string, from: 'stdout' | 'stderr') => chatter.printed(line, from),
  };
  const finished = yield* runProgram(assignment, { kind: 'command', command, chatter, options, now }, [
    signal,
  ]);
  const { output: _, ...how } = finished;
  const outcome = await outcomeOf(workspace);
  await transcript.write('command.ended', { ...how, outcome });
  if (finished.fenceFailed === undefined) yield spentOf(outcome);
  const { shown, providers } = program;
  const { aborted } = signal;
  const end = { command: shown, finished, outcome, aborted, limits, providers, now: now() };
  yield withNotes(meaningOf(end), await notesOf(workspace));
}
