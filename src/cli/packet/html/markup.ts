import { harmless } from '../../harmless.ts';

/** A piece of a page. A string beside it is always text: nothing that somebody wrote can become markup. */
export interface Markup {
  readonly markup: string;
}

export type Piece = Markup | string | false | undefined | readonly Piece[];

/** An element; undefined pieces are left out, strings are escaped. Written so that it is well-formed XML, too. */
export function el(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>> = {},
  ...inner: readonly Piece[]
): Markup {
  const told = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(String(value)).replaceAll('"', '&quot;')}"`],
  );
  const open = `<${name}${told.join('')}`;
  const body = inner.map(written).join('');
  return { markup: alone.has(name) && body === '' ? `${open}/>` : `${open}>${body}</${name}>` };
}

/** Elements without an end, of HTML and of SVG. */
const alone = new Set(['line', 'rect', 'circle', 'path', 'br']);

/** The text of pieces, for a template. */
export function written(piece: Piece): string {
  if (piece === undefined || piece === false) return '';
  if (typeof piece === 'string') return escaped(piece);
  return 'markup' in piece ? piece.markup : piece.map(written).join('');
}

/** The number of the event that says so. */
export function seq(number: number | null): Piece {
  return number === null
    ? undefined
    : el('span', { class: 'seq', title: `event ${number} of the ledger` }, `#${number}`);
}

/** Words that a model wrote. */
export function quote(text: string, most = 2000): Markup {
  return el('q', {}, text.length > most ? `${text.slice(0, most)}…` : text);
}

/** A name: a commit, a file, a test, a command. */
export function mono(text: string): Markup {
  return el('code', {}, text);
}

/** Pieces with something between them. */
export function joined(pieces: readonly Piece[], between: Piece): Piece {
  return pieces.flatMap((piece, at) => (at === 0 ? [piece] : [between, piece]));
}

function escaped(text: string): string {
  return harmless(text)
    .replace(/[\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
