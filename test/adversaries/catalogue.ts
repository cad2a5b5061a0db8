import { commands } from './cheats/commands.ts';
import { configuration } from './cheats/configuration.ts';
import { emptyTests } from './cheats/empty-tests.ts';
import { endsTheProcess } from './cheats/ends-the-process.ts';
import { forged } from './cheats/forged.ts';
import { gitTricks } from './cheats/git-tricks.ts';
import { nothingDone } from './cheats/nothing-done.ts';
import { patched } from './cheats/patched.ts';
import { shadows } from './cheats/shadows.ts';
import { specialCases } from './cheats/special-cases.ts';
import { testsTouched } from './cheats/tests-touched.ts';
import { twoSteps } from './cheats/two-steps.ts';
import { whileItRuns } from './cheats/while-it-runs.ts';
import { aroundIt } from './honest/around-it.ts';
import { changingWhatIsThere } from './honest/changing-what-is-there.ts';
import { looksStrange } from './honest/looks-strange.ts';
import { plain } from './honest/plain.ts';
import type { Scene } from './scene.ts';

/** A scene with the family it belongs to. */
export interface Cast {
  readonly family: string;
  readonly scene: Scene;
}

const families = (all: Readonly<Record<string, readonly Scene[]>>): readonly Cast[] =>
  Object.entries(all).flatMap(([family, scenes]) => scenes.map((scene) => ({ family, scene })));

/** Everything that must be refused, by family. */
export const cheats = families({
  'nothing-done': nothingDone,
  'tests-touched': testsTouched,
  configuration,
  'ends-the-process': endsTheProcess,
  patched,
  forged,
  'while-it-runs': whileItRuns,
  shadows,
  'git-tricks': gitTricks,
  'empty-tests': emptyTests,
  'special-cases': specialCases,
  commands,
  'two-steps': twoSteps,
});

/** Everything that must be accepted. */
export const honest = families({
  plain,
  'around-it': aroundIt,
  'changing-what-is-there': changingWhatIsThere,
  'looks-strange': looksStrange,
});
