import { count } from '../words.ts';
import { evidenceListName } from './evidence-list.ts';
import { fitted, type Part } from './fit-rows.ts';
import { code, quoted, words } from './forge-words.ts';
import { moneyWords } from './money-words.ts';
import type { Accepted, Decision, NotDone, Packet } from './packet.ts';
import { outsideRows, testRows } from './touched-words.ts';
import { trailers } from './trailers.ts';

const mostLines = 60;
const mostDecisions = 5;

/**
 * The body of a pull request: at most 60 lines of Markdown, fit to be the message of a squashed commit (no line that git
 * takes for a comment or for the end of the message; the last paragraph holds the trailers). `only`: the features of this
 * request, where a run is split over several. `head`: its branch at the forge, for those who have nothing else.
 */
export function prBody(
  packet: Packet,
  { only, head }: { readonly only?: readonly string[]; readonly head?: string } = {},
): string {
  const mine = (feature: string | null) => only === undefined || (feature !== null && only.includes(feature));
  const accepted = packet.accepted.filter(({ feature }) => mine(feature));
  const end = trailers(packet, accepted);
  const parts: Part[] = [
    lines(opening(packet, accepted, only !== undefined)),
    table(accepted),
    testRows(packet, mine),
    outsideRows(packet.touched, mine),
    notDone(only === undefined ? packet.notDone : []),
    decisions(packet.decisions.filter(({ feature }) => mine(feature))),
    lines(howToCheck(packet, head)),
  ];
  return `${[...fitted(parts, mostLines - end.length - 1), '', ...end].join('\n')}\n`;
}

function lines(head: readonly string[]): Part {
  return { head, rows: [], more: () => '' };
}

const whole = '`agentloop report` has all of them';

function opening(packet: Packet, accepted: readonly Accepted[], isPart: boolean): readonly string[] {
  const { run, branch, baseRef, base, state, cost, process } = packet;
  const where = `Run ${code(run)} from ${code(baseRef)} (${code(base.slice(0, 10))}): ${words(state, 200)}; ${moneyWords(cost, process.maxCostUsd)}.`;
  const stands = branch === null ? '' : ` It stands on ${code(branch)}; merging is yours.`;
  const judge =
    ' The judge is a program outside the model: it ran the tests on each commit and on the one before.';
  const outcome = isPart
    ? `${count(accepted.length, 'feature')} of a run that landed ${packet.accepted.length}.`
    : packet.outcome;
  const unfenced = packet.fence === 'none' || packet.landings.some(({ notes }) => notes.some(isUnfenced));
  const fence = unfenced
    ? [
        '',
        '**FENCE: NONE. What the brain and the checks ran was not kept from the files and keys of that machine.**',
      ]
    : [];
  return [`**${words(outcome, 300)}**`, '', `${where}${stands}${judge}`, ...fence];
}

function isUnfenced(note: string): boolean {
  return note.startsWith('It landed without a fence');
}

function table(accepted: readonly Accepted[]): Part {
  if (accepted.length === 0) return lines([]);
  return {
    head: ['| feature | what a user can now do | proof | look here first |', '| --- | --- | --- | --- |'],
    rows: accepted.map(
      (one) =>
        `| **${one.feature}** | ${canDo(one)} | ${proof(one)} | ${one.look
          .slice(0, 2)
          .map((place) => code(place))
          .join(', ')} |`,
    ),
    more: (left) => `| … | and ${count(left, 'more feature')} | ${whole} | |`,
  };
}

function canDo({ title, description }: Accepted): string {
  const said = description.trim();
  return said === '' || said === title ? quoted(title, 160) : `${quoted(title, 120)}: ${quoted(said, 160)}`;
}

/** Tests named in a row; more of them are counted. */
const mostTests = 3;

function proof({ proof: { kind, turned }, parent, commit, tests }: Accepted): string {
  const green = code(commit.slice(0, 10));
  const counts = tests === null ? '' : `; ${tests.before} tests passed before, ${tests.after} pass now`;
  if (kind === 'none') return `**unproven**, a person said so; landed as ${green}${counts}`;
  const shown = turned.slice(0, mostTests).map((name) => code(name, 100));
  const more = turned.length > shown.length ? ` and ${turned.length - shown.length} more` : '';
  const what = kind === 'command' ? `command ${shown.join(', ')}` : `${shown.join(', ')}${more}`;
  return `${what}: red at ${code(parent.slice(0, 10))}, green at ${green}${counts}`;
}

function notDone(all: readonly NotDone[]): Part {
  return {
    head: all.length === 0 ? [] : ['**Not done, and why**', ''],
    rows: all.map(({ feature, title, is, why, said, reasons: [reason], sessions, refusals, command }) => {
      const refused = refusals === 0 ? '' : `, ${count(refusals, 'refusal')}`;
      const tried = sessions === 0 ? '' : ` (${count(sessions, 'session')}${refused})`;
      const todo = command === null ? '' : ` → ${code(command)}`;
      const says = is === 'waiting' ? `waits for your answer: ${quoted(why, 300)}` : words(why, 300);
      const last = reason ? `; last refused for ${code(reason.code)} ${words(reason.text, 200)}` : '';
      const own = said === null ? '' : `; the brain said: ${quoted(said, 200)}`;
      return `- **${feature}** ${quoted(title, 120)}${tried}: ${is === 'blocked' ? 'blocked: ' : ''}${says}${last}${own}${todo}`;
    }),
    more: (left) => `- and ${count(left, 'more feature')}; ${whole}`,
  };
}

function decisions(all: readonly Decision[]): Part {
  const rows = all
    .slice(0, all.length > mostDecisions ? mostDecisions - 1 : mostDecisions)
    .map(
      ({ feature, place, text }) =>
        `- ${feature === null ? '' : `**${feature}** `}${place === null ? '' : `${code(place)} `}${words(text, 300)}`,
    );
  const left = all.length - rows.length;
  const more = (missing: number) => `- and ${missing} more; ${whole}`;
  return {
    head: all.length === 0 ? [] : ['**Read these first**', ''],
    rows: left > 0 ? [...rows, more(left)] : rows,
    // One that is folded twice counts both times what is missing.
    more: (missing) => more(left > 0 ? missing - 1 + left : missing),
  };
}

function howToCheck({ branch, evidence }: Packet, head: string | undefined): readonly string[] {
  if (branch === null) return [];
  const fetched = (ref: string, then: string) => code(`git fetch origin ${ref} && ${then}`, 400);
  const how =
    head === undefined
      ? `Check it yourself: ${code(`agentloop verify ${branch}`)}`
      : `Check it yourself, in any clone: ${fetched(head, 'agentloop verify FETCH_HEAD')}`;
  const saw =
    evidence === null
      ? ''
      : ` What the judge saw: ${head === undefined ? code(evidence.ref) : fetched(evidence.ref, 'git ls-tree -r FETCH_HEAD')}; the sha256 below is that of its list, ${code(evidenceListName)}.`;
  return [`${how} judges every commit again, from scratch.${saw}`];
}
