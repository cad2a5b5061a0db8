import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generated } from '../../scripts/generated.ts';
import { table, typeWords } from '../../scripts/markdown.ts';
import { payloads } from '../../src/ledger/event.ts';
import { options } from '../../src/project/config-names.ts';
import { packageRoot } from '../../src/project/templates.ts';

const files = generated();

describe('what is made from the schemas is committed as it would be made now (npm run generate)', () => {
  test.each([...files])('%s', (path, text) => {
    const file = join(packageRoot(), path);
    expect(existsSync(file) ? readFileSync(file, 'utf8') : undefined).toBe(text);
  });
});

test('docs/config.md names every option and its variable', () => {
  const page = files.get('docs/config.md') ?? '';
  for (const { path, env } of options()) {
    expect(page).toContain(`| \`${path}\` `);
    expect(page).toContain(`\`${env}\``);
  }
  expect(page).not.toContain('undefined');
});

test('every option says what it means', () => {
  for (const { path, schema } of options())
    expect([path, schema.description]).toEqual([path, expect.stringMatching(/\.$/)]);
});

test('docs/events.md names every type of event, and every field of it', () => {
  const page = files.get('docs/events.md') ?? '';
  for (const [type, payload] of Object.entries(payloads)) {
    const part = page.slice(page.indexOf(`## ${type}\n`)).split('\n## ')[0] ?? '';
    expect(part).toContain(payload.description ?? '');
    for (const field of Object.keys(payload.shape)) expect(part).toContain(`| \`${field}\` `);
  }
  expect(page).not.toContain('undefined');
});

test('an event schema names what an event adds to its own fields', () => {
  const schema = JSON.parse(files.get('schema/event.schema.json') ?? '{}');
  const started = schema.anyOf.find(
    (one: { properties: { type: { const: string } } }) => one.properties.type.const === 'run.started',
  );
  expect(Object.keys(started.properties)).toEqual(
    expect.arrayContaining(['type', 'kind', 'v', 'seq', 'ts', 'run', 'prev']),
  );
  expect(started.required).toEqual(expect.arrayContaining(['prev', 'base']));
  expect(started.required).not.toContain('branch');
});

describe('Markdown', () => {
  test('a table is lined up, and a bar in a cell does not split it', () => {
    expect(
      table(
        ['a', 'meaning'],
        [
          ['one', 'x | y'],
          ['three', ''],
        ],
      ),
    ).toBe(['| a     | meaning |', '| ----- | ------- |', '| one   | x \\| y |', '| three | |'].join('\n'));
  });

  test.each([
    [{ type: 'integer' }, 'whole number'],
    [{ enum: ['a', 'b'] }, '`a`, `b`'],
    [{ const: 1 }, '`1`'],
    [{ type: 'array', items: { $ref: '#/$defs/Reason' } }, 'list of [Reason](#reason)'],
    [{ anyOf: [{ type: 'number' }, { type: 'null' }] }, 'number or null'],
    [{ title: 'duration', type: 'string' }, 'duration'],
    [{}, 'any value'],
  ])('%j is told as words', (schema, words) => {
    expect(typeWords(schema)).toBe(words);
  });
});
