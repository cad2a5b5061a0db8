import { reason } from '../codes.ts';
import { type Finding, type Layer, passed } from '../layer.ts';
import type { Unvouched } from '../mutants/look-beside.ts';
import type { MutantsSeen } from '../mutants/see-mutants.ts';

const mostSaid = 3;
const fewest = 3;

/**
 * New tests bite: one that passes whatever the changed code does shows nothing. Only what was seen to go unnoticed is
 * held against them; what could not be damaged, or did not run, is told and no more.
 */
export const teeth: Layer = {
  name: 'teeth',
  holds: 'New tests that are the proof fail when the code that was changed is damaged.',
  look({ seen: { base, mutants } }) {
    if (base?.definition.mutants.enabled === false) return passed;
    if (mutants === undefined) return { ask: 'mutants' };
    const { proof, runs, timeUp, neutral, unvouched } = mutants;
    if (proof === undefined) return passed;
    if (unvouched !== undefined) return onlyData(mutants, unvouched);
    const blind = new Set([...(neutral?.by ?? []), ...(neutral?.stuck ?? [])]);
    const by = [...new Set(runs.flatMap((run) => run.by))].filter((name) => !blind.has(name)).sort();
    if (by.length === 0 || mutants.made === 0)
      return blind.size > 0 ? looksAtText(mutants) : toothless(mutants);
    if (neutral?.style === true) return { reasons: [], notes: [maybeStyle] };
    // What the tests look at was put back as a whole: nobody knows which of them would notice less.
    const backs = runs.filter((run) => run.back && run.by.length > 0);
    if (backs.length > 0) return { reasons: [], notes: [besideCode(mutants)] };
    if (by.length === proof.turned.length) return passed;
    if (!timeUp) return { reasons: [], proof: { ...proof, turned: by } };
    const notes = [
      'There was no time to try all new tests on damaged code; those that were tried notice it.',
    ];
    return { reasons: [], notes };
  },
};

const maybeStyle =
  'The command that is the proof fails too when only comments are added to the code: it may look at its style, and whether it notices damaged code was not seen.';

function besideCode({ proof, others }: MutantsSeen): string {
  const who = proof?.kind === 'command' ? 'The verify command notices' : 'The new tests notice';
  return `${who} what was changed beside the code (${listed(others)}), and not when the code is damaged.`;
}

/** The work is noticed by its data alone, and the code beside it by nobody. */
function onlyData({ proof, ownTests, made }: MutantsSeen, { data, code }: Unvouched): Finding {
  const isCommand = proof?.kind === 'command';
  const sees = `${isCommand ? 'The verify command notices' : 'The new tests notice'} ${listed(data)}, and no code`;
  const pass = `${isCommand ? 'it passes' : 'they pass'} as well`;
  const says =
    made > 0
      ? `${sees}: ${pass} when the functions you added are damaged (${listed(code)}), and no other test notices that either.`
      : `${sees}: ${pass} without ${listed(code)}.`;
  if (isCommand && !ownTests) return { reasons: [], notes: [says] };
  return { reasons: [reason('proof.toothless', { says, tests: proof?.turned ?? [] })] };
}

/** A change without any effect was noticed, or ended the run: nothing is known of what the code does. */
function looksAtText({ neutral, proof, ownTests, timeUp }: MutantsSeen): Finding {
  const blind = new Set([...(neutral?.by ?? []), ...(neutral?.stuck ?? [])]);
  if (timeUp && blind.size < (proof?.turned.length ?? 0))
    return { reasons: [], notes: [notSeen('there was no time')] };
  const atText = neutral !== undefined && neutral.by.length > 0;
  const who = proof?.kind === 'command' ? 'the verify command looks' : 'the new tests look';
  const says = atText
    ? `When a comment is added to the code, something fails: ${who} at the text of the code, not at what it does.`
    : 'The code looks at itself: it does not run once a comment is added.';
  if (atText && proof?.kind === 'command' && !ownTests) return { reasons: [], notes: [says] };
  return { reasons: [reason('proof.toothless', { says, tests: [...blind] })] };
}

function notSeen(why: string): string {
  return `Whether the new tests notice damaged code was not seen: ${why}.`;
}

function toothless(mutants: MutantsSeen): Finding {
  const { hollow, others, runs, timeUp, made, proof, ownTests } = mutants;
  const told = (why: string): Finding => ({ reasons: [], notes: [notSeen(why)] });
  if (hollow && others.length === 0) {
    const says = 'In the code that was changed there is nothing that a test could look at.';
    return { reasons: [reason('proof.toothless', { says, tests: proof?.turned ?? [] })] };
  }
  const cannot = `${listed(others)} cannot be damaged`;
  if (made === 0) return told(others.length > 0 ? cannot : 'nothing in it can be damaged');
  const back = runs.find((run) => run.back);
  if (others.length > 0 && back?.ended !== 'unnoticed') return told(cannot);
  if (!isEnough(mutants)) return told(timeUp ? 'there was no time' : 'what was damaged did not run');
  const lines = runs.filter((run) => run.ended === 'unnoticed').flatMap((run) => run.damages);
  const all = [...new Set(lines.map(({ says }) => says))];
  const more = all.length > mostSaid ? `; and ${all.length - mostSaid} more` : '';
  const who = proof?.kind === 'command' ? 'The verify command still passes' : 'The new tests still pass';
  const says = `${who} when the code that was changed is damaged (${all.slice(0, mostSaid).join('; ')}${more}).`;
  // The command stands in the plan: a brain cannot mend it, only the tests that it wrote for it.
  if (proof?.kind === 'command' && !ownTests) return { reasons: [], notes: [says] };
  return { reasons: [reason('proof.toothless', { says, tests: proof?.turned ?? [] })] };
}

/** Several damages, in half of all places at least, came to run and went unnoticed. */
function isEnough({ runs, made, places }: MutantsSeen): boolean {
  const seen = runs.filter((run) => run.ended === 'unnoticed' && !run.back).flatMap((run) => run.damages);
  const different = new Set(seen.map(({ says, place }) => `${place} ${says}`)).size;
  return different >= Math.min(fewest, made) && new Set(seen.map(({ place }) => place)).size * 2 >= places;
}

function listed(names: readonly string[]): string {
  const more = names.length > mostSaid ? ` and ${names.length - mostSaid} more` : '';
  return names.slice(0, mostSaid).join(', ') + more;
}
