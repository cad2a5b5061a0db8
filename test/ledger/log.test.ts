import { appendFile, open, readFile, stat, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BugError, UserError } from '../../src/errors.ts';
import { type Event, payloads } from '../../src/ledger/event.ts';
import { openLedger } from '../../src/ledger/log.ts';
import { makeRedactor } from '../../src/ledger/redact.ts';
import { ledgerLines, note, sha256 } from './events.ts';
import { build, start } from './program.ts';
import { tempFolder } from './temp-folder.ts';

const zeros = '0'.repeat(64);

describe('an event in the ledger', () => {
  it('has its payload first and the reserved keys last, and hashes the line before it', async () => {
    await using folder = await tempFolder();
    const file = folder.at('runs', 'r1', 'events.jsonl');
    let clock = Date.parse('2026-11-20T11:40:00Z');
    const ledger = await openLedger(file, { run: 'r1', now: () => clock });
    const first = await ledger.append(note('one'));
    clock += 1500;
    const second = await ledger.append(note('two'));
    await ledger.close();

    const text = await readFile(file, 'utf8');
    const [line1 = '', line2 = '', end] = text.split('\n');
    expect(line1).toBe(
      `{"words":"one","by":"ada@host","v":1,"seq":1,"ts":"2026-11-20T11:40:00.000Z","run":"r1","type":"note.added","prev":"${zeros}"}`,
    );
    expect(line2).toBe(
      `{"words":"two","by":"ada@host","v":1,"seq":2,"ts":"2026-11-20T11:40:01.500Z","run":"r1","type":"note.added","prev":"${sha256(line1)}"}`,
    );
    expect(end).toBe('');
    expect([first, second]).toEqual([JSON.parse(line1), JSON.parse(line2)]);
    expect(ledger.events).toEqual([first, second]);
  });

  it('stands where a relative path says, too', async () => {
    await using folder = await tempFolder();
    const file = folder.at('runs', 'r1', 'events.jsonl');
    const ledger = await openLedger(relative(process.cwd(), file), { run: 'r1' });
    await ledger.append(note('one'));
    await ledger.close();
    expect((await readFile(file, 'utf8')).split('\n').length).toBe(2);
  });

  it('is for its owner alone: the file has mode 0600, the folders 0700', async () => {
    await using folder = await tempFolder();
    const ledger = await openLedger(folder.at('runs', 'r1', 'events.jsonl'), { run: 'r1' });
    await ledger.close();
    const modes = [folder.at('runs'), folder.at('runs', 'r1'), ledger.file].map(
      async (path) => (await stat(path)).mode & 0o777,
    );
    expect(await Promise.all(modes)).toEqual([0o700, 0o700, 0o600]);
  });

  it('carries the defaults of its schema, so that readers without zod see them', async () => {
    await using folder = await tempFolder();
    const ledger = await openLedger(folder.at('events.jsonl'), { run: 'r1' });
    const usage = { inputTokens: 5 };
    const recorded = await ledger.append({ type: 'cost.updated', usage, usd: null });
    await ledger.close();
    expect(recorded).toMatchObject({
      usd: null,
      usage: { inputTokens: 5, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
    });
  });

  it('can never have a payload that overwrites a reserved key', async () => {
    for (const schema of Object.values(payloads)) {
      for (const key of ['v', 'seq', 'ts', 'run', 'type', 'prev'])
        expect(Object.keys(schema.shape)).not.toContain(key);
    }
    await using folder = await tempFolder();
    const ledger = await openLedger(folder.at('events.jsonl'), { run: 'r1' });
    const forged: unknown = { ...note('one'), seq: 7 };
    await expect(ledger.append(forged as Event)).rejects.toThrow(
      new BugError('a note.added event that breaks its schema: payload: Unrecognized key: "seq"'),
    );
    await ledger.close();
  });

  it('that breaks its schema, or is too long for a line, is refused, and the ledger goes on', async () => {
    await using folder = await tempFolder();
    const ledger = await openLedger(folder.at('events.jsonl'), { run: 'r1' });
    await ledger.append(note('one'));
    await expect(ledger.append({ type: 'note.added', words: 'x'.repeat(20_001), by: 'a' })).rejects.toThrow(
      BugError,
    );
    await expect(ledger.append({ type: 'constructor' } as unknown as Event)).rejects.toThrow(
      'there is no event "constructor"',
    );
    const long: Event = { type: 'note.added', words: 'x', by: 'y'.repeat(9_000_000) };
    await expect(ledger.append(long)).rejects.toThrow(/^a line of 9000\d+ bytes .* the limit is 8388608$/);
    const last = await ledger.append(note('two'));
    await ledger.close();
    expect(last.seq).toBe(2);
    expect((await readFile(ledger.file, 'utf8')).split('\n').length).toBe(3);
  });

  it('is written in the order of the calls when nobody waits', async () => {
    await using folder = await tempFolder();
    const ledger = await openLedger(folder.at('events.jsonl'), { run: 'r1' });
    const heard: number[] = [];
    const deaf = ledger.onAppend(() => heard.push(-1));
    ledger.onAppend((event) => heard.push(event.seq));
    deaf();
    const all = await Promise.all(Array.from({ length: 50 }, (_, i) => ledger.append(note(`${i}`))));
    await ledger.close();
    const numbers = Array.from({ length: 50 }, (_, i) => i + 1);
    expect(all.map((event) => event.seq)).toEqual(numbers);
    expect(heard).toEqual(numbers);
    const again = await openLedger(ledger.file, { run: 'r1' });
    expect(again.events).toEqual(all);
    await again.close();
  });

  it('holds no secret, wherever it stands in the payload', async () => {
    await using folder = await tempFolder();
    const redact = makeRedactor(['correct-horse-battery']);
    const ledger = await openLedger(folder.at('events.jsonl'), { run: 'r1', redact });
    const recorded = await ledger.append({
      type: 'claim.made',
      session: 1,
      claim: 'done',
      handoff: { learned: 'the key is correct-horse-battery', did: 'nothing' },
    });
    await ledger.close();
    expect(recorded).toMatchObject({ handoff: { learned: 'the key is [redacted]', did: 'nothing' } });
    expect(await readFile(ledger.file, 'utf8')).not.toContain('horse');
  });

  it('is not written when it cannot be written without a secret', async () => {
    await using folder = await tempFolder();
    const redact = makeRedactor(['needs-human']);
    const ledger = await openLedger(folder.at('events.jsonl'), { run: 'r1', redact });
    const event: Event = { type: 'claim.made', session: 1, claim: 'needs-human', handoff: {} };
    await expect(ledger.append(event)).rejects.toThrow(
      /^A secret reads like a word of ours, so that a claim.made event cannot be written without it \(claim: /,
    );
    await ledger.append(note('one'));
    await ledger.close();
    expect(ledger.events.map((one) => one.type)).toEqual(['note.added']);
  });
});

describe('a ledger that is opened again', () => {
  it('goes on where it ended', async () => {
    await using folder = await tempFolder();
    const file = folder.at('events.jsonl');
    const lines = ledgerLines(['one', 'two']);
    await writeFile(file, `${lines.join('\n')}\n`);
    const ledger = await openLedger(file, { run: 'r1' });
    expect(ledger.repaired).toBeUndefined();
    expect(ledger.events).toEqual(lines.map((line) => JSON.parse(line)));
    const third = await ledger.append(note('three'));
    await ledger.close();
    expect(third).toMatchObject({ seq: 3, prev: sha256(lines[1] ?? '') });
  });

  it('has the defaults of fields that an older agentloop did not write', async () => {
    await using folder = await tempFolder();
    const file = folder.at('events.jsonl');
    const [line = ''] = ledgerLines(['one']);
    const old = { ...JSON.parse(line), type: 'cost.updated', usd: null, usage: { inputTokens: 5 } };
    await writeFile(file, `${JSON.stringify({ ...old, words: undefined, by: undefined })}\n`);
    const ledger = await openLedger(file, { run: 'r1' });
    await ledger.close();
    expect(ledger.events).toMatchObject([{ usage: { inputTokens: 5, outputTokens: 0 } }]);
  });

  it('is not written by a closed one', async () => {
    await using folder = await tempFolder();
    const ledger = await openLedger(folder.at('events.jsonl'), { run: 'r1' });
    const last = ledger.append(note('on its way'));
    await ledger.close();
    await ledger.close();
    await expect(ledger.append(note('too late'))).rejects.toThrow(new BugError(`${ledger.file} is closed`));
    expect((await last).seq).toBe(1);
  });
});

const [one = '', two = '', three = ''] = ledgerLines(['one', 'two', 'three']);

describe('a torn last line is cut off, kept and told', () => {
  it.each([
    ['half a line', two.slice(0, 40), 40],
    ['a line without its newline', two, two.length],
    ['one byte', '{', 1],
    ['zeros of a lost page', '\0'.repeat(512), 512],
    ['a line that is not JSON', '\0\0\0half":1}\n', 12],
    ['half a line with brackets and quotes in its text', '{"words":"a \\"} {\\\\\\" } b', 25],
    ['half a character', Buffer.from(two.replace('two', 'zwölf')).subarray(0, 12), 12],
  ])('%s', async (_name, torn, bytes) => {
    await using folder = await tempFolder();
    const file = folder.at('events.jsonl');
    await writeFile(file, `${one}\n`);
    await appendFile(file, torn);
    const ledger = await openLedger(file, { run: 'r1' });
    expect(ledger.repaired).toBe(
      `cut off a torn last line (${bytes} bytes after line 1) and kept it in events.jsonl.torn`,
    );
    await ledger.append(note('two again'));
    await ledger.close();
    const again = await openLedger(file, { run: 'r1' });
    await again.close();
    expect(again.repaired).toBeUndefined();
    expect(again.events.map((event) => event.type === 'note.added' && event.words)).toEqual([
      'one',
      'two again',
    ]);
    expect(await readFile(`${file}.torn`)).toEqual(Buffer.concat([Buffer.from(torn), Buffer.from('\n')]));
  });

  it('when it is the first line, nothing is left but an empty ledger', async () => {
    await using folder = await tempFolder();
    const file = folder.at('events.jsonl');
    await writeFile(file, one.slice(0, -1));
    const ledger = await openLedger(file, { run: 'r1' });
    expect(ledger.repaired).toContain('after line 0');
    expect(await ledger.append(note('one'))).toMatchObject({ seq: 1, prev: zeros });
    await ledger.close();
  });

  it('what is kept is added to what was kept before', async () => {
    await using folder = await tempFolder();
    const file = folder.at('events.jsonl');
    for (const torn of ['first', 'second']) {
      await appendFile(file, torn);
      await (await openLedger(file, { run: 'r1' })).close();
    }
    expect(await readFile(`${file}.torn`, 'utf8')).toBe('first\nsecond\n');
  });
});

describe('a broken ledger is refused and left as it is', () => {
  const changed = (line: string, change: object) => JSON.stringify({ ...JSON.parse(line), ...change });
  const payloadOf = (line: string, change: object) => {
    const value = { ...JSON.parse(line), ...change };
    return JSON.stringify(Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null)));
  };
  const odd: [string, string[], string][] = [
    ['a line in the middle that is not JSON', [one, two.slice(1), three], 'Line 2 of F is not JSON.'],
    ['an empty line in the middle', [one, '', two], 'Line 2 of F is not JSON.'],
    ['garbage before a torn line', [one, 'garbage', '{"half'], 'Line 2 of F is not JSON.'],
    [
      'two lines without a newline between them',
      [one, `${two} ${three}`],
      'Line 2 of F has more behind its end.',
    ],
    ['a last newline that is something else', [one, `${two}\v`], 'Line 2 of F has more behind its end.'],
    [
      'half a line behind a lost newline',
      [one, `${two}${three.slice(0, 9)}`],
      'Line 2 of F has more behind its end.',
    ],
    ['a line that is no object', [one, '[1]', three], 'Line 2 of F is not a JSON object.'],
    ['a last line that is no object', [one, 'null'], 'Line 2 of F is not a JSON object.'],
    ['no format', [payloadOf(one, { v: null })], 'Line 1 of F has "v": nothing where 1 belongs.'],
    ['an odd format', [changed(one, { v: '1' })], 'Line 1 of F has "v": "1" where 1 belongs.'],
    ['a missing line', [one, three], 'Line 2 of F has "seq": 3 where 2 belongs.'],
    ['a missing first line', [two, three], 'Line 1 of F has "seq": 2 where 1 belongs.'],
    ['a line that stands twice', [one, two, two], 'Line 3 of F has "seq": 2 where 3 belongs.'],
    ['lines in another order', [two, one], 'Line 1 of F has "seq": 2 where 1 belongs.'],
    [
      'a sequence that is no number',
      [changed(one, { seq: '1' })],
      'Line 1 of F has "seq": "1" where 1 belongs.',
    ],
    [
      'no type',
      [payloadOf(one, { type: null })],
      'Line 1 of F has "type": nothing where the name of an event belongs.',
    ],
    ['no time', [changed(one, { ts: 17 })], 'Line 1 of F has "ts": 17 where an ISO time belongs.'],
    ['another run', [changed(one, { run: 'r2' })], 'Line 1 of F has "run": "r2" where "r1" belongs.'],
    ['no hash', [changed(one, { prev: 0 })], 'Line 1 of F has "prev": 0 where a sha256 belongs.'],
    [
      'a long odd value, cut',
      [changed(one, { run: 'r'.repeat(5000) })],
      `Line 1 of F has "run": "${'r'.repeat(59)}... where "r1" belongs.`,
    ],
    [
      'a changed line',
      [one.replace('one', 'eno'), two],
      'Line 2 of F does not follow from the line before it ("prev" is not its sha256): one of them was changed.',
    ],
    [
      'a first line that follows another',
      [changed(one, { prev: sha256('x') })],
      'Line 1 of F does not follow from the line before it ("prev" is not its sha256): one of them was changed.',
    ],
    [
      'a field that is missing',
      [payloadOf(one, { words: null })],
      'Line 1 of F is no valid note.added event (words: Invalid input: expected string, received undefined).',
    ],
    [
      'a field too many',
      [one, payloadOf(two, { extra: 1 })],
      'Line 2 of F is no valid note.added event (payload: Unrecognized key: "extra").',
    ],
    [
      'a field of the wrong kind, deep inside',
      [payloadOf(one, { type: 'cost.updated', words: null, by: null, usd: 1, usage: { inputTokens: -1 } })],
      'Line 1 of F is no valid cost.updated event (usage.inputTokens: Too small: expected number to be >=0).',
    ],
    [
      'a newer format',
      [one, changed(two, { v: 2 })],
      'Line 2 of F was written by a newer agentloop: it has format 2, this one reads format 1.',
    ],
    [
      'an unknown event',
      [one, changed(two, { type: 'moon.landed' })],
      'Line 2 of F was written by a newer agentloop: it has an event "moon.landed" which this one does not know.',
    ],
    [
      'an event named like something every object has',
      [changed(one, { type: 'toString' })],
      'Line 1 of F was written by a newer agentloop: it has an event "toString" which this one does not know.',
    ],
  ];
  it.each(odd)('%s', async (_name, lines, sentence) => {
    await using folder = await tempFolder();
    const file = folder.at('events.jsonl');
    const text = lines.join('\n') + (/\v|half/.test(lines.at(-1) ?? '') ? '' : '\n');
    await writeFile(file, text);
    const error = await openLedger(file, { run: 'r1' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    const { message, help, exit } = error as UserError;
    expect(message.replace(file, 'F')).toBe(sentence);
    expect(exit).toBe('cannot-start');
    expect(help).toMatch(
      sentence.includes('newer')
        ? /Update agentloop .* agentloop run --new$/
        : /Keep a copy .* agentloop run --new$/,
    );
    expect(await readFile(file, 'utf8')).toBe(text);
    await expect(stat(`${file}.torn`)).rejects.toThrow('ENOENT');
  });

  it('a line longer than any of ours, before it fills the memory', async () => {
    await using folder = await tempFolder();
    const file = folder.at('events.jsonl');
    await writeFile(file, `${one}\n${'x'.repeat(12_000_000)}`);
    await expect(openLedger(file, { run: 'r1' })).rejects.toThrow(
      `Line 2 of ${file} has more than 8388608 bytes.`,
    );
  });

  it('something that is no file', async () => {
    await using folder = await tempFolder();
    const error = await openLedger(folder.path, { run: 'r1' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(new RegExp(`^${folder.path} cannot be opened: EISDIR`));
  });
});

describe('the disk', () => {
  afterEach(() => vi.restoreAllMocks());

  /** Spies on a method of every file handle. */
  const spyOn = async (folder: string, method: 'sync' | 'datasync') => {
    const handle = await open(folder, 'r');
    const spy = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, method);
    await handle.close();
    return spy;
  };

  it('has the new folders and the file when a ledger is made, and each event when append returns', async () => {
    await using folder = await tempFolder();
    const file = folder.at('runs', 'r1', 'events.jsonl');
    const [sync, datasync] = [await spyOn(folder.path, 'sync'), await spyOn(folder.path, 'datasync')];
    const first = await openLedger(file, { run: 'r1' });
    // The folder of the file, the one above, and the one that was there before.
    expect(sync).toHaveBeenCalledTimes(3);
    for (let count = 1; count <= 3; count += 1) {
      await first.append(note('one'));
      expect(datasync).toHaveBeenCalledTimes(count);
    }
    await first.close();
    await (await openLedger(file, { run: 'r1' })).close();
    expect(sync).toHaveBeenCalledTimes(3);
  });

  it('when it is full ends the ledger; the torn line is repaired by the next open, and no event is lost', async () => {
    await using folder = await tempFolder();
    const file = folder.at('events.jsonl');
    const program = await build('append', folder.path);
    const limited = ['bash', '-c', 'ulimit -f 4; exec "$@"', 'limited'];
    await using writer = start(program, [file, 'r1', '100', '0'], limited);
    const first = await writer.ask('burst');
    const whole = (await readFile(file, 'utf8')).split('\n').length - 1;
    expect(first).toMatch(
      new RegExp(`^${whole} ${file} could not be written: only \\d+ of \\d+ bytes fitted\\. `),
    );
    const { size } = await stat(file);
    expect(size).toBe(4096);
    expect(await writer.ask('burst')).toBe(first);
    expect((await stat(file)).size).toBe(size);

    const ledger = await openLedger(file, { run: 'r1' });
    expect(ledger.repaired).toContain(`after line ${whole})`);
    expect(ledger.events.length).toBe(whole);
    await ledger.close();
  });

  it('is not written any more after an fsync that failed, and fsync is not tried again', async () => {
    await using folder = await tempFolder();
    const ledger = await openLedger(folder.at('events.jsonl'), { run: 'r1' });
    await ledger.append(note('safe'));
    const { size } = await stat(ledger.file);
    const fsync = await spyOn(folder.path, 'datasync');
    fsync.mockRejectedValueOnce(new Error('EIO: i/o error, fdatasync'));
    const both = Promise.allSettled([ledger.append(note('in doubt')), ledger.append(note('behind it'))]);
    const sentence = `${ledger.file} could not be written: EIO: i/o error, fdatasync. Nothing more is written to it; what was recorded before is safe.`;
    const help = 'Free some space or mend the disk, then go on with: agentloop run';
    const failure = { status: 'rejected', reason: new UserError(sentence, help, 'cannot-start') };
    expect(await both).toEqual([failure, failure]);
    await expect(ledger.append(note('later'))).rejects.toThrow(sentence);
    expect(fsync).toHaveBeenCalledTimes(1);
    expect(ledger.events.length).toBe(1);
    const line = (await readFile(ledger.file, 'utf8')).slice(size);
    expect(line.split('\n').length).toBe(2);
    await ledger.close();
  });
});
