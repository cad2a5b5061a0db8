import type { Files } from '../scene.ts';

/** A small project with passing tests: whole numbers, and one feature that is wanted. */
export interface SampleRepo {
  /** The runner, as the table says it. */
  readonly runner: string;
  readonly files: Files;
  /** The tests of the feature, and what must be there so that they load: red. */
  readonly given: Files;
  /** What the check runs. */
  readonly check: string;
  /** Packages that init.sh links into node_modules, and their programs. */
  readonly packages?: Readonly<Record<string, string>>;
  /** A command that ends with 0 where the machine has the runner. */
  readonly needs?: readonly string[];
}

/** What is wanted, the same in each of them. */
export const wanted = {
  title: 'Roman numerals',
  description:
    'to_roman (toRoman in JavaScript and TypeScript, ToRoman in Go) takes a whole number from 1 to 3999 and gives its ' +
    'Roman numeral in capital letters, with the usual subtractive pairs: 4 is IV, 9 is IX, 40 is XL, 1994 is MCMXCIV. ' +
    'Anything else is an error: RangeError in JavaScript, ValueError in Python.',
};

/** The second feature, for work in two steps. */
export const wantedNext = {
  title: 'Read Roman numerals',
  description:
    'from_roman (fromRoman) takes a Roman numeral and gives the number. A text that is none is an error: RangeError in ' +
    'JavaScript, ValueError in Python.',
};
