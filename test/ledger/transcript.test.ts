import { appendFile, open, readFile, stat, writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { makeRedactor } from '../../src/ledger/redact.ts';
import { openTranscript, readTranscript } from '../../src/ledger/transcript.ts';
import { tempFolder } from './temp-folder.ts';

const now = () => Date.parse('2026-11-20T11:40:00Z');
const ts = '2026-11-20T11:40:00.000Z';

/** Counts fdatasync. */
async function spyOnFsync(file: string) {
  const handle = await open(file, 'r');
  const spy = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'datasync');
  await handle.close();
  return spy;
}

describe('a transcript', () => {
  afterEach(() => vi.restoreAllMocks());

  it('has entries with their payload first, numbered from 1', async () => {
    await using folder = await tempFolder();
    const transcript = await openTranscript(folder.at('sessions', '1.jsonl'), { now });
    const first = await transcript.write('command.started', {
      command: 'npm test',
      nested: { a: [1, null] },
    });
    const second = await transcript.write('command.ended', { code: 0, left: undefined });
    await transcript.close();
    const text = await readFile(transcript.file, 'utf8');
    expect(text).toBe(
      `{"command":"npm test","nested":{"a":[1,null]},"seq":1,"ts":"${ts}","type":"command.started"}\n` +
        `{"code":0,"seq":2,"ts":"${ts}","type":"command.ended"}\n`,
    );
    expect(transcript.entries).toEqual([first, second]);
    expect(second).toStrictEqual({ code: 0, seq: 2, ts, type: 'command.ended' });
    expect(await readTranscript(transcript.file)).toEqual({ entries: [first, second] });
    expect((await stat(transcript.file)).mode & 0o777).toBe(0o600);
  });

  it('keeps its own seq, ts and type, whatever the data calls so', async () => {
    await using folder = await tempFolder();
    const transcript = await openTranscript(folder.at('1.jsonl'), { now });
    await transcript.write('model.said', { type: 'message', seq: 99, role: 'assistant', ts: 0 });
    await transcript.close();
    expect(await readFile(transcript.file, 'utf8')).toBe(
      `{"role":"assistant","seq":1,"ts":"${ts}","type":"model.said"}\n`,
    );
  });

  it('puts an entry on disk before it goes on only when asked to', async () => {
    await using folder = await tempFolder();
    const transcript = await openTranscript(folder.at('1.jsonl'));
    const fsync = await spyOnFsync(transcript.file);
    await transcript.write('model.said', { text: 'hello' });
    expect(fsync).toHaveBeenCalledTimes(0);
    await transcript.write('command.started', { command: 'rm -r build' }, true);
    expect(fsync).toHaveBeenCalledTimes(1);
    await transcript.close();
  });

  it('is written no more once an fsync has failed', async () => {
    await using folder = await tempFolder();
    const transcript = await openTranscript(folder.at('1.jsonl'));
    (await spyOnFsync(transcript.file)).mockRejectedValueOnce(new Error('EIO'));
    await expect(transcript.write('command.started', {}, true)).rejects.toThrow('could not be written: EIO');
    const { size } = await stat(transcript.file);
    await expect(transcript.write('model.said', {})).rejects.toThrow('could not be written: EIO');
    expect((await stat(transcript.file)).size).toBe(size);
    await transcript.close();
  });

  it('holds no secret, neither in values nor in keys nor in what it gives back', async () => {
    await using folder = await tempFolder();
    const transcript = await openTranscript(folder.at('1.jsonl'), {
      redact: makeRedactor(['correct-horse']),
    });
    const entry = await transcript.write('tool.ended', {
      output: [{ 'the correct-horse': 'was correct-horse' }],
    });
    await transcript.close();
    expect(entry).toMatchObject({ output: [{ 'the [redacted]': 'was [redacted]' }] });
    expect(await readFile(transcript.file, 'utf8')).not.toContain('horse');
  });

  it('refuses an entry that is too long for a line, and goes on', async () => {
    await using folder = await tempFolder();
    const transcript = await openTranscript(folder.at('1.jsonl'));
    await expect(transcript.write('tool.ended', { output: 'x'.repeat(9_000_000) })).rejects.toThrow(
      /^a line of 9000\d+ bytes .* the limit is 8388608$/,
    );
    expect((await transcript.write('tool.ended', { output: 'x'.repeat(8_000_000) })).seq).toBe(1);
    await transcript.close();
    expect((await readTranscript(transcript.file)).entries.length).toBe(1);
  });

  it('goes on where it ended; a torn last line is cut off and kept', async () => {
    await using folder = await tempFolder();
    const file = folder.at('1.jsonl');
    const first = await openTranscript(file, { now });
    await first.write('model.said', { text: 'hello' });
    await first.close();
    await appendFile(file, '{"text":"hel');
    expect(await readTranscript(file)).toEqual({
      entries: first.entries,
      torn: 'a torn last line (12 bytes after line 1)',
    });
    const again = await openTranscript(file, { now });
    expect(again.entries).toEqual(first.entries);
    expect((await again.write('model.said', { text: 'again' })).seq).toBe(2);
    await again.close();
    expect((await readTranscript(file)).torn).toBeUndefined();
    expect(await readFile(`${file}.torn`, 'utf8')).toBe('{"text":"hel\n');
  });

  const one = `{"seq":1,"ts":"${ts}","type":"a"}`;
  it.each([
    ['no JSON', ['garbage', one], 'Line 1 of F is not JSON.'],
    ['no object', [one, 'null', one], 'Line 2 of F is not a JSON object.'],
    ['a missing entry', [`{"seq":2,"ts":"${ts}","type":"a"}`], 'Line 1 of F has "seq": 2 where 1 belongs.'],
    ['no time', ['{"seq":1,"type":"a"}'], 'Line 1 of F has "ts": nothing where an ISO time belongs.'],
    ['no type', [`{"seq":1,"ts":"${ts}"}`], 'Line 1 of F has "type": nothing where a name belongs.'],
  ])('that is odd (%s) is refused by name and line, and left as it is', async (_name, lines, sentence) => {
    await using folder = await tempFolder();
    const file = folder.at('1.jsonl');
    const text = `${lines.join('\n')}\n`;
    await writeFile(file, text);
    for (const attempt of [openTranscript, readTranscript]) {
      const error = await attempt(file).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UserError);
      expect((error as UserError).message.replace(file, 'F')).toBe(sentence);
    }
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('that is not there is told as such', async () => {
    await using folder = await tempFolder();
    await expect(readTranscript(folder.at('7.jsonl'))).rejects.toThrow(
      `There is no ${folder.at('7.jsonl')}.`,
    );
  });
});
