import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AgentName } from '../../src/brain/agents/known.ts';
import { smallRepo, honest as work } from '../e2e/small-repo.ts';
import { modelServer } from '../helpers/model-servers/model-server.ts';
import type { Turn } from '../helpers/model-servers/moves.ts';
import { must, stageFor } from './case.ts';
import { clis } from './clis.ts';
import { type Installed, pathWith } from './install.ts';
import { subjectsOf } from './subjects.ts';

const turns: readonly Turn[] = [{ run: work }, { say: 'There is a sum now.' }];

/** ms of one session of an agent CLI through us, without workspace and judge, and of the same call of it bare. */
export interface Pair {
  readonly ours: number;
  readonly bare: number;
}

/** Measures one of them once; both start with an empty HOME, in the same repository, with the same brief. */
export async function overhead(name: AgentName, here: Installed): Promise<Pair> {
  const subject = subjectsOf(here).find((one) => one.name === name);
  must(subject, `there is no ${name}`);
  await using stage = await stageFor(subject, turns);
  const { code, err } = await stage.scene.start(stage.words('--max-sessions', '1')).done;
  must(code === 0, `${name} ended with ${code}: ${err}`);
  const finished = (await stage.scene.events()).find((event) => event.type === 'brain.finished');
  must(finished, 'the brain did not finish');
  return { ours: finished.ms, bare: await bare(name, here) };
}

async function bare(name: AgentName, { folder }: Installed): Promise<number> {
  const cli = clis[name];
  const root = mkdtempSync(join(tmpdir(), 'agentloop-bare-'));
  await using repo = await smallRepo({ red: true });
  await using server = await modelServer(
    cli.api,
    [{ when: 'Add two numbers', turns }],
    'sk-scripted-0123456789abcdef',
  );
  const access = { url: server.url, key: 'sk-scripted-0123456789abcdef' };
  try {
    const home = join(root, 'home');
    for (const [path, text] of Object.entries(cli.home?.(access) ?? { '.gitconfig': '' })) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text);
    }
    const bin = pathWith(name, folder, join(root, 'bin'));
    const { args, env = {} } = cli.bare(access);
    const base = { PATH: `${bin}:${process.env['PATH']}`, HOME: home, TMPDIR: root, LANG: 'C.UTF-8' };
    const start = performance.now();
    const child = spawn(join(bin, name), args, {
      cwd: repo.dir,
      env: { ...base, ...cli.env(access), ...env },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.end('F001: Add two numbers. There is a red test for it; make it green.\n');
    const code = await new Promise((resolve) => child.on('close', resolve));
    const ms = performance.now() - start;
    must(
      code === 0 && server.unplayed().length === 0,
      `${name} alone ended with ${code}: ${server.violations}`,
    );
    return ms;
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  }
}
