import type { Providers } from '../../policy/providers.ts';
import { whatItMeans } from '../../policy/what-it-means.ts';
import type { BrainEvent } from '../brain.ts';
import { cutWords } from '../cut-words.ts';
import { failed } from '../ends-once.ts';
import { failureOf } from '../how-it-ended.ts';
import { amountAt, textAt } from './loose.ts';
import type { TalkEnd } from './talk.ts';

export interface Trouble {
  /** The command as its user knows it. */
  readonly command: string;
  readonly end: Pick<TalkEnd & { kind: 'trouble' }, 'code' | 'message' | 'data'>;
  readonly providers: Providers;
  /** ms since 1970. */
  readonly now: number;
}

/** What an error of an agent means: it has tried again by itself, so what passes by itself is waited for. Pure. */
export function meaningOfTrouble({ command, end, providers, now }: Trouble): BrainEvent {
  const text = wordsOf(end);
  const status = statusOf(end, text);
  const code = end.code === null ? undefined : String(end.code);
  const name = `\`${cutWords(command, 120)}\``;
  const what = `failed: ${sentence(cutWords(text, 800))}`;
  const reason = `${name} ${what}`;
  if (end.code === null)
    return failed({ kind: 'fatal', reason, help: 'Try another version of it, or another brain.' });
  const meaning = whatItMeans(providers, { from: 'command', text, status, code, command }, now);
  return meaning === undefined ? failed({ kind: 'crashed', reason }) : failureOf(meaning, name, what);
}

/** Its words: of an "Internal error" the details, of an answer of a provider in JSON the message in it. */
function wordsOf({ message, data }: Trouble['end']): string {
  const details =
    textAt(data, 'details') ?? textAt(data, 'message') ?? (typeof data === 'string' ? data : undefined);
  const inside = textAt(jsonOf(message), 'error', 'message') ?? message.replace(/^internal error(: |$)/i, '');
  return [inside, details].filter((words) => words !== undefined && words !== '').join(' ') || message;
}

/** The HTTP status in it: as the code of the error, of the answer it repeats, or in its words. */
function statusOf({ code, message, data }: Trouble['end'], text: string): number | undefined {
  const written = /^(?:error:? )?([45]\d\d)\b|\bHTTP ([45]\d\d)\b/i.exec(text);
  const found = [
    code ?? undefined,
    amountAt(jsonOf(message), 'error', 'code'),
    amountAt(data, 'status'),
    written === null ? undefined : Number(written[1] ?? written[2]),
  ];
  return found.find((one) => one !== undefined && one >= 400 && one < 600);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
