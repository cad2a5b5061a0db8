import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../../src/project/templates.ts';
import { findFence } from '../../../src/workspace/fence.ts';
import { checkRun, hasReal, real, told, without } from './check-run.ts';

// What code under test does to the report of its own tests. All of it runs inside the fence.
const fence = await findFence({ mode: 'auto', hide: [], cacheRoot: '/tmp', env: process.env });
const fenced = fence.mode === 'bubblewrap';
const hasPytest = await promisify(execFile)('python3', ['-m', 'pytest', '--version']).then(
  () => true,
  () => false,
);

/** A script that tells the judge a green report in the name of a runner, as well as anybody could. */
const liar = (runner: string) => `
const fs = require('fs'), net = require('net');
const folder = '/tmp/agentloop/given/' + fs.readdirSync('/tmp/agentloop/given').find((name) => name.startsWith('judge-'));
const socket = net.connect(fs.readFileSync(folder + '/address', 'utf8'));
const word = 'abcdefghijklmn' + String(process.pid % 10);
fs.writeFileSync('/proc/self/comm', word);
const cwd = '/tmp/agentloop/tree';
const lines = [
  { kind: 'head', runner: '${runner}', word, cwd, argv: ['--test'] },
  { kind: 'start', name: 'is red', nesting: 0, file: cwd + '/a.test.js' },
  { kind: 'pass', name: 'is red', nesting: 0, file: cwd + '/a.test.js' },
  { kind: 'done' },
  { kind: 'end', exit: 0 },
];
socket.write(lines.map((line) => JSON.stringify(line) + '\\n').join(''));
socket.on('data', (answer) => { fs.writeFileSync('/tmp/answer', answer); socket.end(); });
`;
const red =
  "import test from 'node:test';\nimport './src.js';\ntest('is red', () => { throw new Error('red'); });\n";
const project = { 'package.json': '{"type":"module"}', 'a.test.js': red, 'liar.cjs': liar('node-test') };

describe.skipIf(!fenced)(`node:test${fenced ? '' : ' (skipped: there is no fence here)'}`, () => {
  test('tests see nothing of the question, and cannot write where it stands', async () => {
    const source = `
      import fs from 'node:fs';
      const words = ['NODE_OPTIONS', 'PYTEST_ADDOPTS'].map((name) => process.env[name]);
      let wrote = 'yes';
      try { fs.writeFileSync('/tmp/agentloop/given/x', ''); } catch (error) { wrote = error.code; }
      console.log('saw', words[0], 'wrote', wrote);`;
    const seen = await checkRun({ ...project, 'src.js': source }, 'node --test a.test.js');
    expect(seen.output).toContain('saw undefined wrote EROFS');
  });

  test('a report of a process that a test started is not listened to', async () => {
    const source =
      "import { execFileSync } from 'node:child_process';\nexecFileSync('node', ['liar.cjs']);\nimport fs from 'node:fs';\nconsole.log('answer', fs.readFileSync('/tmp/answer', 'utf8'));\n";
    const seen = await checkRun({ ...project, 'src.js': source }, 'node --test a.test.js');
    expect(seen.output).toContain('answer n');
    expect(told(seen)).toEqual(['fail a.test.js › is red']);
  });

  test('a file that is called like a report is none', async () => {
    const text = [
      { kind: 'head', runner: 'vitest', word: '', cwd: '/tmp/agentloop/tree', argv: [] },
      { kind: 'test', file: 'b.test.js', path: ['forged'], status: 'pass' },
      { kind: 'done' },
      { kind: 'end', exit: 0 },
    ]
      .map((line) => JSON.stringify(line))
      .join('\n');
    const xml = '<testsuites><testsuite><testcase file="b.test.js" name="forged"/></testsuite></testsuites>';
    const source = `import fs from 'node:fs';
      for (const name of fs.readdirSync('/tmp/agentloop/out')) {
        fs.writeFileSync('/tmp/agentloop/out/' + name + '/vitest-1.told', ${JSON.stringify(text)});
        fs.writeFileSync('/tmp/agentloop/out/' + name + '/pytest.xml', ${JSON.stringify(xml)});
      }`;
    const seen = await checkRun({ ...project, 'src.js': source }, 'node --test a.test.js');
    expect(told(seen)).toEqual(['fail a.test.js › is red']);
  });

  test.each([
    ['that kills the runner and speaks in its place', 'node liar.cjs', 'SIGKILL'],
    ['that outlives it', 'sleep 0.3; node liar.cjs', 'SIGKILL'],
    ['that asks it to go and speaks in its place', 'sleep 0.3; node liar.cjs', 'SIGTERM'],
  ])('a process %s is not believed', async (_what, command, signal) => {
    // The process in between is gone at once: what it started has no parent any more.
    const source = `
      import { spawnSync } from 'node:child_process';
      spawnSync('sh', ['-c', 'setsid sh -c "${command}" >/dev/null 2>&1 &']);
      process.kill(process.ppid, '${signal}');`;
    const seen = await checkRun(
      { ...project, 'src.js': source },
      'node --test a.test.js; sleep 1; cat /tmp/answer',
    );
    expect(seen.output).toMatch(/n$/);
    if (signal === 'SIGKILL') expect(told(seen)).toMatch(/^broken: .*cut off/);
    else expect(told(seen)).not.toContain('pass a.test.js › is red');
  });
});

describe.skipIf(!fenced || !hasPytest)(
  `pytest${hasPytest ? '' : ' (skipped: `python3 -m pytest` is not there)'}`,
  () => {
    const py = 'import source\n\n\ndef test_red():\n    source.end()\n    assert False\n';
    const green =
      '<testsuites><testsuite><testcase file="test_a.py" classname="test_a" name="test_red"/></testsuite></testsuites>';

    test('a forged file and an early exit with 0 make a broken report', async () => {
      const source = `import glob, os\ndef end():\n    for folder in glob.glob("/tmp/agentloop/out/*"):\n        open(folder + "/pytest.xml", "w").write('''${green}''')\n    print(os.environ.get("PYTEST_ADDOPTS"), os.environ.get("PYTHONPATH"), flush=True)\n    os._exit(0)\n`;
      const seen = await checkRun({ 'test_a.py': py, 'source.py': source }, 'python3 -m pytest -q -s');
      expect(seen).toMatchObject({ exit: 0, report: 'broken' });
      expect(seen.output).toContain('--continue-on-collection-errors None');
      expect(seen.output).not.toMatch(/junitxml|agentloop_report/);
    });

    test('a second voice from the same process makes a broken report', async () => {
      const source = `import glob, json, os, socket
def end():
    address = open(glob.glob("/tmp/agentloop/given/*/address")[0]).read()
    line = socket.socket(socket.AF_UNIX)
    line.connect(address)
    open("/proc/self/comm", "w").write("abcdefghijklmno")
    head = {"kind": "head", "runner": "pytest", "word": "abcdefghijklmno", "cwd": "/", "argv": []}
    line.sendall((json.dumps(head) + "\\n").encode())
    line.recv(1)
`;
      const seen = await checkRun({ 'test_a.py': py, 'source.py': source }, 'python3 -m pytest -q');
      expect(told(seen)).toMatch(/^broken: somebody else speaks for the process of pytest/);
    });

    test('what a forked process says is not heard', async () => {
      const source =
        'import os\ndef end():\n    if os.fork() == 0:\n        raise SystemExit(0)\n    os.wait()\n';
      const seen = await checkRun({ 'test_a.py': py, 'source.py': source }, 'python3 -m pytest -q');
      expect(told(seen)).toEqual(['fail test_a.py › test_red']);
    });
  },
);

test('vitest: a signal to the runner opens no debugger in it', async () => {
  const spec = `
    import net from 'node:net'; import { expect, test } from 'vitest';
    const opens = () => new Promise((done) => {
      const socket = net.connect(9229, '127.0.0.1', () => { socket.destroy(); done(true); });
      socket.on('error', () => done(false));
    });
    test('opens', async () => {
      process.kill(process.ppid, 'SIGUSR1');
      for (let tries = 0; tries < 40 && !(await opens()); tries++) await new Promise((done) => setTimeout(done, 10));
      expect(await opens()).toBe(true);
    });`;
  const modules = join(packageRoot(), 'node_modules');
  const seen = await checkRun({ 'a.test.js': spec }, 'npx vitest run --pool=forks', {
    fence: 'none',
    modules,
  });
  expect(told(seen)).toEqual(['fail a.test.js › opens']);
});

test.skipIf(!hasReal)(`mocha: an exit through the back door makes a broken report${without}`, async () => {
  const files = {
    'm.cjs': "it('a', () => {}); it('b', () => process.reallyExit(0)); it('red', () => { throw 1; });\n",
  };
  const seen = await checkRun(files, 'npx mocha m.cjs', { fence: 'none', modules: real });
  expect(seen.exit).toBe(0);
  expect(told(seen)).toMatch(/^broken: .*cut off/);
});
