import { formsOf } from '../ledger/secret-forms.ts';
import { certainKeys } from './certain-keys.ts';

/** A secret in a text. */
export interface FoundSecret {
  /** What it is, in words: never the secret. */
  readonly what: string;
  /** The stretch of text that gives it away. Never told. */
  readonly value: string;
  /** Line of the text, from 1. */
  readonly line: number;
}

/** Every secret in a text, in order, each stretch once. */
export type FindSecrets = (text: string) => readonly FoundSecret[];

/** Most that are told of one text. */
const most = 20;

/**
 * Makes what finds secrets: the values that are known, in every form of `formsOf`, then keys that can be told by their
 * shape alone. Unlike the redactor, which may take out too much, this refuses work: it must be sure.
 */
export function secretFinder(known: readonly string[]): FindSecrets {
  const forms = [...new Set(known.flatMap((value) => formsOf(value).map(({ text }) => text)))].sort(
    (a, b) => b.length - a.length,
  );
  return (text) => {
    const found: { at: number; value: string; what: string }[] = [];
    const add = (at: number, value: string, what: string) => {
      const overlaps = found.some((one) => at < one.at + one.value.length && one.at < at + value.length);
      if (!overlaps && found.length < most) found.push({ at, value, what });
    };
    for (const form of forms) {
      for (
        let at = text.indexOf(form);
        at >= 0 && found.length < most;
        at = text.indexOf(form, at + form.length)
      )
        add(at, form, 'a value that this run was told to keep secret');
    }
    for (const { what, find } of certainKeys) for (const { at, value } of find(text)) add(at, value, what);
    found.sort((a, b) => a.at - b.at);
    let [line, seen] = [1, 0];
    return found.map(({ at, value, what }) => {
      for (; seen < at; seen += 1) if (text.charCodeAt(seen) === 0x0a) line += 1;
      return { what, value, line };
    });
  };
}
