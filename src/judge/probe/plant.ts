import { cargoPlant } from './plants/cargo.ts';
import { goPlant } from './plants/go.ts';
import { avaPlant, jestPlant, mochaPlant, nodeTestPlant, vitestPlant } from './plants/javascript.ts';
import { pytestPlant } from './plants/pytest.ts';

/** Where must-fail tests are planted: one test file as it stands. */
export interface Ground {
  /** Relative to the top. */
  readonly file: string;
  readonly text: string;
  /** Titles of the tests that were reported of it, the innermost part of each. */
  readonly titles: readonly string[];
}

/** Names by which the planted tests are found in a report. Nobody could know them before. */
export interface Names {
  /** Of this file: letters and digits, part of the name of each test planted in it. */
  readonly id: string;
  /** Of the whole run: the name of what watches the global state. */
  readonly word: string;
}

/** Tests that must fail, in the words of one runner: appended to the file, or in a file beside it. */
export type Planting = { readonly append: string } | { readonly beside: string; readonly text: string };

/** How one runner's files are planted; undefined: this file cannot be. */
export type Plant = (ground: Ground, names: Names) => Planting | undefined;

const plants: Readonly<Record<string, Plant>> = {
  'node-test': nodeTestPlant,
  vitest: vitestPlant,
  jest: jestPlant,
  mocha: mochaPlant,
  ava: avaPlant,
  pytest: pytestPlant,
  'go-test': goPlant,
  'cargo-test': cargoPlant,
};

/** The plant for the runner of that name (an adapter's); undefined: we do not know how its tests are written. */
export function plantFor(runner: string): Plant | undefined {
  return Object.hasOwn(plants, runner) ? plants[runner] : undefined;
}
