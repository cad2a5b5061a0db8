import type { Point } from './world.ts';

/** Numbers that look random and are the same for the same seed. */
export function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

function parsed(effect: string): { name: string; nth: number } {
  const at = effect.lastIndexOf('#');
  return { name: effect.slice(0, at), nth: Number(effect.slice(at + 1)) };
}

const line = /^write .*\.jsonl/;
const event = /^write .*events\.jsonl/;

/** How a process can die at an effect. */
function waysOf(name: string): Point['how'][] {
  const torn = line.test(name) || /^(writeFile|appendFile|spawn) /.test(name);
  const kept = name.includes('/.git/') || name.includes('/repo/');
  return ['before', 'after', ...(torn ? ['torn' as const] : []), ...(kept ? ['power' as const] : [])];
}

/** Every distinct effect once, in every way. */
export function distinctPoints(effects: readonly string[]): Point[] {
  const first = effects.map(parsed).filter(({ nth }) => nth === 1);
  return first.flatMap(({ name, nth }) => waysOf(name).map((how) => ({ name, nth, how })));
}

/** Both sides of every event, and half of it. */
export function eventPoints(effects: readonly string[]): Point[] {
  const events = effects.map(parsed).filter(({ name }) => event.test(name));
  return events.flatMap(({ name, nth }) => waysOf(name).map((how) => ({ name, nth, how })));
}

/** Every single effect, in every way. */
export function allPoints(effects: readonly string[]): Point[] {
  return effects.map(parsed).flatMap(({ name, nth }) => waysOf(name).map((how) => ({ name, nth, how })));
}

/** A point as a person reads it, and gives it to `--at`. */
export function pointText(point: Point): string {
  return 'number' in point ? `${point.number}:${point.how}` : `${point.name}#${point.nth}:${point.how}`;
}

/** Both sides of every line of the ledger and of transcripts, and half of it. */
export function linePoints(effects: readonly string[]): Point[] {
  const lines = effects.map(parsed).filter(({ name }) => line.test(name));
  return lines.flatMap(({ name, nth }) => waysOf(name).map((how) => ({ name, nth, how })));
}
