import { type AgentName, knownAgents } from '../brain/agents/known.ts';
import { type Login, loginOf } from '../brain/agents/login-of.ts';
import { installOf, tried } from '../brain/agents/tried.ts';
import { askVersion, patience, type Told, versionIn } from '../brain/agents/version-of.ts';
import { shellQuote } from '../brain/own-files.ts';
import { agentNames } from '../config-brains.ts';
import { raiseFence, type Setting } from '../loop/setting.ts';
import { tryInside } from '../workspace/try-inside.ts';
import type { Finding } from './diagnosis.ts';
import { homeOf, programOf, repositoryOf } from './find-brains.ts';
import type { Io } from './io.ts';

/** How a person logs in. */
const logIn: Readonly<Record<AgentName, string>> = {
  claude: 'claude, then /login',
  codex: 'codex login',
  gemini: 'gemini, then choose how to log in',
  opencode: 'opencode auth login',
  copilot: 'copilot, then /login',
  qwen: 'qwen, then choose how to log in',
};

/** The agent CLI that a brain's name stands for, if it does. */
export function agentNamed(brain: string): AgentName | undefined {
  return agentNames.find((name) => name === brain);
}

/**
 * Whether an agent CLI could work here: its program is there, runs, also behind the fence of this repository, and has a
 * key or a login. It is asked for its version and nothing else; no provider is.
 */
export async function inspectAgent(
  io: Io,
  agent: AgentName,
  setting: Setting | undefined,
): Promise<Omit<Finding, 'name'>> {
  const { program, keys } = knownAgents[agent];
  const found = programOf(io, agent);
  if (found === undefined) {
    const what = `${agent}, but there is no program ${program} on PATH`;
    return { state: 'fail', what, help: `${installOf(agent)}\nor choose another brain: agentloop brains` };
  }
  const inside = setting === undefined ? undefined : await behindFence(io, setting, found);
  // Where it runs behind the fence it runs: to start it takes some of them seconds.
  const told =
    inside && 'version' in inside
      ? inside
      : await askVersion(found.file, io.env['PATH'] ?? '', repositoryOf(io));
  if ('trouble' in told) {
    const what = `${agent}, but ${found.file} does not run: ${told.trouble}`;
    return { state: 'fail', what, help: `Install it again, with its install scripts:\n${installOf(agent)}` };
  }
  if (inside && 'trouble' in inside) {
    const what = `${agent} ${told.version}, but behind the fence ${found.file} does not run: ${inside.trouble}`;
    const help =
      'Name the folder it needs under fence.readOnly in agentloop.config.json, or install it for all:';
    return { state: 'fail', what, help: `${help}\nsudo ${installOf(agent)}` };
  }
  const version = told.version === tried[agent].version ? '' : ` (tried with ${tried[agent].version})`;
  const who = `${agent} ${told.version}${version}`;
  const login = loginOf(knownAgents[agent], io.env, homeOf(io));
  const runs = inside === undefined ? '' : ', runs behind the fence';
  if (login !== undefined) return { state: 'ok', what: `${who}, ${loginWords(login)}${runs}` };
  const help = `${logIn[agent]}\nor export one of: ${keys.join(', ')}`;
  return { state: 'warn', what: `${who}, but neither a key nor a login of it was found${runs}`, help };
}

function loginWords({ by, name }: Login): string {
  return by === 'file' ? `logged in by ~/${name}` : `${name} is set`;
}

/** Undefined where there is no fence to get behind. */
async function behindFence(
  io: Io,
  setting: Setting,
  { file, needs }: NonNullable<ReturnType<typeof programOf>>,
): Promise<Told | undefined> {
  const fence = await raiseFence(setting, { env: io.env, say: () => undefined });
  if (fence.mode === 'none') return undefined;
  const command = `${shellQuote(file)} --version`;
  const said: string[] = [];
  const ended = await tryInside(fence, setting.repo.cacheDir, command, {
    readOnly: needs,
    timeoutMs: patience,
    onLine: (line, from) => from === 'stdout' && said.push(line),
  });
  const version = versionIn(said.join('\n'));
  if (ended.code === 0 && version !== undefined) return { version };
  const last = ended.output.trim().split('\n').pop() ?? '';
  const how =
    ended.fenceFailed ?? (ended.ended === null ? `exit code ${ended.code ?? ended.signal}` : 'no answer');
  return { trouble: last === '' ? how : `${how}: ${last.slice(0, 300)}` };
}
