import { shippedProviders } from '../../policy/providers.ts';
import type { Assignment, BrainEvent } from '../brain.ts';
import { Chatter } from '../chatter.ts';
import { spentOf } from '../command-end.ts';
import { layOut, ourVariables, outcomeOf } from '../command-files.ts';
import { cutWords } from '../cut-words.ts';
import { failed } from '../ends-once.ts';
import { mcpServer } from '../mcp/how-to-start.ts';
import { layOutForServer, notesOf, serverEnv, serverPaths } from '../mcp/lay-out.ts';
import { withNotes } from '../mcp/notes.ts';
import { mayNotBegin, wholeBrief } from '../program-round.ts';
import { addSpent } from '../spent-together.ts';
import type { AcpDeps } from './brain.ts';
import { meaningOfRound } from './end.ts';
import { Heard } from './heard.ts';
import { countedIn, keptOf } from './kept.ts';
import type { AcpLaunch } from './launch.ts';
import { type Agent, startAgent } from './run-agent.ts';
import { type McpServer, type Talk, type TalkEnd, talk } from './talk.ts';
import { spent, spentInAll } from './usage.ts';

/** Characters of a brief that go to the transcript. */
const briefCap = 100_000;
/** ms an agent has to write its conversation down after its answer, where that can be seen. */
const keepMs = 5000;
/** Characters of the name of a conversation. */
const sessionCap = 1000;

/** One round of work: a process, a prompt, and what its end means. */
export async function* round(
  launch: AcpLaunch,
  deps: AcpDeps,
  assignment: Assignment,
  signal: AbortSignal,
): AsyncGenerator<BrainEvent, void, void> {
  const { workspace, transcript, limits, refusal } = assignment;
  const no = mayNotBegin(assignment, signal, deps.now());
  if (no !== undefined) return yield no;
  const before = countedIn(transcript.entries);
  if (before.turns >= limits.turns) {
    const reason = `The session has had its ${limits.turns} turns.`;
    return yield failed({ kind: 'over-limit', reason });
  }
  const brief = wholeBrief(assignment);
  const kept = refusal === undefined ? undefined : keptOf(transcript.entries);
  await layOut(workspace, brief);
  await layOutForServer(assignment);
  const { command } = launch;
  await transcript.write('acp.started', { command, brief: cutWords(brief, briefCap) }, true);

  const chatter = new Chatter(transcript, 'acp');
  const heard = new Heard(chatter, limits, before);
  const variables = { ...ourVariables(assignment), ...serverEnv(assignment) };
  const agent = startAgent(workspace, {
    command,
    env: { ...launch.env, ...variables, AGENTLOOP_MCP: serverPaths(workspace).config },
    idleMs: limits.idleMs,
    lastingMs: limits.deadline - deps.now(),
    isKeptAtOnce: launch.isKeptAtOnce === true,
    leaveMs: deps.leaveMs,
    signal,
    onTold: (method, params) => {
      if (method === 'session/update') heard.update(params);
    },
    onNoise: (line, from) => chatter.keep('printed', line, { from }),
  });
  try {
    let costBefore = 0;
    let conversation: string | undefined;
    const since = new Date(deps.now()).toISOString();
    const talking = talk(agent.wire, {
      cwd: workspace.inside,
      mcpServers: [serverOf(assignment)],
      kept: kept?.session,
      words: { goesOn: refusal?.text ?? brief, isNew: brief },
      choose: launch.choose,
      hands: assignment.hands ?? 'all',
      heard,
      async begun(session, how) {
        conversation = session;
        if (how !== 'new') costBefore = kept?.costUsd ?? 0;
        // One without measure is not gone on with: the next round begins anew.
        const name = session.length <= sessionCap ? { session } : {};
        await transcript.write('acp.session', { ...name, how }, true);
      },
      tell: (words) => {
        chatter.show(words);
        chatter.keep('told', words);
      },
    });
    agent.onStop(() => talking.cancel());
    const { end, told } = yield* listen(talking, { agent, heard, chatter, launch, deps, assignment });
    heard.flush();
    const isKept = await isWritten(conversation, since, { agent, launch, assignment, end });
    const finished = await agent.finish(isKept);
    await chatter.written();
    const outcome = await outcomeOf(workspace);
    const { output: _, ...how } = finished;
    await transcript.write('acp.ended', {
      ...how,
      talk: shown(end),
      costUsd: heard.cost ?? null,
      ...heard.counts,
      outcome,
    });

    const answer = end.kind === 'answered' ? end.answer : undefined;
    const usd = heard.cost === undefined ? undefined : Math.max(0, heard.cost - costBefore);
    const inAll = spentInAll(answer, usd, launch.model, deps.prices);
    yield* inAll;
    const isTold = told || inAll.length > 0;
    if (!isTold && finished.fenceFailed === undefined) yield spentOf(outcome);
    const meaning = meaningOfRound({
      command: launch.shown,
      talk: end,
      finished,
      stopped: agent.stopped(),
      outcome,
      lastMessage: heard.lastMessage,
      // Whoever tells what it used has reached its model: then its words are about the work.
      troubleInWords: !isTold && launch.troubleInWords?.test(heard.lastWords) ? heard.lastWords : undefined,
      limits,
      providers: deps.providers ?? shippedProviders(),
      now: deps.now(),
    });
    yield withNotes(meaning, await notesOf(workspace));
  } finally {
    // Reached early only when nobody listens any more: then nothing may go on.
    await agent.kill();
  }
}

interface Listening {
  readonly agent: Agent;
  readonly heard: Heard;
  readonly chatter: Chatter;
  readonly launch: AcpLaunch;
  readonly deps: AcpDeps;
  readonly assignment: Assignment;
}

/** Tells what it does and spends until it has answered, and stops it where it passes a limit. */
async function* listen(
  talking: Talk,
  { agent, heard, chatter, launch, deps, assignment }: Listening,
): AsyncGenerator<BrainEvent, { end: TalkEnd; told: boolean }, void> {
  let end: TalkEnd | undefined;
  let told = false;
  const ended = talking.end.then((value) => {
    end = value;
  });
  for (;;) {
    // Once it was asked to stop only its end is news.
    const next = agent.stopped() === undefined ? Promise.race([ended, heard.news()]) : ended;
    yield* chatter.activity(next);
    const used = heard.takeUsed();
    const events: ReturnType<typeof spent>[] = [];
    for (const one of used) addSpent(events, spent(one, undefined, launch.model, deps.prices));
    told ||= events.length > 0;
    yield* events;
    if (end !== undefined) return { end, told };
    const over = heard.over ?? (used.length > 0 ? assignment.mayspend(null) : undefined);
    if (over !== undefined) agent.stop({ over });
  }
}

/** Whether all of a conversation stands in its files, where that can be known; waits for it where that can be seen. */
async function isWritten(
  conversation: string | undefined,
  since: string,
  {
    agent,
    launch,
    assignment,
    end,
  }: Pick<Listening, 'agent' | 'launch' | 'assignment'> & { readonly end: TalkEnd },
): Promise<boolean> {
  const { untilKept, isKeptAtOnce } = launch;
  if (untilKept === undefined) return isKeptAtOnce === true;
  if (end.kind !== 'answered' || end.stopReason !== 'end_turn' || conversation === undefined) return false;
  const options = { timeoutMs: keepMs, signal: agent.gone };
  return (await assignment.workspace.exec(untilKept(conversation, since), options)).code === 0;
}

/** Our own tools, with their variables: agents hand on few of theirs. */
function serverOf(assignment: Assignment): McpServer {
  const { command, args } = mcpServer();
  const env = Object.entries(serverEnv(assignment)).map(([name, value]) => ({ name, value }));
  return { name: 'agentloop', command, args: [...args], env };
}

function shown(end: TalkEnd): object {
  if (end.kind === 'answered') return { stopReason: cutWords(end.stopReason, 200) };
  return end.kind === 'gone' ? {} : { code: end.code, message: cutWords(end.message, 2000) };
}
