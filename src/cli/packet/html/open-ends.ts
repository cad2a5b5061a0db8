import { count } from '../../words.ts';
import type { NotDone, Packet, RefusedClaim } from '../packet.ts';
import { el, joined, type Markup, mono, type Piece, quote, seq } from './markup.ts';

function section(id: string, title: string, ...inner: readonly Piece[]): Markup {
  return el('section', { 'aria-labelledby': id }, el('h2', { id }, title), ...inner);
}

/** What waits for a person, what is blocked and what nobody got to. */
export function notDone({ notDone: all }: Packet): Markup | undefined {
  if (all.length === 0) return undefined;
  const words = { waiting: 'waits for you', blocked: 'blocked', open: 'open' };
  const item = ({
    feature,
    title,
    is,
    why,
    said,
    reasons,
    command,
    sessions,
    refusals,
    seq: number,
  }: NotDone) =>
    el(
      'li',
      {},
      el('span', { class: 'id' }, feature),
      ` ${title} `,
      el('span', { class: is === 'open' ? 'tag' : 'tag warn' }, words[is]),
      ' ',
      seq(number),
      el(
        'p',
        {},
        is === 'waiting' ? quote(why, 1000) : `${why.replace(/\.$/, '')}.`,
        said !== null && [' The last words about it: ', quote(said, 600)],
        reasons[0] && [' Last refused for ', mono(reasons[0].code), ` ${reasons[0].text}`],
      ),
      sessions > 0 &&
        el('p', { class: 'quiet small' }, `${count(sessions, 'session')}, ${count(refusals, 'refusal')}`),
      command !== null && el('p', {}, mono(command)),
    );
  return section('not-done', 'Not done, and why', el('ul', { class: 'plain' }, all.map(item)));
}

/** What a person should make up their mind about. */
export function decisions({ decisions: all }: Packet): Markup | undefined {
  if (all.length === 0) return undefined;
  return section(
    'decisions',
    'Worth a decision of yours',
    el(
      'ul',
      {},
      all.map(({ feature, place, text, seq: number }) =>
        el(
          'li',
          {},
          feature !== null && [el('span', { class: 'id' }, feature), ' '],
          place !== null && [mono(place), ' '],
          text,
          ' ',
          seq(number),
        ),
      ),
    ),
  );
}

/** Every refused claim, and what was caught that held before. */
export function refused({ refusedClaims, regressions, accepted }: Packet): Markup {
  const landed = new Set(accepted.map(({ feature }) => feature));
  const features = [...new Set(refusedClaims.map(({ feature }) => feature))];
  return section(
    'refused',
    'Refused, and why',
    features.length === 0 && el('p', {}, 'No claim was refused.'),
    features.map((feature) => [
      el(
        'h3',
        {},
        el('span', { class: 'id' }, feature ?? 'the tip'),
        ' ',
        el('span', { class: 'tag' }, feature !== null && landed.has(feature) ? 'landed later' : 'not landed'),
      ),
      el('ol', {}, refusedClaims.filter((one) => one.feature === feature).map(claim)),
    ]),
    regressions.length > 0 && [
      el('h3', {}, 'Regressions caught'),
      el(
        'ul',
        {},
        regressions.map(({ feature, by, session, text, tests, mended, seq: number }) =>
          el(
            'li',
            {},
            el('span', { class: 'id' }, feature),
            by === 'judge' ? ` session ${session ?? '?'}: ` : ' found by the final judge: ',
            text,
            names(tests.filter((test) => !text.includes(test))),
            mended !== null && [' Mended, landed as ', mono(mended.slice(0, 10)), '.'],
            ' ',
            seq(number),
          ),
        ),
      ),
    ],
  );
}

function claim({ session, reasons, seq: number }: RefusedClaim): Markup {
  return el(
    'li',
    {},
    session === null ? '' : `session ${session} `,
    seq(number),
    reasons.map(({ code, text, tests }) =>
      el('p', {}, mono(code), ` ${text}`, names(tests.filter((test) => !text.includes(test)))),
    ),
  );
}

function names(tests: readonly string[]): Piece {
  if (tests.length === 0) return undefined;
  const shown = tests.slice(0, 8).map(mono);
  return [
    ' (',
    joined(shown, ', '),
    tests.length > shown.length ? `, and ${tests.length - shown.length} more)` : ')',
  ];
}

/** How to check all of it without believing this page. */
export function check({ branch, evidence, base, tip }: Packet): Markup | undefined {
  if (branch === null || tip === base) return undefined;
  return section(
    'check',
    'Check it yourself',
    el('p', {}, mono(`agentloop verify ${branch}`), ' judges every commit again, from scratch.'),
    evidence !== null &&
      el(
        'p',
        {},
        'What the judge saw: ',
        mono(`git show ${evidence.ref}:SHA256SUMS`),
        ', sha256 ',
        mono(evidence.sha256),
      ),
    el('p', {}, mono(`git log --stat ${base.slice(0, 10)}..${branch}`)),
  );
}
