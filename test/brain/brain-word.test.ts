import { expect, test } from 'vitest';
import { brainWord } from '../../src/brain/brain-word.ts';

test('others read what kind of brain it was, and nothing of the machine it was on', () => {
  expect(brainWord('command:KEY=s3cret /home/ada/bin/agent --fast')).toBe('command');
  expect(brainWord('scripted:/tmp/night.json')).toBe('scripted');
  expect(brainWord('acp:cd /srv && ./agent')).toBe('acp');
  expect([brainWord('claude'), brainWord('anthropic')]).toEqual(['claude', 'anthropic']);
});
