import { join } from 'node:path';
import { dropSealed } from '../judge/sealed/find.ts';
import type { Event } from '../ledger/event.ts';
import { type BrokenMessage, type Message, readInbox, removeFromInbox } from '../ledger/inbox.ts';
import type { State } from '../ledger/state.ts';
import type { Crew } from './crew.ts';

/** How often the inbox is looked into, in ms: a person at another shell does not notice a quarter of a second. */
const every = 250;

/**
 * Takes out what was said to a process that is gone: whoever starts the run again wants it to run, and not to stop because
 * the last one was killed before it heard. What is said of the work stays, and what ends a pause that was heard. Gives sentences for a person. The lock must be
 * ours, and nobody was told yet that we are here.
 */
export async function dropUnheard(runDir: string): Promise<readonly string[]> {
  const { messages, broken } = await readInbox(join(runDir, 'inbox'));
  const said = broken.map(setAside);
  for (const { file, message } of messages) {
    if (!['stop', 'pause'].includes(message.type)) continue;
    await removeFromInbox(file);
    said.push(
      `"${message.type}" by ${message.by} was for a process that is gone; it does not hold for this one.`,
    );
  }
  return said;
}

/**
 * Takes people's words from the inbox into the ledger, now and from here on. Gives a function that ends this.
 * A message leaves the inbox only when the ledger has it.
 */
export async function takeInbox(crew: Crew): Promise<() => void> {
  await takeAll(crew);
  let busy = false;
  const timer = setInterval(async () => {
    if (busy) return;
    busy = true;
    try {
      await takeAll(crew);
    } catch (error) {
      crew.watcher.activity(`the inbox cannot be read: ${String(error)}`);
    } finally {
      busy = false;
    }
  }, every);
  timer.unref();
  return () => clearInterval(timer);
}

async function takeAll(crew: Crew): Promise<void> {
  const { messages, broken } = await readInbox(join(crew.runDir, 'inbox'));
  for (const one of broken) crew.watcher.say(setAside(one));
  for (const { file, message } of messages) {
    const event = eventOf(message, crew.book.state);
    if (event) await crew.book.record(event);
    if (message.type === 'drop') await drop(crew, message);
    await removeFromInbox(file);
    if (message.type === 'stop' && message.now) crew.signals.raiseHard('asked');
    else if (message.type === 'stop') crew.signals.raiseSoft();
    crew.nudge();
  }
}

function setAside({ file, why }: BrokenMessage): string {
  return `A message to the run was set aside: ${file}: ${why}`;
}

/** Also after a kill in between: taking out what is gone changes nothing. */
async function drop(crew: Crew, { feature: id, what }: Extract<Message, { type: 'drop' }>): Promise<void> {
  const { list } = await crew.lists(crew.book.state.tip);
  const feature = list.features.find((one) => one.id === id);
  if (feature) await dropSealed(crew.repo, crew.sealed, feature, what);
}

/** What a message means in the ledger; undefined when it changes nothing. */
function eventOf(message: Message, state: State): Event | undefined {
  const { by } = message;
  switch (message.type) {
    case 'pause':
      if (state.wait?.why === 'paused') return undefined;
      return { type: 'wait.started', why: 'paused', reason: `paused by ${by}` };
    case 'resume':
      if (!state.wait) return undefined;
      if (state.wait.why === 'paused') return { type: 'wait.ended', why: 'paused', how: `resumed by ${by}` };
      return { type: 'wait.ended', why: 'unavailable', how: `${by} says to try now`, early: true };
    case 'stop':
      return { type: 'stop.asked', by, now: message.now };
    case 'note': {
      const feature = message.feature === undefined ? {} : { feature: message.feature };
      return { type: 'note.added', words: message.words, by, ...feature };
    }
    case 'drop': {
      const what = message.what === undefined ? {} : { what: message.what };
      return { type: 'sealed.dropped', feature: message.feature, by, ...what };
    }
    case 'answer': {
      const known = state.features.get(message.feature);
      const { feature, words } = message;
      if (known?.landed) return { type: 'note.added', feature, words, by };
      return { type: 'feature.reopened', feature, why: `answered by ${by}`, by: 'person', words };
    }
  }
}
