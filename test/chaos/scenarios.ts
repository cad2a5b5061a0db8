/** A repository, a brain's script and a command: what is played, killed and played again. */
export interface Scenario {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** Of the scripted brain; none: the built-in one, whose server the world's environment names. */
  readonly sessions: readonly object[];
  readonly args: readonly string[];
}

const write = (path: string, content: string) => ({ write: { path, content } });
const done = { claim: { claim: 'done', did: 'It is there.' } };

function feature(id: string, more: object = {}): object {
  const file = `src/${id.toLowerCase()}.txt`;
  return {
    id,
    title: `Write ${file}`,
    description: `The file ${file} says "good".`,
    steps: [],
    priority: 100,
    dependsOn: [],
    proof: 'command',
    verify: `grep -qx good ${file}`,
    passes: false,
    ...more,
  };
}

const plan = (features: readonly object[]) => ({
  'feature-list.json': `${JSON.stringify({ version: 1, spec: 'files', features }, null, 2)}\n`,
  'init.sh': '#!/bin/sh\nexit 0\n',
  'AGENTS.md': '# files\n',
  'agentloop.config.json': `${JSON.stringify({
    judge: {
      checks: [{ name: 'files', command: 'sh check.sh', timeout: '1m' }],
      mutants: { enabled: false },
    },
    limits: { refusalsPerSession: 1, sessionsPerFeature: 2 },
  })}\n`,
});

const product = { 'check.sh': '! grep -rq broken src\n', 'src/first.txt': 'good\n' };

/**
 * A run with all that sessions come to: a lie that is refused and then mended, work in two parts, a question, and one
 * that gets nowhere and is blocked.
 */
export const night: Scenario = {
  name: 'night',
  args: ['run', '--name', 'night', '--output', 'plain'],
  files: {
    ...product,
    ...plan([feature('F001'), feature('F002'), feature('F003'), feature('F004')]),
  },
  sessions: [
    {
      when: { feature: 'F001' },
      steps: [write('src/f001.txt', 'bad\n'), done],
      afterRefusal: [[write('src/f001.txt', 'good\n'), done]],
    },
    {
      when: { feature: 'F002', nth: 1 },
      // Grows each time: a session that changes nothing is stuck, and a killed one starts again.
      steps: [
        { run: { command: 'echo half >> src/half.txt' } },
        { claim: { claim: 'partial', next: 'The rest.' } },
      ],
    },
    {
      when: { feature: 'F002' },
      // In this order its folder is never as the base: there is always something to keep.
      steps: [write('src/f002.txt', 'good\n'), { run: { command: 'rm -f src/half.txt' } }, done],
    },
    {
      when: { feature: 'F003' },
      steps: [
        write('src/f003.txt', 'perhaps\n'),
        { claim: { claim: 'needs-human', question: 'Which word?' } },
      ],
    },
    { when: { feature: 'F004' }, steps: [write('src/f004.txt', 'bad\n'), { claim: { claim: 'stuck' } }] },
  ],
};

/** One feature for the built-in brain. */
export const talk: Scenario = {
  name: 'talk',
  args: ['run', '--name', 'night', '--output', 'plain'],
  files: { ...product, ...plan([feature('F001')]) },
  sessions: [],
};

const planFiles = plan([feature('F001')]);

/** A plan by one session of the initializer. */
export const beginning: Scenario = {
  name: 'beginning',
  args: ['init', 'files', '--output', 'plain'],
  files: { ...product, 'AGENTS.md': '# A person wrote this.\n' },
  sessions: [
    {
      steps: [
        ...Object.entries(planFiles).flatMap(([path, content]) =>
          path === 'AGENTS.md' ? [] : [write(path, content)],
        ),
        done,
      ],
    },
  ],
};
