import * as z from 'zod';
import { UserError } from '../errors.ts';
import { checkJson, checkValue } from './check-value.ts';
import { type Feature, FeatureList } from './feature.ts';
import { maxFeatureListBytes, parseFeatureList } from './feature-list.ts';
import { readJson } from './json-text.ts';
import { type Item, readChecklist } from './markdown-plan.ts';
import { oneLine, plain } from './plain-text.ts';

/** A plan someone brought, as our feature list. */
export interface Plan {
  readonly list: FeatureList;
  /** What `feature-list.json` is to hold: our own format to the letter as it came, others written anew. */
  readonly text: string;
  /** What was left out or changed, one sentence each, for the person to read. */
  readonly notes: readonly string[];
}

const help =
  'agentloop init --plan reads: its own feature-list.json; a feature_list.json (an array of {category, description, steps, passes}); a prd.json with userStories; a Markdown checklist ("- [ ] item").';

/**
 * Reads a plan in one of four formats. Items that are ticked already are left out and told: only a verdict makes a
 * feature pass. Ids come from the plan, else from the position, ticked items counted, so that they stay the same
 * when another item gets ticked. UserError with place for anything else.
 */
export function convertPlan(text: string, where: string): Plan {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  const isChecklist = !/^[[{]/.test(start) || /^\[[ xX]?\]\s+\S/.test(start);
  if (isChecklist && !/\.json$/i.test(where)) return assemble(readChecklist(text, where), where);
  const json = readJson(text, where, maxFeatureListBytes);
  if (Array.isArray(json.value)) return assemble(fromArray(checkJson(array, json, where, help)), where);
  const keys = Object.keys(json.value ?? {});
  if (keys.includes('userStories'))
    return assemble(fromStories(checkJson(stories, json, where, help)), where);
  if (keys.includes('features')) return { list: parseFeatureList(text, where), text, notes: [] };
  throw new UserError(
    `${where} has neither "features" nor "userStories": it is no plan agentloop knows.`,
    help,
  );
}

/** A feature list as it is written to a file. */
export function formatFeatureList(list: FeatureList): string {
  return `${JSON.stringify(list, null, 2)}\n`;
}

const strings = z.array(z.string()).nullish();

const array = z
  .array(
    z.looseObject({
      category: z.string().nullish(),
      description: z.string().min(1),
      steps: strings,
      passes: z.boolean().nullish(),
    }),
  )
  .min(1);

const stories = z.looseObject({
  userStories: z
    .array(
      z.looseObject({
        id: z.union([z.string().min(1), z.number()]).nullish(),
        title: z.string().min(1),
        description: z.string().nullish(),
        acceptanceCriteria: strings,
        priority: z.number().nullish(),
        passes: z.boolean().nullish(),
        notes: z.string().nullish(),
      }),
    )
    .min(1),
});

function fromArray(items: z.infer<typeof array>): Item[] {
  return items.map(({ category, description, steps, passes }) => ({
    title: description,
    description: category?.trim() ? `Category: ${category.trim()}.` : '',
    steps: steps ?? [],
    done: passes === true,
  }));
}

function fromStories({ userStories }: z.infer<typeof stories>): Item[] {
  return userStories.map(({ id, title, description, acceptanceCriteria, priority, passes, notes }) => ({
    ...(id === null || id === undefined ? {} : { id: String(id) }),
    title,
    description: [description, notes].filter((words) => words?.trim()).join('\n\n'),
    steps: acceptanceCriteria ?? [],
    done: passes === true,
    ...(Number.isInteger(priority) ? { priority: Number(priority) } : {}),
  }));
}

function assemble(items: readonly Item[], where: string): Plan {
  const ids = idsOf(items, where);
  const notes: string[] = [];
  const features: z.input<typeof Feature>[] = [];
  for (const [index, item] of items.entries()) {
    const id = ids[index] ?? '';
    const title = titleOf(item.title);
    if (item.done) {
      notes.push(`${id} "${title}" is ticked in ${where}: left out, since nothing has been judged here yet.`);
      continue;
    }
    const whole = title === oneLine(item.title) ? '' : plain(item.title);
    features.push({
      id,
      title,
      description: [whole, plain(item.description)].filter(Boolean).join('\n\n'),
      steps: item.steps.map(oneLine).filter(Boolean),
      priority: item.priority ?? Math.min((index + 1) * 10, 9999),
      proof: 'tests',
      passes: false,
    });
  }
  if (features.length === 0)
    throw new UserError(`Everything in ${where} is ticked: there is nothing to do.`, help);
  const checked = checkValue(FeatureList, { version: 1, spec: where, features });
  if ('problems' in checked) {
    const lines = checked.problems.slice(0, 8).map((problem) => problem.text);
    throw new UserError(
      `${where} does not make a feature list: ${lines.join('; ')}`,
      'Shorten or split that item.',
    );
  }
  return { list: checked.value, text: formatFeatureList(checked.value), notes };
}

/** An id for every item, done ones too. UserError when the plan gives one twice. */
function idsOf(items: readonly Item[], where: string): string[] {
  const used = new Set<string>();
  const given = items.map(({ id }) => {
    const clean = id === undefined ? undefined : cleanId(id);
    if (clean !== undefined && used.has(clean)) {
      throw new UserError(
        `${where}: the id "${clean}" stands twice; ids must be unique.`,
        'Give each item its own id.',
      );
    }
    if (clean !== undefined) used.add(clean);
    return clean;
  });
  return given.map((id, index) => {
    let own = id ?? positional(index + 1);
    for (let copy = 2; id === undefined && used.has(own); copy += 1) own = `${positional(index + 1)}-${copy}`;
    used.add(own);
    return own;
  });
}

function positional(number: number): string {
  return `F${String(number).padStart(3, '0')}`;
}

function cleanId(id: string): string {
  const plainId = id
    .trim()
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return (/^[A-Za-z]/.test(plainId) ? plainId : `F${plainId}`).slice(0, 32);
}

/** One line of at most 120 characters, cut between words. */
function titleOf(text: string): string {
  const line = oneLine(text);
  if (line.length <= 120) return line;
  const cut = line.slice(0, 119);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), 80)).trimEnd()}…`;
}
