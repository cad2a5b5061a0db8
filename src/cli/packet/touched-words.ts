import { count } from '../words.ts';
import type { Part } from './fit-rows.ts';
import { code } from './forge-words.ts';
import type { Packet, TouchedTest } from './packet.ts';

type Touched = Packet['touched'];
type Mine = (feature: string) => boolean;

/** The worst first. */
const order: readonly TouchedTest['what'][] = ['removed', 'changed', 'moved', 'only added to'];

/** Every existing test that was changed or removed, loudly; and that there is none, where there is none. */
export function testRows(
  {
    touched: { known, tests, gone },
    accepted,
    decisions,
  }: Pick<Packet, 'touched' | 'accepted' | 'decisions'>,
  mine: Mine,
): Part {
  const own = tests
    .filter(({ feature }) => mine(feature))
    .toSorted((a, b) => order.indexOf(a.what) - order.indexOf(b.what));
  const lost = gone.filter(({ feature }) => mine(feature));
  const rows = [
    ...own.map(({ feature, what, path, to, added, removed, commit }) => {
      const where = to === null ? code(path) : `${code(path)} to ${code(to)}`;
      const word = what === 'only added to' ? 'only added to' : `**${what}**`;
      const isAllowed = decisions.some(
        (one) => one.feature === feature && one.text.includes(`${path}, which judge.allow`),
      );
      const allowed = isAllowed ? '; `judge.allow` in agentloop.config.json permits it' : '';
      const turned = accepted.find((one) => one.feature === feature)?.proof.turned ?? [];
      const own = turned.some((name) => name.startsWith(`${to ?? path} › `))
        ? '; **its own proof is in this file**'
        : '';
      return `- **${feature}** ${word} ${where} (+${added} -${removed}, ${code(commit.slice(0, 10))})${allowed}${own}`;
    }),
    ...lost.map(
      ({ feature, tests: names }) =>
        `- **${feature}** **${count(names.length, 'test')} no longer there**: ${names
          .slice(0, 5)
          .map((name) => code(name, 100))
          .join(', ')}${names.length > 5 ? ', …' : ''}`,
    ),
  ];
  const more = (left: number) => `- **and ${left} more**; \`agentloop report\` has all of them`;
  if (!known)
    return {
      head: ['**Whether existing tests were changed could not be seen: the commits are not in this clone.**'],
      rows,
      more,
    };
  if (rows.length === 0) return { head: ['No existing test was changed or removed.'], rows, more };
  const of = (what: TouchedTest['what']) => own.filter((one) => one.what === what).length;
  const loud = own.some(({ what }) => what !== 'only added to') || lost.length > 0;
  const counted = order
    .flatMap((what) => (of(what) === 0 ? [] : [`${count(of(what), 'file')} ${what}`]))
    .join(', ');
  const names = lost.reduce((sum, { tests: gone }) => sum + gone.length, 0);
  const all = [counted, names === 0 ? '' : `${count(names, 'test')} gone`].filter(Boolean).join(', ');
  const head = loud
    ? `⚠️ **EXISTING TESTS WERE CHANGED: ${all}.**`
    : `No existing test was changed or removed; of what was there before, ${counted}.`;
  return { head: [head, ''], rows, more };
}

/** Dependencies, CI and configuration that accepted work touched. */
export function outsideRows({ known, outside }: Touched, mine: Mine): Part {
  const own = outside.filter(({ feature }) => mine(feature));
  const more = (left: number) => `- and ${count(left, 'more file')}; \`agentloop report\` has all of them`;
  const rows = own.map(
    ({ feature, what, path, kind, added, removed }) =>
      `- **${feature}** ${what} ${code(path)} (${kind}, +${added} -${removed})`,
  );
  if (!known) return { head: [], rows, more };
  if (rows.length === 0) return { head: ['Dependencies, CI and configuration are untouched.'], rows, more };
  return { head: ["**Touched outside the features' own files**", ''], rows, more };
}
