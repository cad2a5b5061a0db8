import { cp, mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { packageRoot } from '../../project/templates.ts';
import { runProcess } from '../../workspace/run-process.ts';
import type { Flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { init } from './init.ts';
import { report } from './report.ts';
import { run } from './run.ts';

/** `agentloop demo`: the whole product on a sample repository in a new folder, offline: plan, night, report. */
export async function demo(io: Io, flags: Flags, version: string): Promise<number> {
  const example = join(packageRoot(), 'examples', 'todo-cli');
  const folder = await mkdtemp(join(tmpdir(), 'agentloop-demo-'));
  const repo = join(folder, 'todo');
  await mkdir(repo);
  await cp(join(example, 'sample'), repo, { recursive: true });
  // The sample's own name for it: npm takes files called .gitignore out of packages.
  await cp(join(example, 'files', 'gitignore'), join(repo, '.gitignore'));
  await cp(join(example, 'spec.md'), join(repo, 'spec.md'));
  const env = { ...plain(io.env), XDG_CACHE_HOME: join(folder, 'cache') };
  await git(repo, env, 'init', '-q', '-b', 'main');
  await git(repo, env, 'config', 'user.name', 'Demo');
  await git(repo, env, 'config', 'user.email', 'demo@localhost');
  await git(repo, env, 'add', '-A');
  await git(repo, env, 'commit', '-q', '-m', 'A small todo list');

  const inside: Io = { ...io, cwd: repo, env };
  const brain = `scripted:${join(example, 'script.json')}`;
  const say = (text: string) => io.stderr.write(`${text}\n`);
  say(`A sample repository stands in ${repo}\n`);
  say('$ agentloop init spec.md --brain scripted:script.json');
  const planned = await init(inside, 'spec.md', { ...flags, brain }, version);
  if (planned !== 0) return planned;
  say('\n$ agentloop run --max-cost 1 --brain scripted:script.json');
  const code = await run(inside, { ...flags, brain, maxCost: '1' }, version);
  say('\n$ agentloop report');
  await report(inside, undefined, {});
  const [night = ''] = (await readdir(join(repo, '.git', 'agentloop', 'runs'))).filter(
    (name) => !name.startsWith('init-'),
  );
  say(`\nLook round:  cd ${repo} && git log --stat agentloop/${night}`);
  say(`Remove it:   rm -rf ${folder}`);
  return code;
}

/** What the demo needs of the environment: no key reaches it, and no setting of the user's changes its story. */
function plain(env: Io['env']): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => !/^(AGENTLOOP_|ANTHROPIC_|GIT_)/.test(name));
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

async function git(cwd: string, env: Record<string, string>, ...args: string[]): Promise<void> {
  const { code, stderr, trouble } = await runProcess(['git', ...args], { cwd, env });
  if (code === 0) return;
  throw new UserError(
    `git ${args[0]} failed in ${cwd}: ${trouble ?? stderr.toString('utf8').trim()}`,
    'agentloop doctor',
    'cannot-start',
  );
}
