import { join } from 'node:path';
import type { Recorded } from '../../src/ledger/event.ts';
import { readTranscript, type TranscriptEntry } from '../../src/ledger/transcript.ts';
import { call, type Script } from '../helpers/messages-script.ts';
import { messagesServer } from '../helpers/messages-server.ts';
import { eventsIn, faultsOf } from './look.ts';
import { talk } from './scenarios.ts';
import { linesOf, makeWorld, type Play, type World } from './world.ts';

const bash = (command: string) => call('bash', { command });
const claim = (did: string) => call('claim', { claim: 'done', did });

/** Two commands that show when they are run twice, a lie that is refused in between, and the work. */
const script: Script = [
  { say: [bash('echo one >> src/log.txt'), call('read', { path: 'src/first.txt' })] },
  { say: [claim('A lie.')] },
  { say: [call('write', { path: 'src/f001.txt', content: 'good\n' })] },
  { say: [bash('echo two >> src/log.txt; echo good > src/f001.txt')] },
  { say: [claim('It is there.')] },
];

/** What came of a conversation that was killed. */
export interface Woken {
  readonly kills: number;
  readonly faults: readonly string[];
  readonly events: readonly Recorded[];
  readonly entries: readonly TranscriptEntry[];
  /** Effects of the process that came to the end: `<name>#<nth>`. */
  readonly effects: readonly string[];
}

/** Plays one session of the built-in brain against a loopback server, killed as told, to its end. */
export async function wakeTrial(kills: readonly Play[], program?: string): Promise<Woken> {
  await using server = await messagesServer(script);
  await using world = await makeWorld(talk, program);
  const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: server.key };
  const faults: string[] = [];
  let killed = 0;
  for (const kill of kills) {
    const { signal } = await world.play({ ...kill, env });
    if (signal === 'SIGKILL') killed += 1;
  }
  const trace = join(world.root, 'trace');
  const { code, said } = await world.play({ env, trace });
  const complete = code === 0 || (code === 2 && said.includes('is finished'));
  if (!complete) faults.push(`it ended with ${code}: ${said}`);
  const events = await eventsIn(world);
  const session = events.filter(({ type }) => type === 'session.started').length;
  const entries = await entriesOf(world, session);
  faults.push(...server.violations, ...(await faultsOf(world)), ...oneSession(events, entries, session));
  // Only what had said nothing and done nothing may be begun anew.
  for (let before = 1; before < session; before += 1) {
    const did = (await entriesOf(world, before)).filter(({ type }) => type === 'tool.started');
    if (did.length > 0) faults.push(`session ${before} had begun to work, and was not gone on with`);
  }
  if (server.unplayed().length > 0) faults.push(`not played: ${server.unplayed().join()}`);
  const log = await world.git('show', 'agentloop/night:src/log.txt').catch(() => '');
  faults.push(...atMostOnce(log.split('\n').filter(Boolean), entries));
  return { kills: killed, faults, events, entries, effects: await linesOf(trace) };
}

async function entriesOf(world: World, session: number): Promise<readonly TranscriptEntry[]> {
  const file = join(world.repo, `.git/agentloop/runs/night/sessions/${session}.jsonl`);
  return readTranscript(file).then(
    ({ entries }) => entries,
    () => [],
  );
}

/** The same session from its start to its landing, every call to the model paid for once. */
function oneSession(
  events: readonly Recorded[],
  entries: readonly TranscriptEntry[],
  session: number,
): string[] {
  const faults: string[] = [];
  const count = (type: Recorded['type']) =>
    events.filter((event) => event.type === type && 'session' in event && event.session === session).length;
  for (const type of ['session.started', 'session.ended', 'work.landed'] as const) {
    if (count(type) !== 1) faults.push(`${type} ${count(type)} times`);
  }
  const costs = entries.filter(({ type, cost }) => type !== 'cost.told' && cost !== undefined).length;
  if (count('cost.updated') !== costs) faults.push(`${costs} costs, told ${count('cost.updated')} times`);
  const turns = entries.filter(({ type }) => type === 'assistant.said').length;
  if (turns !== script.length) faults.push(`${turns} turns of the model`);
  const claims = entries.filter(({ type }) => type === 'claim.made').length;
  if (claims !== 2) faults.push(`${claims} claims`);
  return faults;
}

/** A command took effect once, or not at all; and not at all only where the model was told that this may be. */
function atMostOnce(log: readonly string[], entries: readonly TranscriptEntry[]): string[] {
  const faults: string[] = [];
  const unsure = entries.filter(
    ({ type, content }) => type === 'tool.finished' && /^Interrupted/.test(`${content}`),
  );
  for (const word of ['one', 'two']) {
    const times = log.filter((line) => line === word).length;
    if (times > 1) faults.push(`"${word}" took effect ${times} times`);
    if (times === 0 && unsure.length === 0) faults.push(`"${word}" never took effect, and nobody was told`);
  }
  for (const { id } of entries.filter(({ type }) => type === 'tool.started')) {
    const answers = entries.filter((entry) => entry.type === 'tool.finished' && entry['id'] === id).length;
    if (answers !== 1) faults.push(`call ${id} was answered ${answers} times`);
  }
  return faults;
}
