import { expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { loadConfig } from '../../src/project/config-file.ts';
import { readRoleFlag } from '../../src/project/role-flag.ts';

test.each([
  ['evaluator=anthropic', { path: 'roles.evaluator', brain: 'anthropic' }],
  ['planner=anthropic:claude-opus-5', { path: 'roles.planner', brain: 'anthropic', model: 'claude-opus-5' }],
  ['coder=opencode:local/qwen:7b', { path: 'roles.coder', brain: 'opencode', model: 'local/qwen:7b' }],
  ['examiner=none', { path: 'roles.examiner', brain: 'none' }],
  ['examiner=command:a=1 sh -c "x:y"', { path: 'roles.examiner', brain: 'command:a=1 sh -c "x:y"' }],
  ['evaluator=acp:npx some:agent', { path: 'roles.evaluator', brain: 'acp:npx some:agent' }],
  ['coder.fallback=scripted:a:b.json', { path: 'roles.coder.fallback', brain: 'scripted:a:b.json' }],
])('%s', (text, named) => {
  expect(readRoleFlag(text)).toEqual(named);
});

test.each([
  'evaluator',
  '=anthropic',
  'judge=anthropic',
  'evaluator=',
  'evaluator=:x',
  'evaluator=anthropic:',
])('%j is refused, with the roles there are', (text) => {
  expect(() => readRoleFlag(text)).toThrow(UserError);
  const error = (() => {
    try {
      return readRoleFlag(text);
    } catch (thrown) {
      return thrown as UserError;
    }
  })();
  expect(error).toMatchObject({
    help: expect.stringContaining('initializer, coder, examiner, evaluator, planner'),
  });
});

const file = JSON.stringify({
  roles: { evaluator: { brain: 'anthropic', model: 'claude-opus-5', effort: 'high' } },
});

test('a role is named by flags, the last word and the more exact one winning, each told as the origin', () => {
  const flags = {
    role: ['evaluator=command:a', 'planner=anthropic:claude-opus-5', 'coder=command:mine'],
    brain: 'command:all',
  };
  const { config, origins } = loadConfig({ file, flags });
  expect(config.roles.initializer.brain).toBe('command:all');
  expect(config.roles.coder.brain).toBe('command:mine');
  expect(config.roles.planner).toMatchObject({ brain: 'anthropic', model: 'claude-opus-5' });
  expect(origins['roles.coder.brain']).toBe('--role coder');
  expect(origins['roles.planner.model']).toBe('--role planner');
});

test('another brain does not get the model that the file names for its own; the same one keeps it', () => {
  const other = loadConfig({ file, flags: { role: ['evaluator=command:a'] } });
  expect(other.config.roles.evaluator).toMatchObject({ brain: 'command:a', effort: 'high' });
  expect(other.config.roles.evaluator.model).toBeUndefined();
  expect(other.origins['roles.evaluator.model']).toBe('default');
  const same = loadConfig({ file, flags: { role: ['evaluator=anthropic'] } });
  expect(same.config.roles.evaluator.model).toBe('claude-opus-5');
  const byVariables = loadConfig({
    file,
    env: { AGENTLOOP_ROLES_EVALUATOR_BRAIN: 'command:a', AGENTLOOP_ROLES_EVALUATOR_MODEL: 'm' },
  });
  expect(byVariables.config.roles.evaluator).toMatchObject({ brain: 'command:a', model: 'm' });
});

test('a brain that is none is told under the name of the flag', () => {
  expect(() => loadConfig({ flags: { role: ['evaluator=clod'] } })).toThrow(/--role evaluator/);
});
