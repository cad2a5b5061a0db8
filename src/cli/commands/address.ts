import { UserError } from '../../errors.ts';
import { type ReviewRound, readRequests, writeRequest } from '../../ledger/requests.ts';
import { reviewFeature, type TakenUp, takeUp } from '../../loop/requests/review-feature.ts';
import { startRun } from '../../loop/start-run.ts';
import type { Feature } from '../../project/feature.ts';
import { openRepository } from '../../workspace/repository.ts';
import { approve } from '../approve.ts';
import { codeOf } from '../exit.ts';
import { placeOf } from '../find-runs.ts';
import type { Flags } from '../flags.ts';
import { refuseRedGates } from '../gates.ts';
import { harmless } from '../harmless.ts';
import type { Io } from '../io.ts';
import { withScreen } from '../live.ts';
import { readPacket } from '../packet/read-packet.ts';
import { answerRound, needsHuman } from '../requests/answer-round.ts';
import { deliverRun } from '../requests/deliver-run.ts';
import { findAsked, numberIn } from '../requests/find-asked.ts';
import { type ForgeHere, type RequestSettings, withForge } from '../requests/forge-here.ts';
import { startInput } from '../start-input.ts';
import { count } from '../words.ts';
import { writeResult } from '../write-result.ts';

/** Rounds of review a request gets before a person has to take over. */
const mostRounds = 3;

/** `agentloop address <request>`: one session on what people with write access have said of it, judged, pushed and answered. */
export async function address(io: Io, request: string, flags: Flags, version: string): Promise<number> {
  const number = numberIn(request);
  const repo = await openRepository(io.cwd, { env: io.env });
  const remote = typeof flags['push'] === 'string' ? flags['push'] : undefined;
  return withForge(
    io,
    repo,
    remote,
    (here, settings) => addressed(io, here, settings, number, flags, version),
    async ({ why }) => {
      throw new UserError(
        `There are no reviews to address: ${why}.`,
        'docs/pull-requests.md says which forge is used.',
      );
    },
  );
}

async function addressed(
  io: Io,
  here: ForgeHere,
  settings: RequestSettings,
  number: number,
  flags: Flags,
  version: string,
): Promise<number> {
  const { forge } = here;
  const say = (text: string) => io.stderr.write(`${harmless(text)}\n`);
  const asked = await findAsked(placeOf(io.cwd), forge, number);
  const rounds = asked.known.rounds ?? [];
  const open = rounds.find(({ answered }) => !answered);
  let round: ReviewRound;
  let feature: Feature;
  if (open) {
    say(`Round ${rounds.length} was begun before and is gone on with.`);
    round = open;
    // It stands in the list already, or is made from what is said now; threads keep the names they had.
    feature = reviewFeature(await seen(forge, number, rounds.slice(0, -1)), {
      number,
      round: rounds.length,
      features: asked.known.features,
    });
  } else {
    const taken = await seen(forge, number, rounds);
    for (const one of taken.ignored) say(one);
    if (taken.threads.length === 0) {
      say(`Nothing waits for an answer on #${number}.`);
      return 0;
    }
    if (rounds.length >= mostRounds) {
      await approve(io, flags['yes'] === true, [`say on ${asked.request.url} that it waits for a person`]);
      await needsHuman(forge, number, mostRounds, taken.threads.length);
      say(`#${number} has had ${mostRounds} rounds; what is left waits for a person.`);
      return codeOf('needs-human');
    }
    feature = reviewFeature(taken, { number, round: rounds.length + 1, features: asked.known.features });
    const { threads, reviews } = taken;
    round = {
      feature: feature.id,
      threads: threads.map(({ name, id }) => ({ name, id })),
      reviews,
      answered: false,
    };
  }
  await approve(io, flags['yes'] === true, [
    `push what comes of one session (${feature.id}) to ${here.target.remote}`,
    `answer ${count(round.threads.length, 'thread')} of ${asked.request.url}`,
  ]);
  if (!open) writeRequest(asked.runDir, { ...asked.known, rounds: [...rounds, round] });
  const code = await work(io, asked.run, feature, flags, version);
  const read = await readPacket(io, asked.run);
  const { state } = read.view;
  const last = state.sessions.findLast((one) => one.feature === round.feature);
  if (
    last?.ended === undefined ||
    ['unavailable', 'interrupted', 'crashed', 'judge-broken'].includes(last.ended.outcome)
  ) {
    say(`The round is not over: agentloop address ${number} goes on with it.`);
    return code;
  }
  const base = asked.request.base;
  const done = await deliverRun(io, read, here, settings, { split: 'auto', base, yes: true });
  if (done.some((one) => one.number === number && one.what === 'left')) {
    say(`Nothing was pushed and no thread is answered; what landed stands on ${state.branch}.`);
    return code;
  }
  await answerRound(forge, number, round, read);
  const now = readRequests(asked.runDir).find(
    ({ head, where }) => head === asked.known.head && where === forge.where,
  );
  const answered = (now?.rounds ?? []).map((one) =>
    one.feature === round.feature ? { ...one, answered: true } : one,
  );
  writeRequest(asked.runDir, { ...(now ?? asked.known), rounds: answered });
  await writeResult(asked.runDir, io.now());
  const { landed, parked } = state.features.get(round.feature) ?? {};
  say(
    landed
      ? `${round.feature} landed as ${landed.commit.slice(0, 10)} and is answered.`
      : `Nothing landed; the threads say why.`,
  );
  if (landed) return 0;
  return codeOf(parked ? 'needs-human' : 'left-nothing');
}

async function seen(
  forge: ForgeHere['forge'],
  number: number,
  rounds: readonly ReviewRound[],
): Promise<TakenUp> {
  const done = new Set(rounds.flatMap(({ reviews }) => reviews));
  const [reviews, threads] = [await forge.reviews(number), await forge.threads(number)];
  return takeUp(reviews, threads, done, (person) => forge.mayWrite(person));
}

/** The one session, by the loop that does all the others. */
async function work(io: Io, run: string, review: Feature, flags: Flags, version: string): Promise<number> {
  return withScreen(io, flags, async (screen, signals) => {
    const done = await startRun(
      {
        ...startInput(io, flags, version, screen),
        wanted: { name: run, goOn: true },
        review,
        admit: ({ setting, fence }) => refuseRedGates(io, { ...setting, fence }, (text) => screen.say(text)),
      },
      screen,
      signals,
    );
    await writeResult(done.runDir, io.now());
    return done.code;
  });
}
