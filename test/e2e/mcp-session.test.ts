import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import type { TempRepo } from '../helpers/repo.ts';
import { eventsOf } from './cli.ts';
import { fenced } from './fenced.ts';
import { smallRepo } from './small-repo.ts';

const top = join(import.meta.dirname, '..', '..');
const brain = join(import.meta.dirname, 'programs', 'mcp-brain.mjs');

describe('a whole session claims through our MCP server, inside the fence', () => {
  let repo: TempRepo;
  let out: string;
  beforeEach(async () => {
    out = await realpath(await mkdtemp(join(tmpdir(), 'mcp-session-')));
  });
  afterEach(async () => {
    await repo.remove();
    await rm(out, { recursive: true, force: true });
  });

  /** Our program as it is installed, in another place. */
  async function install(folder: string): Promise<string> {
    await mkdir(folder, { recursive: true });
    for (const part of ['bin', 'dist', 'templates', 'package.json'])
      await cp(join(top, part), join(folder, part), { recursive: true });
    return join(folder, 'bin', 'agentloop.cjs');
  }

  async function night(bin: string, look: readonly string[], env: Record<string, string>): Promise<string> {
    const args = ['run', '--name', 'night', '--brain', `command:node ${brain} ${look.join(' ')}`];
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: repo.dir,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code, err).toBe(0);
    const events = await eventsOf(repo.dir, 'night');
    const claims = events.filter((event) => event.type === 'claim.made');
    expect(claims).toMatchObject([
      { claim: 'done', handoff: { did: 'nothing for F001', learned: 'the tests need no network' } },
      {
        claim: 'done',
        handoff: {
          did: 'mended proof.missing',
          learned: 'read the verdict\nthe tests need no network\nsums live in src',
        },
      },
    ]);
    expect(events.filter((event) => event.type === 'session.ended')).toMatchObject([{ outcome: 'landed' }]);
    return await readFile(join(repo.dir, '.git/agentloop/runs/night/sessions/1.jsonl'), 'utf8');
  }

  fenced('installed below HOME: refused, mended, landed, and HOME stays hidden', async () => {
    repo = await smallRepo({ red: true });
    const home = join(out, 'home');
    const bin = await install(join(home, 'tools', 'agentloop'));
    await mkdir(join(home, 'private'));
    const said = await night(bin, [join(home, 'private')], { HOME: home });
    expect(said).toContain(`${join(home, 'private')} is hidden`);
    expect(said).not.toContain('can be seen');
  });

  fenced('in the very repository that is worked on: its history and its ledger stay hidden', async () => {
    repo = await smallRepo({ red: true });
    await writeFile(join(repo.dir, '.git', 'info', 'exclude'), 'bin\ndist\ntemplates\n');
    const before = await repo.git('rev-parse', 'HEAD');
    const bin = await install(repo.dir);
    const hidden = ['.git', '.git/agentloop', 'src', 'templates', 'test'].map((name) => join(repo.dir, name));
    const said = await night(bin, [...hidden, join(repo.dir, 'dist')], {});
    for (const path of hidden) expect(said).toContain(`${path} is hidden`);
    expect(said).toContain(`${join(repo.dir, 'dist')} can be seen`);
    expect(await repo.git('rev-parse', 'HEAD')).toBe(before);
  });
});
