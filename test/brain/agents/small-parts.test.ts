import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spokenOutcome } from '../../../src/brain/agents/claim-of.ts';
import { findProgram } from '../../../src/brain/agents/find-program.ts';
import { loginSecrets, refuseForgeTokens } from '../../../src/brain/agents/lent.ts';
import { installedAgent } from '../../../src/brain/agents/make-agent.ts';
import { UserError } from '../../../src/errors.ts';

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'parts-')));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});
const put = async (file: string, content = '#!/bin/sh\n', mode = 0o755): Promise<string> => {
  const at = join(folder, file);
  await mkdir(dirname(at), { recursive: true });
  await writeFile(at, content);
  await chmod(at, mode);
  return at;
};

describe('the claim in a last message', () => {
  test.each([
    ['the whole message', '{"claim":"partial","did":"half"}'],
    ['a fenced block', 'Well.\n\n```json\n{"claim":"partial","did":"half"}\n```\nBye.'],
    ['its last lines', 'I did {"claim":"done"} this:\n{\n  "claim": "partial",\n  "did": "half"\n}'],
    ['the last of two blocks', '```json\n{"claim":"done"}\n```\n```\n{"claim":"partial","did":"half"}\n```'],
  ])('%s', (_, words) => {
    expect(spokenOutcome(words)).toEqual({ kind: 'read', outcome: { claim: 'partial', did: 'half' } });
  });

  test.each([
    ['nothing', ''],
    ['another object', '```json\n{"name":"x","version":1}\n```'],
    ['a claim nobody knows', '{"claim":"finished"}'],
    ['one with more in it than a claim', '{"claim":"done","passes":true}'],
    ['one that is cut', '{"claim":"done","did":"ha'],
    ['a question without words', '{"claim":"needs-human"}'],
  ])('%s is none', (_, words) => {
    expect(spokenOutcome(words)).toEqual({ kind: 'none' });
  });
});

describe('a program on PATH', () => {
  test('of a package: it is started where it stands, and all packages beside it are readable', async () => {
    const real = await put('global/lib/node_modules/@some/agent/bin/agent.js');
    await mkdir(join(folder, 'global/bin'), { recursive: true });
    await symlink(real, join(folder, 'global/bin/agent'));
    expect(findProgram('agent', `${folder}/none:${folder}/global/bin`, [])).toEqual({
      file: real,
      needs: [join(folder, 'global/lib/node_modules')],
    });
  });

  test('a link elsewhere keeps its name, which launchers look at', async () => {
    const real = await put('share/versions/2');
    await mkdir(join(folder, 'local/bin'), { recursive: true });
    const link = join(folder, 'local/bin/agent');
    await symlink(real, link);
    expect(findProgram('agent', `${folder}/local/bin`, [])).toEqual({ file: link, needs: [link, real] });
  });

  test('in the repository it is not looked at; what cannot be run is none', async () => {
    await put('repo/node_modules/.bin/agent');
    await put('dead/agent', 'text', 0o644);
    const path = `${folder}/repo/node_modules/.bin:${folder}/dead:relative`;
    expect(findProgram('agent', path, [join(folder, 'repo')])).toBeUndefined();
  });

  test('that is not there is told before the run, with how to get it', async () => {
    const deps = { env: { PATH: folder }, home: folder, forbidden: [], passEnv: {}, passHome: [] };
    const made = installedAgent('codex', deps as unknown as Parameters<typeof installedAgent>[1]);
    await expect(made).rejects.toThrow(UserError);
    await expect(made).rejects.toMatchObject({ help: expect.stringContaining('@openai/codex') });
  });
});

describe('keys', () => {
  test('of forges and registries are passed to nobody', () => {
    for (const name of ['GITHUB_TOKEN', 'gh_token', 'GITLAB_TOKEN', 'CI_JOB_TOKEN', 'ACTIONS_RUNTIME_TOKEN'])
      expect(() => refuseForgeTokens(['MY_KEY', name])).toThrow(new RegExp(name));
    refuseForgeTokens(['COPILOT_GITHUB_TOKEN', 'MY_KEY', 'GITHUB_USER']);
  });

  test('in login files are known secrets; words and dates in them are not', async () => {
    await put(
      '.codex/auth.json',
      '{"tokens":{"id":"sk-q8Zr2Lw0Vx7Tn4Kd9Ys","a":["short"]},"last_refresh":"2026-11-20","url":"https://api.example.com/v1"}',
    );
    await put('.claude/.credentials.json', 'no json');
    const whole = JSON.stringify({ provider: { options: { apiKey: 'or-x1Cv5Bn8Ma2Qs6We9Rt' } } });
    const env = { OPENCODE_CONFIG_CONTENT: whole, OPENAI_API_KEY: '12345678901234567890', MY: whole };
    expect(loginSecrets(folder, env)).toEqual(['sk-q8Zr2Lw0Vx7Tn4Kd9Ys', 'or-x1Cv5Bn8Ma2Qs6We9Rt']);
  });
});
