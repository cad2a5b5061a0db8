import { randomBytes } from 'node:crypto';
import { harmless } from '../harmless.ts';
import type { Io } from '../io.ts';

/**
 * Commands to the runner of GitHub Actions, which reads them in what a step prints. What comes from brains, tests and
 * repositories must never be one: while a command of ours runs the runner is told to hear none.
 */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  /** From the top of the repository. */
  readonly file?: string;
  readonly line?: number;
  readonly text: string;
}

/** Longest text of an annotation, in characters. */
const mostText = 2000;

/** One annotation as the runner reads it, in one line whatever the words are. */
export function annotationLine({ level, title, file, line, text }: Annotation): string {
  const properties = [
    ...(file === undefined ? [] : [`file=${property(file)}`]),
    ...(line === undefined ? [] : [`line=${line}`]),
    `title=${property(harmless(title).slice(0, 200))}`,
  ];
  return `::${level} ${properties.join(',')}::${data(harmless(text).slice(0, mostText))}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Whether this is a step of GitHub Actions (or of a forge that works alike). */
export function isActions(env: Io['env']): boolean {
  return env['GITHUB_ACTIONS'] === 'true';
}

/** A runner that hears nothing but what is said through `say`. */
export interface Runner {
  say(lines: readonly string[]): void;
  /** From now on it hears again. */
  hearAgain(): void;
}

/** Keeps the runner from hearing commands in what is printed; nobody can guess the word that ends it. */
export function stopCommands({ stderr }: Pick<Io, 'stderr'>): Runner {
  let word = '';
  const stop = () => {
    // A new one each time: what was printed before may have been read.
    word = randomBytes(24).toString('hex');
    stderr.write(`::stop-commands::${word}\n`);
  };
  const hear = () => stderr.write(`::${word}::\n`);
  stop();
  return {
    say(lines) {
      if (lines.length === 0) return;
      hear();
      stderr.write(`${lines.join('\n')}\n`);
      stop();
    },
    hearAgain: hear,
  };
}
