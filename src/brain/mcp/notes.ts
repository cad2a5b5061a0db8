import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import * as z from 'zod';
import { messageOf } from '../../errors.ts';
import type { BrainEvent } from '../brain.ts';
import { cutWords } from '../cut-words.ts';
import { readRegular } from '../read-regular.ts';
import { noteCaps } from './offered.ts';

/** What a brain notes while it works, one JSON object `{ "text": … }` a line; it ends up in what the session learned. */

const Note = z.object({ text: z.string().min(1) });

/**
 * The notes in a file that a program we do not trust may have written: lines that are none are left out, what is more
 * than the caps is cut. A file that is missing, a link, no file or too large gives none. Never throws.
 */
export async function readNotes(file: string): Promise<readonly string[]> {
  return await read(file).catch(() => []);
}

/** Adds a note. Gives how many there are now; a sentence when it was not taken. Never throws. */
export async function addNote(file: string, text: string): Promise<{ readonly now: number } | string> {
  const note = text.replace(/\s+/g, ' ').trim();
  if (note === '') return 'The note is empty. Nothing was noted.';
  if (note.length > noteCaps.characters)
    return `A note has at most ${noteCaps.characters} characters, this one has ${note.length}. Say it shorter. Nothing was noted.`;
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  try {
    const before = (await read(file)).length;
    if (before >= noteCaps.notes)
      return `There are ${before} notes already, and no more are kept. Put what matters into "learned" of your claim.`;
    const handle = await open(file, flags | constants.O_NONBLOCK, 0o644);
    try {
      // One write of one line: notes of two servers at once never stand in one another.
      await handle.write(`${JSON.stringify({ text: note })}\n`);
    } finally {
      await handle.close();
    }
    return { now: before + 1 };
  } catch (error) {
    return `The note could not be written: ${messageOf(error)}. Put it into "learned" of your claim.`;
  }
}

/** The end of a session with its notes behind what the brain says it learned; every other event as it is. */
export function withNotes(event: BrainEvent, notes: readonly string[]): BrainEvent {
  if (event.type !== 'finished' || notes.length === 0) return event;
  const learned = [
    ...(event.handoff.learned === undefined ? [] : [event.handoff.learned.trimEnd()]),
    ...notes,
  ];
  return { ...event, handoff: { ...event.handoff, learned: learned.join('\n') } };
}

async function read(file: string): Promise<readonly string[]> {
  const content = await readRegular(file, noteCaps.bytes);
  const notes = (content?.toString('utf8') ?? '').split('\n').flatMap(noteIn);
  return notes.slice(0, noteCaps.notes);
}

function noteIn(line: string): readonly string[] {
  try {
    const { text } = Note.parse(JSON.parse(line));
    const note = text.replace(/\s+/g, ' ').trim();
    return note === '' ? [] : [cutWords(note, noteCaps.characters)];
  } catch {
    return [];
  }
}
