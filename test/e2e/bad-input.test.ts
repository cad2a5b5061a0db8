import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TempRepo } from '../helpers/repo.ts';
import { agentloop, eventsOf, type Ran, runFolder } from './cli.ts';
import { sightOf } from './sight.ts';
import { feature, plan, smallRepo } from './small-repo.ts';

/** What the program says of a broken file: a sentence with the place, what to do about it, and never a stack trace. */
function expectTold(ran: Ran, code: number, sentence: RegExp): void {
  expect(ran.err.replace(/\s+/g, ' ')).toMatch(sentence);
  expect(ran.code, ran.err).toBe(code);
  expect(`${ran.out}${ran.err}`).not.toMatch(/\n\s+at .*[:(]\d|bug of ours/);
}

const run = (dir: string, brain = 'command:true', env: Record<string, string> = {}) =>
  agentloop(dir, ['run', '--name', 'night', '--brain', brain, '--max-sessions', '1'], env);

let repo: TempRepo;
let folder: string;
let good: string;
beforeAll(async () => {
  repo = await smallRepo({ red: true });
  good = await repo.git('rev-parse', 'HEAD');
  folder = await mkdtemp(join(tmpdir(), 'agentloop-bad-'));
});
afterAll(async () => {
  await repo.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Nothing of the person's was touched, and no run stands there that never began. */
async function expectNothingDone(work: () => Promise<void>): Promise<void> {
  const before = await sightOf(repo);
  await work();
  expect(await sightOf(repo)).toEqual(before);
  expect(existsSync(join(repo.dir, '.git', 'agentloop', 'runs'))).toBe(false);
}

describe('feature-list.json', () => {
  const one = '{"id":"F001","title":"t","proof":"tests","passes":false}';
  const list = (...features: string[]) => `{"version":1,"spec":"",\n"features":[${features.join(',\n')}]}`;
  it.each<[string, string | Buffer | null, number, RegExp]>([
    [
      'cut off',
      '{ "version": 1,',
      2,
      /feature-list\.json of \w+ line 1, column 16: a comma with nothing after it\. Correct the JSON/,
    ],
    ['a list', '[]', 2, /line 1: must be an object, not a list .*feature-list\.schema\.json/],
    ['of a later format', '{"version":2,"spec":"","features":[]}', 2, /version: must be 1, not 2/],
    [
      'with a mistyped key',
      list('{"id":"F001","titel":"t","proof":"tests","passes":false}'),
      2,
      /line 2: features\[0\] "F001": unknown key "titel"; did you mean "title"\?/,
    ],
    [
      'with an id twice',
      list(one, one),
      2,
      /line 3: features\[1\] "F001": id: stands at features\[0\] already/,
    ],
    ['with a circle', list(one.replace('"t"', '"t","dependsOn":["F001"]')), 2, /dependsOn.*(circle|itself)/],
    [
      'with an unknown dependency',
      list(one.replace('"t"', '"t","dependsOn":["F9"]')),
      2,
      /there is no feature "F9"/,
    ],
    [
      'with a proof that nothing is named for',
      list(one.replace('"tests"', '"command"')),
      2,
      /F001 says "proof": "command" and names no command\. Add "verify"/,
    ],
    [
      'not UTF-8',
      Buffer.from('{"version":1,"spec":"\xfc"}', 'latin1'),
      2,
      /feature-list\.json of \w+ is not UTF-8 text/,
    ],
    ['missing', null, 3, /There is no feature-list\.json in commit \w+\. agentloop init/],
  ])('%s', async (_, content, code, sentence) => {
    await repo.commit('broken', { 'feature-list.json': content });
    try {
      await expectNothingDone(async () => expectTold(await run(repo.dir), code, sentence));
    } finally {
      await repo.git('reset', '-q', '--hard', good);
    }
  });
});

describe('agentloop.config.json, package.json and their companions', () => {
  it.each<[string, Record<string, string | null>, RegExp]>([
    [
      'cut off',
      { 'agentloop.config.json': '{\n"limits": {' },
      /agentloop\.config\.json line 2, column 12: a closing \} is missing/,
    ],
    [
      'with a mistyped key',
      { 'agentloop.config.json': '{"limits":{"maxCots":1}}' },
      /limits: unknown key "maxCots"; did you mean "maxCost"\?/,
    ],
    [
      'with words for a number',
      { 'agentloop.config.json': '{"limits":{"maxCost":"five"}}' },
      /limits\.maxCost: must be a number, not "five"/,
    ],
    [
      'with a time nobody can read',
      { 'agentloop.config.json': '{"limits":{"idle":"5 minutes"}}' },
      /limits\.idle: must be a duration such as "90s"/,
    ],
    [
      'with an unknown brain',
      { 'agentloop.config.json': '{"roles":{"coder":{"brain":"gpt"}}}' },
      /roles\.coder\.brain: must be anthropic, .*or scripted:/,
    ],
    [
      'two of them',
      { 'package.json': '{"agentloop":{"limits":{}}}' },
      /Both agentloop\.config\.json and the key "agentloop" of package\.json/,
    ],
    [
      'in package.json',
      {
        'agentloop.config.json': null,
        'package.json': '{"type":"module",\n"agentloop":{"limits":{"maxSessions":-1}}}',
      },
      /package\.json line 2: agentloop\.limits\.maxSessions: must be more than 0, not -1/,
    ],
  ])('%s', async (_, files, sentence) => {
    await repo.write(files);
    try {
      await expectNothingDone(async () =>
        expectTold(await agentloop(repo.dir, ['run', '--brain', 'command:true']), 2, sentence),
      );
    } finally {
      await repo.git('reset', '-q', '--hard', good);
    }
  });

  it('a flag and a variable are told the same way', async () => {
    await expectNothingDone(async () => {
      expectTold(await run(repo.dir, 'gpt-5'), 2, /--brain: must be anthropic/);
      expectTold(
        await run(repo.dir, 'command:true', { AGENTLOOP_MAX_COST: 'lots' }),
        2,
        /AGENTLOOP_MAX_COST: must be a number, not "lots"/,
      );
      expectTold(
        await agentloop(repo.dir, ['run', '--until', '25:00']),
        2,
        /--until: must be a time of day such as "07:30" or .*, not "25:00"/s,
      );
      expectTold(
        await agentloop(repo.dir, ['run', '--max-cots', '5']),
        2,
        /Unknown option '--max-cots'\. Did you mean --max-cost\? agentloop run --help/,
      );
    });
  });
});

describe('plans', () => {
  it.each<[string, string, RegExp]>([
    ['empty', ' \n', /There is nothing in .*plan/],
    ['cut off', '{ "features": [', /plan line 1, column 16: .* Correct the JSON/],
    [
      'of no known kind',
      '{"tasks":[]}',
      /has neither "features" nor "userStories".*agentloop init --plan reads/,
    ],
    [
      'without items',
      'Build something nice.\n',
      /holds no checklist item\. Write each feature as "- \[ \] title"/,
    ],
    ['all ticked', '- [x] done\n', /Everything in .*plan is ticked/],
    [
      'with an id twice',
      '{"userStories":[{"id":"A","title":"x"},{"id":"A","title":"y"}]}',
      /the id "A" stands twice/,
    ],
    ['an item without words', '[{"category":"x"}]', /\[0\]\.description: is missing/],
  ])('%s', async (_, text, sentence) => {
    await writeFile(join(folder, 'plan'), text);
    await expectNothingDone(async () => {
      expectTold(await agentloop(repo.dir, ['init', '--force', '--plan', join(folder, 'plan')]), 2, sentence);
    });
  });
});

describe('scripts and price files', () => {
  const script = (session: string) => `{"version":1,\n"sessions":[${session}]}`;
  it.each<[string, string, RegExp]>([
    ['cut off', '{', /The script .*script\.json line 1, column 2: a closing \} is missing/],
    [
      'with a mistyped step',
      script('{"steps":[{"wriet":{}}]}'),
      /line 2: sessions\[0\]\.steps\[0\]: unknown key "wriet"; did you mean "write"\?/,
    ],
    [
      'with words after the claim',
      script('{"steps":[{"claim":{"claim":"done"}},{"say":"x"}]}'),
      /steps\[1\]: must be left out/,
    ],
    [
      'with a path that leads out',
      script('{"steps":[{"delete":"../x"}]}'),
      /steps\[0\]\.delete: must be a path below the top of the workspace/,
    ],
    [
      'with a file that is not there',
      script('{"steps":[{"write":{"path":"x","from":"gone.txt"}}]}'),
      /write\.from: gone\.txt is not there/,
    ],
  ])('a script %s', async (_, text, sentence) => {
    await writeFile(join(folder, 'script.json'), text);
    await expectNothingDone(async () => {
      expectTold(await run(repo.dir, `scripted:${join(folder, 'script.json')}`), 2, sentence);
    });
  });

  it.each<[string, string, RegExp]>([
    ['cut off', '{', /The price file .*prices\.json line 1, column 2/],
    [
      'below zero',
      '{"version":1,"models":{"m":{"input":-1}}}',
      /models\.m\.input: must be at least 0, not -1/,
    ],
  ])('a price file %s', async (_, text, sentence) => {
    await writeFile(join(folder, 'prices.json'), text);
    const env = { ANTHROPIC_API_KEY: 'test-key-0123456789', AGENTLOOP_PRICES: join(folder, 'prices.json') };
    await expectNothingDone(async () => expectTold(await run(repo.dir, 'anthropic', env), 2, sentence));
  });
});

describe('outcomes', () => {
  it('what a brain writes that is no outcome costs it its session, with the sentence in ledger and screen', async () => {
    const outcomes: [string, RegExp][] = [
      ["printf 'all done' >", /The outcome file line 1, column 1: this is not a JSON value/],
      [`printf '{"claim":"finished"}' >`, /claim: must be one of "done", .*, not "finished"/],
      [`printf '{"claim":"needs-human"}' >`, /question: is missing; it must be a question for a person/],
      [`printf '{"usage":{"inputTokens":-1}}' >`, /usage\.inputTokens: must be at least 0, not -1/],
      [`printf '{"claim":"\\351"}' >`, /The outcome file is not UTF-8 text/],
      ['ln -s /etc/hostname', /The outcome file cannot be read: it is a symbolic link/],
      ['mkfifo', /The outcome file cannot be read: it is not a regular file/],
      ['head -c 70000 /dev/zero >', /The outcome file cannot be read: it is larger than 64 KiB/],
    ];
    const ids = outcomes.map((_, index) => `F00${index}`);
    const limits = { sessionsPerFeature: 1 };
    await using place = await smallRepo({
      red: true,
      features: ids.map((id) => feature(id)),
      config: { limits },
    });
    const cases = outcomes.map(([write], index) => `${ids[index]}) ${write} "$AGENTLOOP_OUTCOME";;`);
    const ran = await agentloop(place.dir, [
      'run',
      '--name',
      'night',
      '--brain',
      `command:case $AGENTLOOP_FEATURE in ${cases.join(' ')} esac`,
    ]);
    const failed = (await eventsOf(place.dir, 'night')).filter((event) => event.type === 'brain.failed');
    expect(failed.map(({ feature: id, kind }) => `${id} ${kind}`)).toEqual(ids.map((id) => `${id} crashed`));
    for (const [index, [, sentence]] of outcomes.entries()) {
      expect(failed[index]?.reason).toMatch(sentence);
      expectTold(ran, 11, sentence);
    }
  });
});

describe('ledgers and the inbox', () => {
  it('a ledger that is odd is left as it is: file, line and what to do', async () => {
    await using place = await smallRepo({ red: true });
    expect((await run(place.dir, 'command:exit 1')).code).toBe(11);
    const file = join(runFolder(place.dir), 'events.jsonl');
    const whole = await readFile(file, 'utf8');
    const lines = whole.split('\n');
    const broken: [string[], RegExp][] = [
      [lines.with(2, 'garbage'), /Line 3 of .*events\.jsonl is not JSON\. .*agentloop run --new/],
      [
        lines.with(1, lines[1]?.replace('"sessionTurns":200', '"sessionTurns":999') ?? ''),
        /Line 3 of .*events\.jsonl does not follow from the line before it/,
      ],
      [lines.toSpliced(2, 1), /Line 3 of .*events\.jsonl has "seq": 4 where 3 belongs/],
      [
        lines.with(0, lines[0]?.replace('"v":1', '"v":2') ?? ''),
        /Line 1 of .* was written by a newer agentloop/,
      ],
    ];
    for (const [text, sentence] of broken) {
      await writeFile(file, text.join('\n'));
      expectTold(await agentloop(place.dir, ['run', '--brain', 'command:true']), 3, sentence);
      expectTold(await agentloop(place.dir, ['report']), 3, sentence);
      expect(await readFile(file, 'utf8')).toBe(text.join('\n'));
    }
    await writeFile(file, `${whole}{"v":1,"seq":`);
    const mended = await agentloop(place.dir, ['run', '--brain', 'command:exit 1', '--max-sessions', '2']);
    expectTold(
      mended,
      11,
      /cut off a torn last line \(13 bytes after line \d+\) and kept it in events\.jsonl\.torn/,
    );
    expect((await readFile(file, 'utf8')).startsWith(whole)).toBe(true);
  });

  it('a message that cannot be understood is set aside and told, and the others are heard', async () => {
    await using place = await smallRepo({ red: true });
    expect((await run(place.dir, 'command:exit 1')).code).toBe(11);
    const inbox = join(runFolder(place.dir), 'inbox');
    const by = { by: 'me@here', at: '2026-01-01T00:00:00Z' };
    await writeFile(join(inbox, '1.json'), 'stop it');
    await writeFile(join(inbox, '2.json'), JSON.stringify({ type: 'stop', ...by }));
    await writeFile(join(inbox, '3.json'), JSON.stringify({ type: 'note', words: 'heard', ...by }));
    const ran = await agentloop(place.dir, ['run', '--brain', 'command:exit 1', '--max-sessions', '2']);
    expectTold(ran, 11, /A message to the run was set aside: .*broken\/1\.json: it is not JSON/);
    expectTold(ran, 11, /broken\/2\.json: now must be true or false/);
    expect(await readdir(join(inbox, 'broken'))).toEqual(['1.json', '2.json']);
    expect(await readdir(inbox)).toEqual(['broken']);
    expect((await eventsOf(place.dir, 'night')).filter((event) => event.type === 'note.added')).toMatchObject(
      [{ words: 'heard' }],
    );
  });

  it('a stop that nobody heard before the run was killed does not stop the next one; a note is heard', async () => {
    await using place = await smallRepo({ red: true });
    expect((await run(place.dir, 'command:exit 1')).code).toBe(11);
    const inbox = join(runFolder(place.dir), 'inbox');
    const by = { by: 'me@here', at: '2026-01-01T00:00:00Z' };
    for (const type of ['stop', 'pause'])
      await writeFile(join(inbox, `${type}.json`), JSON.stringify({ type, now: true, ...by }));
    await writeFile(join(inbox, 'note.json'), JSON.stringify({ type: 'note', words: 'heard', ...by }));
    const ran = await agentloop(place.dir, ['run', '--brain', 'command:exit 1', '--max-sessions', '2']);
    expectTold(ran, 11, /"stop" by me@here was for a process that is gone/);
    const types = (await eventsOf(place.dir, 'night')).map(({ type }) => type);
    expect(types).toContain('note.added');
    expect(types).not.toContain('stop.asked');
    expect(types).not.toContain('wait.started');
  });
});

it('an empty TZ, or one that names no zone, is UTC', async () => {
  await using place = await smallRepo({ red: true });
  for (const TZ of ['', ':/etc/localtime']) {
    const doctor = await agentloop(place.dir, ['doctor', '--quick'], { TZ });
    expect(doctor.err + doctor.out).toMatch(/clock .*\d\d:\d\d in UTC; --until 07:00 would be/);
  }
  expectTold(await agentloop(place.dir, ['run', '--brain', 'command:exit 1'], { TZ: '' }), 11, /F001/);
});

describe('a configuration that only the judge can see', () => {
  it('is refused by init with the same sentence', async () => {
    await using place = await smallRepo({ red: true });
    const list = join(folder, 'list.json');
    await writeFile(list, plan([feature('F001', { title: 'Another' })])['feature-list.json'] ?? '');
    await place.commit('a bad check', {
      'agentloop.config.json': '{"judge":{"checks":[{"name":"Tests","command":""}]}}',
    });
    expectTold(
      await agentloop(place.dir, ['init', '--force', '--plan', list]),
      2,
      /judge\.checks\[0\] "Tests": command: must not be empty/,
    );
  });
});
