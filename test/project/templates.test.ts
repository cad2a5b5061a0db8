import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BugError } from '../../src/errors.ts';
import { fill, packageRoot, template } from '../../src/project/templates.ts';

test('the package root is found by its name', () => {
  expect(JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')).name).toBe('agentloop-cli');
  expect(readdirSync(packageRoot())).toContain('templates');
});

test('a template that is not shipped is our mistake', () => {
  expect(() => template('nowhere.md')).toThrow(BugError);
});

describe('filling', () => {
  test('puts values in as they are, and never looks into them again', () => {
    expect(fill('a {{x}} b {{y}}.', { x: '{{y}} $& $1', y: '2' })).toBe('a {{y}} $& $1 b 2.');
  });

  test('an empty value goes with its line and the empty line after it', () => {
    expect(fill('one\n\n{{x}}\n\n{{y}}\n\ntwo', { x: '', y: 'y' })).toBe('one\n\ny\n\ntwo');
    expect(fill('one\n{{x}}\ntwo{{x}}', { x: '' })).toBe('one\ntwo');
  });

  test.each([
    ['a placeholder without a value', 'a {{x}} {{z}}', { x: '1' }, '{{z}}'],
    ['a value without a placeholder', 'a {{x}}', { x: '1', y: '2', z: '3' }, 'y, z'],
    ['a name every object has', 'a {{constructor}}', {}, '{{constructor}}'],
  ])('%s is our mistake', (_, text, values, named) => {
    const attempt = (): string => fill(text, values as Record<string, string>);
    expect(attempt).toThrow(BugError);
    expect(attempt).toThrow(named);
  });
});
