import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AcpLaunch } from '../../src/brain/acp/launch.ts';
import { claudeTranslator } from '../../src/brain/agents/claude.ts';
import { codexTranslator } from '../../src/brain/agents/codex.ts';
import { copilotLaunch } from '../../src/brain/agents/copilot.ts';
import { geminiLaunch } from '../../src/brain/agents/gemini.ts';
import type { AgentName } from '../../src/brain/agents/known.ts';
import { opencodeLaunch } from '../../src/brain/agents/opencode.ts';
import { qwenLaunch } from '../../src/brain/agents/qwen.ts';
import { mcpServer } from '../../src/brain/mcp/how-to-start.ts';
import { smallRepo, honest as work } from '../e2e/small-repo.ts';
import { modelServer } from '../helpers/model-servers/model-server.ts';
import type { Turn } from '../helpers/model-servers/moves.ts';
import { askBare } from './bare-acp.ts';
import { must, stageFor } from './case.ts';
import { clis } from './clis.ts';
import { type Installed, pathWith } from './install.ts';
import { subjectsOf } from './subjects.ts';

const turns: readonly Turn[] = [{ run: work }, { say: 'There is a sum now.' }];
const brief = 'F001: Add two numbers. There is a red test for it; make it green.\n';
const key = 'sk-scripted-0123456789abcdef';

/** ms of one session of an agent CLI, two calls of the model: each with an empty HOME, in the same repository. */
export interface Sides {
  /** Through us: all but workspace and judge. */
  readonly ours: number;
  /** What of that its process was there, inside the fence. */
  readonly process: number;
  /** The same words and variables by hand: no fence, but our server of tools; over ACP until it has answered. */
  readonly same: number;
  /** As a script would call it, without any server. */
  readonly bare: number;
}

/** Measures all sides of one of them once. */
export async function overhead(name: AgentName, here: Installed): Promise<Sides> {
  const bare = await alone(name, here, 'bare');
  const same = await alone(name, here, 'same');
  const subject = subjectsOf(here).find((one) => one.name === name);
  must(subject, `there is no ${name}`);
  return { ...(await through(subject.words, name, here)), same, bare };
}

/** The same of a program that does the work and no more: what a session costs through us whoever thinks. */
export async function overheadOfNobody(here: Installed): Promise<Pick<Sides, 'ours' | 'process'>> {
  return await through(['--brain', `command:${work}`], 'codex', here);
}

async function through(
  words: readonly string[],
  name: AgentName,
  here: Installed,
): Promise<Pick<Sides, 'ours' | 'process'>> {
  const subject = subjectsOf(here).find((one) => one.name === name);
  must(subject, `there is no ${name}`);
  await using stage = await stageFor({ ...subject, words }, turns);
  const { code, err } = await stage.scene.start(stage.words('--max-sessions', '1')).done;
  must(code === 0, `${name} ended with ${code}: ${err}`);
  const finished = (await stage.scene.events()).find((event) => event.type === 'brain.finished');
  must(finished, 'the brain did not finish');
  const entries = (await stage.scene.transcripts())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const ended = entries.find(({ type }) => /^(acp|agent|command)\.ended$/.test(type)) as { ms: number };
  return { ours: finished.ms, process: ended.ms };
}

async function alone(name: AgentName, { folder }: Installed, side: 'same' | 'bare'): Promise<number> {
  const cli = clis[name];
  const root = mkdtempSync(join(tmpdir(), 'agentloop-bare-'));
  await using repo = await smallRepo({ red: true });
  await using server = await modelServer(cli.api, [{ when: 'Add two numbers', turns }], key);
  const access = { url: server.url, key };
  try {
    const home = join(root, 'home');
    for (const [path, text] of Object.entries(cli.home?.(access) ?? { '.gitconfig': '' })) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text);
    }
    const file = join(pathWith(name, folder, join(root, 'bin')), name);
    const lent = cli.env(access);
    const call: Call =
      side === 'bare' ? { ...cli.bare(access), file } : sameCall(name, file, { root, home, lent });
    const base = { PATH: `${join(root, 'bin')}:${process.env['PATH']}`, HOME: home, TMPDIR: root };
    const start = performance.now();
    const child = spawn(call.file, call.args, {
      cwd: repo.dir,
      env: { ...base, LANG: 'C.UTF-8', ...lent, ...call.env },
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    const closed = new Promise((resolve) => child.once('close', resolve));
    if (call.launch !== undefined) {
      const model = call.launch.choose?.model;
      await askBare(child, { cwd: repo.dir, server: toolsIn(root), model, text: brief });
    } else {
      child.stdout.resume();
      child.stdin.end(brief);
      must((await closed) === 0, `${name} alone ended badly: ${server.violations}`);
    }
    const ms = performance.now() - start;
    must(server.unplayed().length === 0, `${name} alone did not do it: ${server.violations}`);
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await closed;
    return ms;
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 10 });
  }
}

interface Call {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly launch?: AcpLaunch;
}

const launches = { gemini: geminiLaunch, opencode: opencodeLaunch, copilot: copilotLaunch, qwen: qwenLaunch };

/** The words and variables that it gets of us. */
function sameCall(
  name: AgentName,
  file: string,
  { root, home, lent }: { root: string; home: string; lent: Readonly<Record<string, string>> },
): Call {
  const { model } = clis[name];
  const { command, args, env } = toolsIn(root);
  const variables = Object.fromEntries(env.map((one) => [one.name, one.value]));
  if (name === 'claude' || name === 'codex') {
    const translator =
      name === 'claude'
        ? claudeTranslator({ model, effort: undefined, prices: {} })
        : codexTranslator({ model, effort: undefined });
    const tools = { command, args, env: variables };
    const launch = translator.launch({ isFenced: true, turns: 50, tools });
    return { file, args: launch.words, env: { ...launch.env, ...variables } };
  }
  const deps = { passEnv: {}, passHome: [], model, effort: undefined, home };
  const launch = launches[name]({ program: { file, needs: [] }, lent: { env: lent, files: [] }, ...deps });
  const config = join(root, 'mcp.json');
  const servers = { agentloop: { type: 'stdio', command, args, env: variables } };
  writeFileSync(config, JSON.stringify({ mcpServers: servers }));
  return { file: 'sh', args: ['-c', launch.command], env: { ...launch.env, AGENTLOOP_MCP: config }, launch };
}

function toolsIn(root: string) {
  const { command, args } = mcpServer();
  const variables = { AGENTLOOP_OUTCOME: join(root, 'outcome.json'), AGENTLOOP_ROLE: 'coder' };
  const env = Object.entries(variables).map(([name, value]) => ({ name, value }));
  return { name: 'agentloop', command, args: [...args], env };
}
