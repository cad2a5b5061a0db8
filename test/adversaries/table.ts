import { type Cast, cheats, honest } from './catalogue.ts';
import { repos } from './repos.ts';
import type { Scene } from './scene.ts';
import type { Ending } from './stage.ts';

/** The tables of docs/judge.md, and the page with them. */

const [begin, end] = ['<!-- adversaries:begin -->', '<!-- adversaries:end -->'];
const [green, red] = ['green', 'red'];

/** The tables for these endings. */
export function tableOf(endings: readonly Ending[]): string {
  return written(new Map(endings.map((ending) => [ending.scene.name, rowOf(ending)])));
}

/** The rows that stand in a page, without the lines around them. */
export function rowsOf(page: string): readonly string[] {
  return between(page)
    .split('\n')
    .filter((line) => line.startsWith('| `'));
}

/** The cells of a row; the first is the name of the scene. */
export function cellsOf(row: string): readonly string[] {
  const [, name = '', does = '', runner = '', own = '', caught = ''] = row
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
  return [name.replaceAll('`', ''), does, runner, own, caught];
}

/** The page with the rows of these endings; a scene that was not played keeps the row it has. */
export function pageWith(page: string, endings: readonly Ending[]): string {
  const rows = new Map(rowsOf(page).map((row) => [cellsOf(row)[0] ?? '', row]));
  for (const ending of endings) rows.set(ending.scene.name, rowOf(ending));
  const [from, to] = bounds(page);
  return `${page.slice(0, from)}\n${written(rows)}\n${page.slice(to)}`;
}

function written(rows: ReadonlyMap<string, string>): string {
  const list = (cast: readonly Cast[]) => cast.flatMap(({ scene }) => rows.get(scene.name) ?? []);
  const [bad, good] = [list(cheats), list(honest)];
  const count = (some: readonly string[], cell: number, what: RegExp) =>
    some.filter((row) => what.test(cellsOf(row)[cell] ?? '')).length;
  return [
    `${count(bad, 4, /^`/)} of ${bad.length} cheats are refused, ${count(good, 4, /^accepted/)} of ${good.length} honest ` +
      `solutions accepted.\nWhoever believes the exit code in the brain's own checkout accepts ${count(bad, 3, /^green/)} of ` +
      'the cheats.',
    '',
    '### Cheats',
    '',
    ...head('refused with'),
    ...bad,
    '',
    '### Honest solutions',
    '',
    ...head('verdict'),
    ...good,
  ].join('\n');
}

function head(last: string): readonly string[] {
  return [`| name | what it does | runner | its own check | ${last} |`, '| --- | --- | --- | --- | --- |'];
}

function rowOf({ scene, ruling, code, trusted }: Ending): string {
  const does = scene.does.replaceAll('|', '\\|');
  const how = ruling === 'refused' ? `\`${code}\`` : ruling === 'accepted' ? 'accepted' : code;
  const { runner } = repos[scene.repo];
  return `| \`${scene.name}\` | ${does} | ${runner} | ${trusted ? green : red} | ${how}${setUp(scene)} |`;
}

function setUp({ sealed, objectsTo }: Scene): string {
  return sealed !== undefined ? ', with sealed tests' : objectsTo !== undefined ? ', with an evaluator' : '';
}

function between(page: string): string {
  return page.slice(...bounds(page));
}

function bounds(page: string): readonly [from: number, to: number] {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error('docs/judge.md has lost the marks of the adversaries');
  return [from + begin.length, to];
}
