import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BrainDeps, makeBrain } from '../../src/brain/make-brain.ts';
import { brainForms as forms } from '../../src/config-brains.ts';
import { UserError } from '../../src/errors.ts';

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'make-brain-')));
  await writeFile(join(folder, 's.json'), '{"version":1,"sessions":[{"steps":[]}]}');
  await writeFile(join(folder, 'agent.sh'), 'true');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const make = (spec: string, change: Partial<BrainDeps> = {}) =>
  makeBrain(spec, {
    cwdOfCaller: folder,
    home: folder,
    env: {},
    passEnv: {},
    passHome: [],
    forbidden: [],
    now: Date.now,
    apiKey: undefined,
    authToken: undefined,
    baseUrl: undefined,
    model: undefined,
    effort: undefined,
    prices: undefined,
    ...change,
  });

test('each form makes its brain, with files taken from where the caller stands', async () => {
  expect(await make('scripted:s.json')).toMatchObject({ name: 'scripted:s.json', pricing: 'free' });
  expect(await make('command:sh ./agent.sh\nexit 0')).toMatchObject({
    name: 'command:sh ./agent.sh\nexit 0',
    pricing: 'unknown',
    needs: { readOnly: expect.arrayContaining([join(folder, 'agent.sh')]) },
  });
  expect(await make('acp:sh ./agent.sh')).toMatchObject({
    name: 'acp:sh ./agent.sh',
    needs: { readOnly: expect.arrayContaining([join(folder, 'agent.sh')]) },
  });
  const ours = await make('anthropic', { apiKey: 'sk-test', model: 'claude-test-1' });
  expect(ours).toMatchObject({ name: 'anthropic', model: 'claude-test-1', pricing: 'unknown' });
  expect((await make('anthropic', { authToken: 't' })).name).toBe('anthropic');
});

describe('a brain that cannot be made is told with what to do', () => {
  const trouble = async (spec: string, change: Partial<BrainDeps> = {}): Promise<UserError> => {
    const error = await make(spec, change).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  };

  test('no key', async () => {
    for (const change of [{}, { apiKey: '' }, { baseUrl: 'http://127.0.0.1:1' }]) {
      const error = await trouble('anthropic', change);
      expect(error.exit).toBe('cannot-start');
      expect(error.message).toMatch(/needs a key/);
      expect(error.help).toMatch(/Set ANTHROPIC_API_KEY .*or choose another brain: .*--brain/);
    }
  });

  test.for([
    ['', 'There is no brain "".', `Choose one of ${forms}.`],
    ['gpt', 'There is no brain "gpt".', `Choose one of ${forms}.`],
    ['cursor', 'There is no brain "cursor".', `Choose one of ${forms}.`],
    ['acp: ', 'The brain "acp: " names no command.', `Choose a brain with --brain: ${forms}.`],
    [
      './agent.sh --x',
      'There is no brain "./agent.sh --x".',
      `Choose one of ${forms}. For a program of your own: --brain 'command:./agent.sh --x'.`,
    ],
    ['command:', 'The brain "command:" names no command.', `Choose a brain with --brain: ${forms}.`],
    ['scripted: ', 'The brain "scripted: " names no script.', `Choose a brain with --brain: ${forms}.`],
  ] as const)('%s', async ([spec, message, help]) => {
    expect(await trouble(spec)).toMatchObject({ message, help, exit: 'usage' });
  });

  test.each(['claude', 'gemini', 'opencode', 'copilot', 'qwen'])('no program %s on PATH', async (name) => {
    const error = await trouble(name, { env: { PATH: folder } });
    expect(error.message).toContain(`there is no ${name} on PATH`);
    expect(error.help).toMatch(/npm install -g \S+/);
  });

  test('a file of prices that is not there', async () => {
    const error = await trouble('anthropic', { apiKey: 'sk-test', prices: join(folder, 'none.json') });
    expect(error.message).toContain(`${folder}/none.json`);
  });

  test('a script that is not there', async () => {
    expect((await trouble('scripted:none.json')).message).toBe(
      `The script ${folder}/none.json is not there.`,
    );
  });
});
