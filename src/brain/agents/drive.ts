import type { Providers } from '../../policy/providers.ts';
import type { Finished } from '../../workspace/workspace.ts';
import type { Assignment, Brain, BrainEvent } from '../brain.ts';
import { Chatter } from '../chatter.ts';
import { layOut, ourVariables, outcomeOf } from '../command-files.ts';
import { cutWords } from '../cut-words.ts';
import { endsOnce, failed } from '../ends-once.ts';
import { intoHome } from '../into-home.ts';
import { mcpServer } from '../mcp/how-to-start.ts';
import { layOutForServer, notesOf, serverEnv } from '../mcp/lay-out.ts';
import { withNotes } from '../mcp/notes.ts';
import type { PriceTable } from '../prices.ts';
import { mayNotBegin, runProgram, wholeBrief } from '../program-round.ts';
import { meaningOfRound } from './end-of-round.ts';
import type { FoundProgram } from './find-program.ts';
import { Hearing } from './hearing.ts';
import type { Lent } from './lent.ts';
import { shellOf } from './shell-of.ts';
import { type Before, nothingUsed, toldBefore } from './told-before.ts';
import type { Translator } from './translator.ts';

/** What every agent CLI is started with, whichever it is. */
export interface DriveDeps {
  readonly program: FoundProgram;
  readonly lent: Lent;
  readonly home: string;
  /** What `--pass-env` and `--pass-home` name; the paths absolute. */
  readonly passEnv: Readonly<Record<string, string>>;
  readonly passHome: readonly string[];
  readonly model: string | undefined;
  readonly prices: PriceTable;
  readonly providers: Providers;
  /** Why it cannot work without a fence; absent: it can. */
  readonly fence?: string;
  /** ms since 1970. */
  now(): number;
}

/** Bytes of a line: whole messages, results of tools among them. */
const lineBytes = 4 * 1024 * 1024;

interface Agent extends DriveDeps {
  readonly translator: Translator;
}

/** An agent CLI that prints lines of JSON as a brain. After a refusal the same conversation goes on. */
export function agentBrain(translator: Translator, deps: DriveDeps): Brain {
  const { program, lent, passHome, model, fence } = deps;
  const readOnly = [...program.needs, ...lent.files, ...passHome, ...mcpServer().readOnly];
  return {
    name: translator.name,
    ...(model === undefined ? {} : { model }),
    claimBy: 'outcome',
    addition: translator.name,
    pricing: translator.pricing,
    needs: { readOnly: [...new Set(readOnly)], ...(fence === undefined ? {} : { fence }) },
    work: (assignment, signal) => endsOnce(() => round({ ...deps, translator }, assignment, signal), signal),
  };
}

async function* round(
  agent: Agent,
  assignment: Assignment,
  signal: AbortSignal,
): AsyncGenerator<BrainEvent, void, void> {
  const { limits, transcript, refusal } = assignment;
  const before = toldBefore(transcript);
  if (before.turns >= limits.turns) {
    const reason = `The session has had its ${limits.turns} calls of the model.`;
    return yield failed({ kind: 'over-limit', reason });
  }
  const no = mayNotBegin(assignment, signal, agent.now(), agent.translator.worst);
  if (no !== undefined) return yield no;
  const { conversation } = before;
  if (refusal !== undefined && conversation !== undefined) {
    const goesOn = yield* attempt(agent, assignment, before, signal);
    if (goesOn !== 'no-conversation') return;
  }
  const { conversation: _, ...fresh } = { ...before, usage: nothingUsed, usd: 0 };
  yield* attempt(agent, assignment, fresh, signal);
}

/** Runs it once, to the event that ends the round; or gives that the conversation that should go on is not there. */
async function* attempt(
  agent: Agent,
  assignment: Assignment,
  before: Before,
  signal: AbortSignal,
): AsyncGenerator<BrainEvent, 'no-conversation' | undefined, void> {
  const { translator, model, prices, providers, passEnv, lent, now } = agent;
  const { workspace, transcript, limits, refusal } = assignment;
  const { conversation } = before;
  const { worst } = translator;
  await layOut(workspace, wholeBrief(assignment));
  await layOutForServer(assignment);
  const { command, args } = mcpServer();
  const ours = { ...ourVariables(assignment), ...serverEnv(assignment) };
  const usd = assignment.usdLeft?.();
  const launch = translator.launch({
    ...(conversation === undefined ? {} : { conversation }),
    isFenced: workspace.inside !== workspace.path,
    hands: assignment.hands ?? 'all',
    turns: limits.turns - before.turns,
    ...(usd === undefined ? {} : { usd }),
    tools: { command, args, env: ours },
  });
  let over: string | undefined;
  const enough = new AbortController();
  const stop = (why: string): void => {
    over ??= why;
    enough.abort();
  };
  const chatter = new Chatter(transcript, 'agent');
  const listener = translator.listen();
  const hearing = new Hearing({ listener, chatter, before, limits, model, prices, stop });
  const running = runProgram(
    assignment,
    {
      kind: 'agent',
      command:
        intoHome(lent.files, agent.home, 'copy') +
        intoHome(agent.passHome, agent.home) +
        shellOf(agent.program.file, launch),
      chatter,
      options: {
        env: { ...passEnv, ...lent.env, ...launch.env, ...ours },
        input: conversation === undefined ? wholeBrief(assignment) : (refusal?.text ?? ''),
        onLine: (line, from) => hearing.line(line, from),
        lineBytes,
      },
      now,
    },
    [signal, enough.signal],
  );
  const finished = yield* watched(running, () => {
    const no = assignment.mayspend(worst.usd === null ? null : 0);
    if (no !== undefined) stop(no);
  });
  const end = listener.end(hearing.said);
  const outcome = await outcomeOf(workspace);
  const isLost = end.ended === 'no-conversation' && conversation !== undefined;
  const rest = isLost ? undefined : hearing.rest();
  const { output: _, ...how } = finished;
  const { turns, calls, kept } = hearing;
  const said = 'words' in end ? { ...end, words: cutWords(end.words, 4000) } : end;
  await transcript.write('agent.ended', {
    ...how,
    end: said,
    outcome,
    turns,
    calls,
    ...(kept ? { kept } : {}),
  });
  if (isLost && !signal.aborted) return 'no-conversation';
  if (rest !== undefined && finished.fenceFailed === undefined) yield rest;
  // A budget that it was told is a cap of ours: whose, the purse knows when it is asked.
  const why = end.ended === 'over-limit' ? assignment.mayspend(worst.usd, worst.tokens) : undefined;
  const meaning = meaningOfRound({
    name: translator.name,
    finished,
    end: why === undefined ? end : { ended: 'over-limit', why },
    outcome,
    said: hearing.said,
    over,
    aborted: signal.aborted,
    limits,
    providers,
    now: now(),
  });
  yield withNotes(meaning, await notesOf(workspace));
  return undefined;
}

/** All that a running program tells; `spent` is called after each cost, when whoever listens has written it down. */
async function* watched(
  running: AsyncGenerator<BrainEvent, Finished, void>,
  spent: () => void,
): AsyncGenerator<BrainEvent, Finished, void> {
  try {
    for (;;) {
      const next = await running.next();
      if (next.done) return next.value;
      yield next.value;
      if (next.value.type === 'spent') spent();
    }
  } finally {
    await running.return(undefined as never);
  }
}
