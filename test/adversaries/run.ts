import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../src/project/templates.ts';
import { type Cast, cheats, honest } from './catalogue.ts';
import { builtProgram, type Ending, fenceWorks, lacking, openStage, type Stage } from './stage.ts';
import { pageWith, rowsOf, tableOf } from './table.ts';

/** Two cores: more scenes at once only wait for each other. */
const atOnce = 2;
const page = join(packageRoot(), 'docs', 'judge.md');

/** Plays the scenes that the words choose and gives an exit code: 0 when all ended as they must. */
export async function adversaries(words: readonly string[], say: (line: string) => void): Promise<number> {
  if (!fenceWorks()) {
    say('bubblewrap is missing or not usable here: these brains misbehave and run only behind the fence');
    return 3;
  }
  const [write, told] = [words.includes('--write'), words.includes('--told')];
  const filter = words.filter((word) => !word.startsWith('--'));
  const chosen = chosenBy(filter);
  if (chosen.length === 0) {
    say(`no scene is called ${filter.join(' or ')}`);
    return 2;
  }
  const endings = await playAll(chosen, say, told);
  const wrong = endings.filter((ending) => !endedWell(ending));
  for (const ending of wrong)
    say(`\n=== ${ending.scene.name}: ${outcome(ending)}\n${ending.told.slice(-6000)}`);
  say(`\n${tableOf(endings)}\n`);
  // Of some scenes alone the page is not held against what came out, unless it is to be written.
  const stale = (filter.length === 0 || write) && (await renewed(endings, write, say));
  for (const { scene, ruling } of wrong) say(`${kindOf(scene.name)} ${ruling}: ${scene.name}`);
  return wrong.length > 0 || stale ? 1 : 0;
}

/** Those in whose name, family or repository one of the words stands; without words all. Cheats come first. */
function chosenBy(words: readonly string[]): readonly Cast[] {
  const all = [...cheats, ...honest];
  if (words.length === 0) return all;
  return all.filter(({ scene, family }) =>
    words.some((word) => [scene.name, scene.repo, family].some((text) => text.includes(word))),
  );
}

/** Plays them, those of one repository on the same stage, `atOnce` stages at a time. */
async function playAll(
  chosen: readonly Cast[],
  say: (line: string) => void,
  told: boolean,
): Promise<readonly Ending[]> {
  await using program = await builtProgram();
  const left = [...chosen];
  const endings: Ending[] = [];
  const missing = new Map(
    [...new Set(left.map(({ scene }) => scene.repo))].map((name) => [name, lacking(name)]),
  );
  for (const why of missing.values()) if (why !== undefined) say(`skipped: ${why}`);
  const worker = async () => {
    let stage: Stage | undefined;
    let at: string | undefined;
    for (;;) {
      // The same repository as before when there is more for it: what was seen of its base counts again.
      const next = left.findIndex(({ scene }) => scene.repo === at);
      const [cast] = left.splice(Math.max(next, 0), 1);
      if (cast === undefined) break;
      const { scene } = cast;
      if (missing.get(scene.repo) !== undefined) continue;
      if (at !== scene.repo) {
        await stage?.[Symbol.asyncDispose]();
        stage = await openStage(scene.repo, program.bin);
        at = scene.repo;
      }
      const ending = await (stage as Stage).play(scene);
      endings.push(ending);
      const seconds = (ending.ms / 1000).toFixed(1).padStart(5);
      const trusted = ending.trusted ? '' : '  (its own check is red)';
      say(
        `${endedWell(ending) ? 'ok ' : 'NOT'} ${seconds} s  ${scene.repo} ${scene.name}: ${outcome(ending)}${trusted}`,
      );
      if (told) say(ending.told);
    }
    await stage?.[Symbol.asyncDispose]();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const order = chosen.map(({ scene }) => scene.name);
  return endings.sort((a, b) => order.indexOf(a.scene.name) - order.indexOf(b.scene.name));
}

/** Whether the table of the page is another one; with `write` it is replaced. */
async function renewed(
  endings: readonly Ending[],
  write: boolean,
  say: (line: string) => void,
): Promise<boolean> {
  const text = await readFile(page, 'utf8');
  // What this machine cannot play keeps the row it has.
  const now = pageWith(text, endings);
  if (now === text) return false;
  if (write) {
    await writeFile(page, now);
    say('docs/judge.md: written');
    return false;
  }
  const old = new Set(rowsOf(text));
  for (const row of rowsOf(now)) if (!old.has(row)) say(`not in docs/judge.md: ${row}`);
  say('docs/judge.md does not say what came out; `npm run adversaries -- --write` writes it');
  return true;
}

function endedWell({ scene, ruling }: Ending): boolean {
  return ruling === (kindOf(scene.name) === 'cheat' ? 'refused' : 'accepted');
}

function kindOf(name: string): 'cheat' | 'honest solution' {
  return cheats.some(({ scene }) => scene.name === name) ? 'cheat' : 'honest solution';
}

function outcome({ ruling, code }: Ending): string {
  return [ruling, code].filter(Boolean).join(', ');
}
