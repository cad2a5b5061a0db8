import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { parseAction } from '@actions/workflow-parser/actions/action-parser';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { platforms, shapes, type WorkflowParts, workflow } from '../../../src/cli/ci/workflow.ts';
import { ci } from '../../../src/cli/commands/ci.ts';
import { fakeIo } from '../../helpers/fake-io.ts';
import { tempRepo } from '../../helpers/repo.ts';

const parts: WorkflowParts = {
  branch: 'main',
  brain: 'anthropic',
  secret: 'ANTHROPIC_API_KEY',
  node: '24',
  install: 'npm install --global agentloop-cli@0.1.0',
  maxCost: 5,
  until: '06:30 Europe/Berlin',
};

/** What GitHub's own parser finds wrong with a workflow. */
async function faults(text: string): Promise<readonly string[]> {
  const parsed = parseWorkflow({ name: 'agentloop.yml', content: text }, new NoOperationTraceWriter());
  const found = parsed.context.errors.getErrors().map(({ message }) => message);
  if (parsed.value === undefined || found.length > 0) return found;
  const { errors = [] } = await convertWorkflowTemplate(parsed.context, parsed.value);
  return errors.map(({ Message }) => Message);
}

describe('a workflow of GitHub', () => {
  it.each(shapes)('%s is one for its own parser, which finds what is wrong in another', async (shape) => {
    const text = workflow('github', shape, parts);
    expect(await faults(text)).toEqual([]);
    expect(await faults(text.replace('timeout-minutes', 'timeout-hours'))).not.toEqual([]);
    expect(await faults(text.replace('steps.ready.outputs.go ==', 'stepps.ready =='))).not.toEqual([]);
  });

  it.each(shapes)(
    '%s: nothing may do more than it needs, one works at a time, and the signal reaches us',
    (shape) => {
      const text = workflow('github', shape, parts);
      const { permissions, concurrency, jobs } = parse(text);
      expect(permissions).toEqual({});
      expect(concurrency).toEqual({ group: 'agentloop', 'cancel-in-progress': false });
      const { night, deliver } = jobs;
      const write = {
        actions: 'write',
        contents: 'write',
        issues: 'write',
        'pull-requests': 'write',
        statuses: 'write',
      };
      expect(night.permissions).toEqual(shape === 'split' ? { contents: 'read' } : write);
      if (shape === 'split') expect(deliver.permissions).toEqual(write);
      expect(JSON.stringify(deliver ?? {})).not.toContain('ANTHROPIC_API_KEY');
      const work = night.steps.find((step: { id?: string }) => step.id === 'work');
      expect(work.run).toMatch(/^exec agentloop run --resume auto /);
      // It ends itself before the platform does, with room for what comes after.
      expect(work.run).toContain('--max-duration 5h20m');
      expect(night['timeout-minutes']).toBeGreaterThan(5 * 60 + 20 + 15);
      expect(night['timeout-minutes']).toBeLessThan(6 * 60);
      for (const used of text.matchAll(/ uses: (\S+)/g)) expect(used[1]).toMatch(/^actions\/[\w-]+@v\d+$/);
      // No expression stands in a script: what it gives would be read by the shell.
      for (const job of Object.values(jobs) as { steps: { run?: string }[] }[])
        for (const { run = '' } of job.steps) expect(run).not.toContain('${{');
    },
  );
});

describe('a pipeline of GitLab', () => {
  it.each(shapes)('%s says when it runs, one at a time, and ends itself before the runner does', (shape) => {
    const pipeline = parse(workflow('gitlab', shape, parts));
    const night = { ...pipeline['.agentloop'], ...pipeline.agentloop };
    expect(night).toMatchObject({ resource_group: 'agentloop', interruptible: false, timeout: '5h 50m' });
    for (const lines of [night.before_script, night.script, night.after_script])
      for (const line of lines) expect(line).toEqual(expect.any(String));
    expect(night.script.at(-1)).toMatch(/^exec agentloop run --resume auto .*--max-duration 5h20m/);
    expect(pipeline.agentloop.variables.RUNNER_SCRIPT_TIMEOUT).toBe('5h 30m');
    expect(night.artifacts.reports).toEqual({ junit: 'agentloop-junit.xml', dotenv: 'agentloop.env' });
    expect(JSON.stringify(night.rules)).toContain('CI_PIPELINE_SOURCE');
    if (shape === 'simple') return;
    expect(pipeline.deliver.script.join('\n')).toMatch(/verify[\s\S]*unbundle[\s\S]*push[\s\S]*pr /);
    expect(pipeline.agentloop.environment.name).not.toBe(pipeline.deliver.environment.name);
    expect(JSON.stringify(pipeline.deliver)).not.toContain('ANTHROPIC_API_KEY');
  });
});

it('what a repository calls things cannot get out of its place in a workflow', async () => {
  for (const platform of platforms)
    for (const shape of shapes) {
      const make = (more: Partial<WorkflowParts>) => workflow(platform, shape, { ...parts, ...more });
      const text = make({ brain: "command:it's; rm -rf $HOME" });
      expect(text).toContain(`--brain 'command:it'\\''s; rm -rf $HOME'`);
      if (platform === 'github') expect(await faults(text)).toEqual([]);
      else expect(() => parse(text)).not.toThrow();
      for (const wrong of [
        { brain: 'command:x\ny' },
        { brain: `command:${'$'}{{ secrets.X }}` },
        { branch: 'a b' },
        { secret: 'A B' },
        { until: "06:30'; x" },
      ])
        if (platform === 'github' || wrong.branch === undefined)
          expect(() => make(wrong)).toThrow(/cannot stand/);
    }
});

it('agentloop ci fills in what the repository is like, and says what else it wants', async () => {
  await using repo = await tempRepo({
    '.nvmrc': 'v22.11\n',
    'agentloop.config.json':
      '{ "roles": { "coder": { "brain": "codex" } }, "limits": { "until": "05:45", "maxCost": 7 } }',
  });
  const io = fakeIo({ cwd: repo.dir, env: process.env });
  expect(await ci(io, 'github', {}, '9.9.9')).toBe(0);
  const text = io.out();
  expect(await faults(text)).toEqual([]);
  for (const said of [
    'secrets.CODEX_API_KEY',
    "node-version: '22.11'",
    '--brain codex ',
    "--until '05:45 UTC'",
    "default: '7'",
    'npm install --global agentloop-cli@9.9.9 @openai/codex@',
    'ref: main',
  ])
    expect(text).toContain(said);
  expect(io.err()).toContain('agentloop init');
  expect(io.err()).toContain('CODEX_API_KEY');
  await expect(ci(fakeIo({ cwd: repo.dir, env: {} }), 'gitlub', {}, '1')).rejects.toThrow(/Did you mean git/);
  const own = ci(fakeIo({ cwd: repo.dir, env: {} }), 'github', { brain: 'command:x' }, '1');
  await expect(own).rejects.toThrow(/Nobody knows which key/);
});

it('action.yml is one for the same parser, and hands on each output it promises', () => {
  const content = readFileSync(join(import.meta.dirname, '../../../action.yml'), 'utf8');
  const lint = (text: string) => {
    const { context } = parseAction({ name: 'action.yml', content: text }, new NoOperationTraceWriter());
    return context.errors.getErrors().map(({ message }) => message);
  };
  expect(lint(content)).toEqual([]);
  expect(lint(content.replace('using: composite', 'used: composite'))).not.toEqual([]);
  const { outputs, runs } = parse(content);
  expect(Object.keys(outputs).sort()).toEqual(
    ['accepted', 'branch', 'cost', 'pr_url', 'remaining', 'resume', 'run', 'status'].sort(),
  );
  for (const { run = '' } of runs.steps) expect(run).not.toContain('${{');
});
