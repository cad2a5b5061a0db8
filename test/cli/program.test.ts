import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { exits } from '../../src/cli/exit.ts';
import { plainPaint } from '../../src/cli/paint.ts';
import { program } from '../../src/cli/program.ts';
import { tell } from '../../src/cli/trouble.ts';
import { BugError, UserError } from '../../src/errors.ts';
import { type FakeIo, type FakeIoOptions, fakeIo } from '../helpers/fake-io.ts';
import { tempRepo } from '../helpers/repo.ts';

let outside: string;
beforeEach(async () => {
  outside = await realpath(await mkdtemp(join(tmpdir(), 'outside-')));
});
afterEach(() => rm(outside, { recursive: true, force: true }));

async function agentloop(
  argv: readonly string[],
  options: FakeIoOptions = {},
): Promise<FakeIo & { code: number }> {
  const io = fakeIo({ argv, cwd: outside, columns: 100, ...options });
  return Object.assign(io, { code: await program(io, '1.2.3') });
}

test('the help: three examples, the commands in their groups, the exit codes', async () => {
  const { code, out, err } = await agentloop(['--help']);
  expect([code, err()]).toEqual([0, '']);
  expect(out()).toMatchInlineSnapshot(`
    "Examples:
      agentloop init "a todo list for the terminal, in Node"   write the plan: what is done when
      agentloop run --max-cost 5 --until 07:30                 work until every feature passes, or a limit is met
      agentloop report                                         what landed, what was refused and why, what it cost

    Usage: agentloop <command> [options]

    Leave it running overnight. Believe it in the morning.

    Options:
      -V, --version                print the version
      -h, --help                   print this, or the help of a command

    Start:
      init [spec]                  write the plan: features, how each is proven, how to check
      run                          work until every feature passes or a limit is met
      ci <platform>                print a workflow that does this every night in CI
      demo                         all of it, offline, on a sample repository

    Watch:
      status [run]                 where the run stands, and the next sensible command
      events [run]                 the ledger of a run, one JSON object a line
      transcript <session> [run]   everything said and done in a session

    Steer:
      pause                        let the running session end and start no other
      resume                       go on after a pause; where a provider is waited for, try now
      stop                         stop the run after this session
      answer <feature> <words...>  answer a feature that waits for you or is blocked; it is tried again
      note <words...>              say something to the sessions to come

    Review:
      report [run]                 what landed, what was refused and why, what is left, what it cost
      metrics                      what all runs of this repository have brought and cost
      pr [run]                     open or update draft pull requests for what landed
      address <request>            address the review of a request in one session, and answer it
      judge [ref]                  judge any commit of any repository, without a run
      verify <branch>              judge every accepted commit of a run again, from scratch
      bundle [run]                 write a run into one file, for another machine
      unbundle <file>              lay down a run that came in a bundle
      sealed [action] [feature]    tests that no brain gets to see: list, show, drop

    Look after:
      doctor                       whether a run could start here, and what to do where not
      brains                       who can think here: what is installed, logged in and supported
      config                       every option and the value in effect
      notify                       who is told while nobody looks
      clean                        remove the workspaces of this repository, or the records of runs
      mcp                          the MCP server that a brain claims through
      help [command]               print this, or the help of a command

    Exit codes:
      0    complete      every feature passes
      1    bug           a bug of ours, or an end that --fail-on names
      2    usage         the command line or a file of yours is wrong
      3    cannot-start  nothing can be judged or started: unstable checks, a held lock, no brain
      10   left-landed   features are left and something landed
      11   left-nothing  features are left and nothing landed
      12   needs-human   what is left waits for a person
      13   final-judge   the final judge failed twice
      14   refused       judge or verify: the commit is refused, or the branch is not what it says
      75   unavailable   the brain is unavailable or its usage window is closed
      130  interrupted   interrupted by Ctrl-C, the work is saved
      143  terminated    ended by SIGTERM or SIGHUP, the work is saved

    agentloop alone says where things stand.
    "
  `);
});

test('every command has a line in the help, and a help of its own', async () => {
  const page = commands(fakeIo(), '1.2.3', () => undefined);
  const { out } = await agentloop(['--help']);
  for (const command of page.commands) {
    expect(out()).toContain(`\n  ${command.name()} `.trimEnd());
    expect(command.description()).not.toBe('');
    const own = await agentloop([command.name(), '--help']);
    expect([own.code, own.err()]).toEqual([0, '']);
    expect(own.out()).toContain(`Usage: agentloop ${command.name()}`);
  }
});

test('help is there in other words too, and so is the version', async () => {
  expect((await agentloop(['help', 'run'])).out()).toBe((await agentloop(['run', '--help'])).out());
  expect((await agentloop(['help'])).out()).toBe((await agentloop(['-h'])).out());
  expect((await agentloop(['--version'])).out()).toBe('1.2.3\n');
});

test('the plain question for status is answered the same with and without the page of commands', async () => {
  const repo = await tempRepo();
  const plain = await agentloop(['status'], { cwd: repo.dir });
  expect(plain.out()).toContain('no run yet');
  expect((await agentloop(['status', '--'], { cwd: repo.dir })).out()).toBe(plain.out());
  expect((await agentloop([], { cwd: repo.dir })).out()).toBe(plain.out());
  const named = await agentloop(['status', 'nope'], { cwd: repo.dir });
  expect([named.code, named.err()]).toEqual([
    2,
    (await agentloop(['status', '--', 'nope'], { cwd: repo.dir })).err(),
  ]);
  expect((await agentloop(['status', 'a', 'b'], { cwd: repo.dir })).err()).toContain('Too many arguments');
  await repo.remove();
});

test.each<[string, readonly string[], string]>([
  [
    'an unknown command',
    ['statsu'],
    "agentloop: Unknown command 'statsu'. Did you mean status?\n  agentloop --help\n",
  ],
  ['a command like none', ['frobnicate'], "agentloop: Unknown command 'frobnicate'.\n  agentloop --help\n"],
  [
    'the help of an unknown command',
    ['help', 'statsu'],
    "agentloop: Unknown command 'statsu'. Did you mean status?\n  agentloop --help\n",
  ],
  [
    'an unknown option',
    ['run', '--max-costs', '5'],
    "agentloop: Unknown option '--max-costs'. Did you mean --max-cost?\n  agentloop run --help\n",
  ],
  ['an option before any command', ['--quiet'], "agentloop: Unknown option '--quiet'.\n  agentloop --help\n"],
  [
    'an option without its value',
    ['run', '--until'],
    "agentloop: Option '--until <time>' argument missing.\n  agentloop run --help\n",
  ],
  [
    'a missing argument',
    ['answer', 'F001'],
    "agentloop: Missing required argument 'words'.\n  agentloop answer --help\n",
  ],
  [
    'too many arguments',
    ['pause', 'now'],
    "agentloop: Too many arguments for 'pause'. Expected 0 arguments but got 1.\n  agentloop pause --help\n",
  ],
  [
    'a format that does not exist',
    ['run', '--output', 'xml'],
    'agentloop: --output: "xml" is not one of its modes.\n  Modes: auto, tty, plain, ndjson, quiet.\n',
  ],
  [
    'an end that cannot be chosen',
    ['run', '--fail-on', 'bugs'],
    'agentloop: --fail-on: "bugs" is not the name of an end that can be chosen.\n  Names: left-landed, left-nothing, needs-human, final-judge, unavailable; or none.\n',
  ],
  [
    'no repository',
    ['status'],
    'agentloop: OUTSIDE is not inside a git repository.\n  cd into your repository (or: git init), then try again.\n',
  ],
  [
    'no specification',
    ['init'],
    'agentloop: init does not know yet what you want built.\n  agentloop init "what you want built"   (or the path of a file, or - for stdin, or --plan <file>)\n',
  ],
])('%s ends 2 with a sentence and what to do', async (_what, argv, words) => {
  const { code, out, err } = await agentloop(argv);
  expect(err().replaceAll(outside, 'OUTSIDE')).toBe(words);
  expect([code, out()]).toEqual([2, '']);
});

test('native Windows is told to use WSL', async () => {
  const { code, err } = await agentloop(['status'], { platform: 'win32' });
  expect([code, err()]).toEqual([
    3,
    'agentloop: agentloop does not run on native Windows.\n  Use WSL: wsl --install\n',
  ]);
});

test("a person's mistake and a bug of ours never look alike", () => {
  const mistake = tell(
    new UserError('The lock is held.', 'agentloop stop\nor wait', 'cannot-start'),
    plainPaint,
    '1.2.3',
  );
  expect(mistake).toEqual({ code: 3, text: 'agentloop: The lock is held.\n  agentloop stop\n  or wait\n' });
  for (const error of [new BugError('seq is 7'), new TypeError('x is not a function')]) {
    const bug = tell(error, plainPaint, '1.2.3');
    expect(bug.code).toBe(1);
    expect(bug.text).toContain('agentloop: this is a bug of ours.\n');
    expect(bug.text).toContain(`${error.name}: ${error.message}\n    at `);
    expect(bug.text).toContain('agentloop 1.2.3, Node v');
  }
  expect(tell('thrown text', plainPaint, '1.2.3')).toMatchObject({ code: 1 });
});

test('what an error quotes cannot touch the screen', () => {
  const { text } = tell(new UserError('no \u001b[2Jfile', 'rm \u001b]0;x\u0007y'), plainPaint, '1.2.3');
  expect(text).toBe('agentloop: no file\n  rm y\n');
});

test('only codes of the table come out of errors', () => {
  const codes = new Set<number>(exits.map((exit) => exit.code));
  for (const exit of ['usage', 'cannot-start', 'bug'] as const) {
    expect(codes).toContain(tell(new UserError('x', 'y', exit), plainPaint, '1').code);
  }
});
