import { expect, test } from 'vitest';
import { claudeTranslator } from '../../../src/brain/agents/claude.ts';

const tools = { command: 'node', args: [], env: {} };
const words = (hands: 'all' | 'read-only') =>
  claudeTranslator({ model: undefined, effort: undefined, prices: {} }).launch({
    isFenced: true,
    hands,
    turns: 9,
    tools,
  }).words;
const after = (hands: 'all' | 'read-only', word: string) =>
  words(hands)[words(hands).indexOf(word) + 1] ?? '';

test('whoever judges a candidate takes no settings from it, and runs nothing of it', () => {
  expect(after('all', '--setting-sources')).toBe('project');
  expect(after('read-only', '--setting-sources')).toBe('user');
  expect(after('read-only', '--disallowedTools').split(',')).toEqual(
    expect.arrayContaining(['Bash', 'Edit', 'Write']),
  );
  expect(after('all', '--disallowedTools').split(',')).not.toContain('Bash');
});
