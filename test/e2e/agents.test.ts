import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { install } from '../brain/agents/stand-ins.ts';
import type { TempRepo } from '../helpers/repo.ts';
import { agentloop, eventsOf, start, untilTold } from './cli.ts';
import { fenced } from './fenced.ts';
import { honest, smallRepo } from './small-repo.ts';

/** Stand-ins of agent CLIs, through the built program. The real ones: `npm run test:clis`. */
describe('a night with an agent CLI', () => {
  let repo: TempRepo;
  let folder: string;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'agents-night-')));
    repo = await smallRepo({ red: true });
    await mkdir(join(folder, 'home/.codex'), { recursive: true });
  });
  afterEach(async () => {
    await repo.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const env = () => ({
    HOME: join(folder, 'home'),
    PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
    ANTHROPIC_API_KEY: 'sk-ant-q8Zr2Lw0Vx7Tn4Kd9Ys',
    CODEX_API_KEY: 'sk-c3Vb8Nm1Qa6Ws0Ed5Rf',
    GITHUB_TOKEN: 'ghp_z7Xc2Vb9Nm4Lk1Jh6Gf3Ds8Aq0Wp5Oi2Uy',
  });

  for (const name of ['claude', 'codex'] as const) {
    fenced(
      `${name}: a lie is refused and mended in the same conversation; only its own key is there`,
      async () => {
        const spends = { inputTokens: 1000, outputTokens: 10, usd: 0.25 };
        const rounds = [
          { spends, claim: { claim: 'done', did: 'nothing' } as const },
          {
            run: `${honest}; env; cat "$HOME/.codex/auth.json"`,
            spends,
            claim: { claim: 'done', did: 'the sum' } as const,
          },
        ];
        const refused = "const refused = stdin.startsWith('Your claim was refused') ? [0, 1] : null;";
        const file = await install(name, folder, { rounds });
        const program = await readFile(file, 'utf8');
        await writeFile(file, program.replace(/^const refused = .*$/m, refused));
        const secret = 'tK4mW9xQ2vB7nJ5s';
        await writeFile(join(folder, 'home/.codex/auth.json'), JSON.stringify({ token: secret }));
        const args = ['run', '--name', 'night', '--brain', name, '--max-cost', '9', '--allow-unknown-cost'];
        const ran = await agentloop(repo.dir, [...args, '--model', 'claude-sonnet-4-5'], env());
        expect(ran.code, ran.err).toBe(0);
        const events = await eventsOf(repo.dir, 'night');
        const ruled = events.filter(({ type }) => type === 'judge.ruled') as {
          scope: string;
          ruling: string;
        }[];
        expect(ruled.filter(({ scope }) => scope === 'candidate').map(({ ruling }) => ruling)).toEqual([
          'refused',
          'accepted',
        ]);
        const costs = events.flatMap((event) =>
          event.type === 'cost.updated' ? [event.usage.inputTokens] : [],
        );
        expect(costs).toEqual([1000, 1000]);
        const said = await readFile(join(repo.dir, '.git/agentloop/runs/night/sessions/1.jsonl'), 'utf8');
        expect(said.match(/"type":"agent.started"/g)).toHaveLength(2);
        const own = name === 'claude' ? 'ANTHROPIC_API_KEY' : 'CODEX_API_KEY';
        expect(said).toMatch(new RegExp(`${own}=\\[redacted`));
        expect(said.match(/[A-Z_]+_(KEY|TOKEN)=/g)).toEqual([`${own}=`]);
        expect(said).not.toContain(secret);
        expect(/token.{1,8}redacted/.test(said)).toBe(name === 'codex');
      },
    );
  }

  const codex = (work: string) => `#!/usr/bin/env node
const say = (line) => require('node:fs').writeSync(1, JSON.stringify(line) + '\\n');
say({ type: 'thread.started', thread_id: '01a1faaa-7371-7281-ab6e-b0758a22b672' });
${work}
say({ type: 'item.completed', item: { id: 'i', type: 'agent_message', text: 'Done.' } });
say({ type: 'turn.completed', usage: { input_tokens: 1, output_tokens: 1 } });
`;
  const copies = async () =>
    (await readdir(join(folder, 'cache'), { recursive: true })).filter((name) =>
      /slots\/[^/]+\/home\/.*auth\.json$/.test(name),
    );

  fenced(
    'the copy of a login is gone when its session is over, and after a kill with the next run',
    async () => {
      await writeFile(join(folder, 'home/.codex/auth.json'), JSON.stringify({ token: 'tK4mW9xQ2vB7nJ5s' }));
      const here = { ...env(), XDG_CACHE_HOME: join(folder, 'cache') };
      const hangs = `say({ type: 'item.completed', item: { id: 'w', type: 'agent_message', text: 'At work.' } });
require('node:child_process').spawnSync('sleep', ['60']);`;
      await install('codex', folder, { program: codex(hangs) });
      const run = start(repo.dir, ['run', '--name', 'night', '--brain', 'codex'], here);
      await untilTold(repo.dir, 'At work.');
      expect(await copies()).toHaveLength(1);
      run.child.kill('SIGKILL');
      await run.done;
      const honestly = `require('node:child_process').execSync(${JSON.stringify(honest)});`;
      await install('codex', folder, { program: codex(honestly) });
      expect((await agentloop(repo.dir, ['run'], here)).code).toBe(0);
      expect(await copies()).toEqual([]);
    },
  );
});
