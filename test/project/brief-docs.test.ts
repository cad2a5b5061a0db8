import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/project/templates.ts';

const templates = join(packageRoot(), 'templates');
const flat = (text: string) => text.replace(/\s+/g, ' ').trim();
const quotes = flat(
  readFileSync('docs/briefs.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('>'))
    .map((line) => line.slice(1))
    .join(' '),
);
const spoken = [
  ...readdirSync(templates).filter((name) => /^(brief-.*|refusal|plan-again)\.md$/.test(name)),
  ...['claim', 'opinion', 'brains'].flatMap((folder) =>
    readdirSync(join(templates, folder)).map((name) => `${folder}/${name}`),
  ),
];

test.each(spoken)('docs/briefs.md says why each sentence of %s is there', (name) => {
  const lines = readFileSync(join(templates, name), 'utf8').split('\n');
  const said = lines.filter((line) => line.trim() !== '' && !/^#|^\{\{\w+\}\}$/.test(line));
  expect(said.length).toBeGreaterThan(0);
  expect(said.map(flat).filter((line) => !quotes.includes(line))).toEqual([]);
});

test('and quotes nothing that is said no longer', () => {
  const all = flat(spoken.map((name) => readFileSync(join(templates, name), 'utf8')).join('\n'));
  const told = readFileSync('docs/briefs.md', 'utf8').split(/\n(?!>)|\n>\n/);
  const gone = told
    .filter((block) => block.startsWith('>'))
    .map((block) => flat(block.replace(/^> ?/gm, '')))
    .filter((quote) => !all.includes(quote));
  expect(gone).toEqual([]);
});
