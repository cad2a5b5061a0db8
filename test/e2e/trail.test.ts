import { createHash } from 'node:crypto';
import { appendFile, cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { program } from '../../src/cli/program.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import type { TempRepo } from '../helpers/repo.ts';
import { agentloop, eventsOf, runFolder } from './cli.ts';
import { honest, smallRepo } from './small-repo.ts';

const key = 'correct-horse-battery-staple-77';
const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');

let repo: TempRepo;
let night: string;
let ledger: string;
beforeAll(async () => {
  repo = await smallRepo({ red: true });
  const brain = `command:: ${key}; echo "uses $MY_API_KEY"; ${honest}`;
  const env = { MY_API_KEY: key, GITHUB_ACTIONS: 'true', GITHUB_ACTOR: 'ada', GITHUB_RUN_ID: '4711' };
  const ran = await agentloop(repo.dir, ['run', '--name', 'night', '--brain', brain], env);
  expect(ran.code, ran.err).toBe(0);
  night = runFolder(repo.dir);
  ledger = join(night, 'events.jsonl');
});
afterAll(() => repo.remove());

/** What `events --check` says once `damage` was done to the run; afterwards the run is as it was. */
async function checkAfter(damage: () => Promise<unknown>) {
  const kept = `${night}.kept`;
  await cp(night, kept, { recursive: true, preserveTimestamps: true });
  try {
    await damage();
    const io = fakeIo({ argv: ['events', '--check', 'night'], cwd: repo.dir });
    return { code: await program(io, '0.0.0'), said: io.out() + io.err() };
  } finally {
    await rm(night, { recursive: true });
    await cp(kept, night, { recursive: true, preserveTimestamps: true });
    await rm(kept, { recursive: true });
  }
}

/** Changes line `number` (from 1) of the ledger. */
async function edit(number: number, change: (line: string) => string): Promise<void> {
  const lines = (await readFile(ledger, 'utf8')).split('\n');
  lines[number - 1] = change(lines[number - 1] ?? '');
  await writeFile(ledger, lines.join('\n'));
}

describe('the trail of a run', () => {
  it('says who started it, for whom, on which CI, with which settings, and what each brain was told', async () => {
    const events = await eventsOf(repo.dir, 'night');
    const text = await readFile(ledger, 'utf8');
    expect(events[0]).toMatchObject({
      type: 'run.started',
      version: expect.stringMatching(/^\d/),
      by: expect.stringContaining('@'),
      identity: 'Test Person <person@example.com>',
      ci: 'github: ada (run 4711)',
      config: expect.stringMatching(/^[0-9a-f]{64}$/),
      settings: {
        judge: { checks: [{ name: 'tests', command: 'node --test' }] },
        roles: { coder: { brain: expect.stringContaining('[redacted]') } },
      },
    });
    expect(text).not.toContain(key);
    const started = events.find((event) => event.type === 'session.started');
    const brief = await readFile(join(night, 'briefs', '1.txt'));
    expect(brief.toString()).toContain('Add two numbers');
    expect(started).toMatchObject({ brief: sha256(brief) });
    const transcript = await readFile(join(night, 'sessions', '1.jsonl'));
    expect(events.find((event) => event.type === 'session.ended')).toMatchObject({
      transcripts: [{ file: '1.jsonl', sha256: sha256(transcript) }],
    });
  });

  it('is whole: --check says so, how many events there are, and the hash of the last line', async () => {
    const lines = (await readFile(ledger, 'utf8')).trimEnd().split('\n');
    const checked = await agentloop(repo.dir, ['events', '--check']);
    expect(checked.code, checked.err).toBe(0);
    expect(checked.out).toContain(`night: ${lines.length} events in ${ledger}, every line follows`);
    expect(checked.out).toContain(`head: ${sha256(lines.at(-1) ?? '')}`);
    expect(checked.out).toContain('1 brief, 1 transcript, evidence of 1 verdict');
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'a changed word',
      () => edit(3, (line) => line.replace('"judge.started"', '"judge.started" ')),
      /Line 4 of .*events\.jsonl does not follow from the line before it/,
    ],
    ['a line taken out', () => edit(3, () => '{}'), /Line 3 of .*has "v": nothing where 1 belongs/],
    [
      'a payload that breaks its type',
      () => edit(2, (line) => line.replace('"sessionTurns"', '"turns"')),
      /Line 2 of .*is no valid limits\.set event/,
    ],
    ['a line that is no JSON', () => edit(2, (line) => line.slice(1)), /Line 2 of .*is not JSON/],
    [
      'a line of a newer agentloop',
      () => edit(2, (line) => line.replace('"v":1,', '"v":2,')),
      /Line 2 of .*newer agentloop/,
    ],
    [
      'a torn last line',
      async () => truncate(ledger, (await readFile(ledger)).length - 9),
      /ends in a torn last line/,
    ],
    [
      'another transcript',
      () => appendFile(join(night, 'sessions', '1.jsonl'), '{}\n'),
      /sessions\/1\.jsonl, the transcript of event \d+, was changed since/,
    ],
    [
      'a brief that is gone',
      () => rm(join(night, 'briefs', '1.txt')),
      /briefs\/1\.txt, the brief of event \d+, is missing/,
    ],
    [
      'evidence that was mended by hand',
      async () => {
        for (const name of await readdir(join(night, 'evidence')))
          if (name.endsWith('.json')) await appendFile(join(night, 'evidence', name), ' ');
      },
      /The evidence of event \d+ is missing or was changed/,
    ],
  ])('%s is told, and ends in 2', async (_, damage, words) => {
    const checked = await checkAfter(damage);
    expect(checked.said).toMatch(words);
    expect(checked.code).toBe(2);
  });

  it('--check goes with neither --since nor --follow', async () => {
    expect((await agentloop(repo.dir, ['events', '--check', '--since', '3'])).code).toBe(2);
  });
});

describe('a brain that knows a secret', () => {
  it('gets it into no commit: its file is refused, its words are cleaned', async () => {
    await using own = await smallRepo({ red: true });
    // Refused once for the file, then it takes that out and tells the key in its handoff.
    const said = `{"claim":"done","did":"used ${key}","learned":"the key is ${key}","next":"${Buffer.from(key).toString('base64')}"}`;
    const brain = `command:${honest}; if [ -f src/key.js ]; then rm src/key.js; printf '%s' '${said}' > "$AGENTLOOP_OUTCOME"; else echo 'export const key = "${key}";' > src/key.js; fi`;
    const ran = await agentloop(own.dir, ['run', '--name', 'night', '--brain', brain], { MY_API_KEY: key });
    expect(ran.code, ran.err).toBe(0);
    const rulings = (await eventsOf(own.dir, 'night')).filter(
      (event) => event.type === 'judge.ruled' && event.scope === 'candidate',
    );
    expect(rulings).toMatchObject([
      {
        ruling: 'refused',
        reasons: [{ code: 'snapshot.secret', text: expect.stringContaining('src/key.js:1') }],
      },
      { ruling: 'accepted' },
    ]);
    const landed = await own.git('log', '-p', '--format=%B', 'main..agentloop/night');
    expect(landed).toContain('[redacted]');
    expect(landed).toContain('the key is');
    for (const form of [key, Buffer.from(key).toString('base64').slice(0, 20)])
      expect(landed).not.toContain(form);
    const folder = runFolder(own.dir);
    for (const name of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      expect(await readFile(join(name.parentPath, name.name), 'utf8'), name.name).not.toContain(key);
    }
  });
});
