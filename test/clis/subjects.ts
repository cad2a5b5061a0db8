import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentName } from '../../src/brain/agents/known.ts';
import { agentNames } from '../../src/config-brains.ts';
import { packageRoot } from '../../src/project/templates.ts';
import type { ApiName } from '../helpers/model-servers/model-server.ts';
import { type Access, clis } from './clis.ts';
import { type Installed, pathWith } from './install.ts';
import { pinned } from './pinned.ts';

export type { Access };
export type SubjectName = AgentName | 'stand-in';

/** A brain under test: one of the agent CLIs, or the stand-in that shows that the cases themselves are right. */
export interface Subject {
  readonly name: SubjectName;
  readonly version: string;
  readonly api: ApiName;
  /** Words of the command line that choose it. */
  readonly words: readonly string[];
  env(access: Access): Readonly<Record<string, string>>;
  home(access: Access): Readonly<Record<string, string>>;
  /** What does not hold with it, by case, and why: as the case says it. */
  readonly cannot: Readonly<Record<string, string>>;
  /** Folders that go in front of PATH; they are made in the folder that is given. */
  onPath(folder: string): readonly string[];
}

const standIn: Subject = {
  name: 'stand-in',
  version: '',
  api: 'chat',
  words: ['--brain', 'command:node ~/stand-in.mjs', '--pass-env', 'CHAT_URL', '--pass-env', 'CHAT_KEY'],
  env: ({ url, key }) => ({ CHAT_URL: url, CHAT_KEY: key }),
  home: () => ({ 'stand-in.mjs': readFileSync(join(packageRoot(), 'test', 'clis', 'stand-in.mjs'), 'utf8') }),
  onPath: () => [],
  cannot: { tools: 'our tools are not offered to the model' },
};

/** All subjects, the stand-in first. Those that are not installed are among them. */
export function subjectsOf({ folder }: Installed): readonly Subject[] {
  const ofClis = agentNames.map((name): Subject => {
    const cli = clis[name];
    return {
      name,
      version: pinned[name].version,
      api: cli.api,
      words: ['--brain', name, '--model', cli.model],
      env: cli.env,
      home: (access) => cli.home?.(access) ?? {},
      cannot: cli.cannot ?? {},
      onPath: (into) => [pathWith(name, folder, into)],
    };
  });
  return [standIn, ...ofClis];
}
