import { findNodeAtLocation, type Node } from 'jsonc-parser';
import { BugError, UserError } from '../errors.ts';
import { checkJson, type Problem, problemList } from './check-value.ts';
import { type Feature, FeatureList } from './feature.ts';
import { readJson } from './json-text.ts';

/** Largest `feature-list.json` that is read, in bytes. */
export const maxFeatureListBytes = 4 * 1024 * 1024;

const help = 'Correct the file; schema/feature-list.schema.json describes its format.';

/**
 * Reads a feature list. `where` names the file in messages. UserError naming line and field when it is too
 * large, no JSON, against the schema, or when ids repeat, `dependsOn` names nothing, or goes in a circle.
 */
export function parseFeatureList(text: string, where: string): FeatureList {
  const json = readJson(text, where, maxFeatureListBytes);
  const list = checkJson(FeatureList, json, where, help);
  const problems = [...idProblems(list.features), ...dependencyProblems(list.features)];
  if (problems.length > 0) throw new UserError(problemList(json, where, problems), help);
  return list;
}

/** The same text with one feature's `passes` set: nothing else changes. BugError for an unknown id. */
export function setPasses(text: string, id: string, value: boolean): string {
  return replace(text, propertyOf(featureNode(text, id), 'passes')?.value, String(value));
}

/** The same text with one feature's `blocked` set, or taken out where `reason` is undefined. BugError for an unknown id. */
export function setBlocked(text: string, id: string, reason: string | undefined): string {
  const feature = featureNode(text, id);
  const blocked = propertyOf(feature, 'blocked');
  if (reason === undefined) return blocked ? cutProperty(text, feature, blocked.property) : text;
  const value = JSON.stringify(reason.slice(0, maxReason));
  if (blocked) return replace(text, blocked.value, value);
  const passes = propertyOf(feature, 'passes');
  if (!passes) throw new BugError(`feature ${id} has no "passes"`);
  // Written like the line of `passes`: the same space before the name and round the colon.
  const lead = /\s*$/.exec(text.slice(0, passes.property.offset))?.[0] ?? ' ';
  const colon = text.slice(passes.name.offset + passes.name.length, passes.value.offset);
  const end = passes.property.offset + passes.property.length;
  return `${text.slice(0, end)},${lead}"blocked"${colon}${value}${text.slice(end)}`;
}

/** The same text with one more feature at the end of the list. */
export function addFeature(text: string, feature: Feature): string {
  const { root } = readJson(text, 'feature-list.json', maxFeatureListBytes);
  const last = findNodeAtLocation(root, ['features'])?.children?.at(-1);
  if (!last) throw new BugError('feature-list.json holds no features');
  const lead = /\s*$/.exec(text.slice(0, last.offset))?.[0] ?? '\n    ';
  const entry = lead.includes('\n')
    ? JSON.stringify(feature, null, 2).replaceAll('\n', lead)
    : JSON.stringify(feature);
  const end = last.offset + last.length;
  return `${text.slice(0, end)},${lead}${entry}${text.slice(end)}`;
}

const maxReason = 2000;

function idProblems(features: readonly Feature[]): Problem[] {
  const first = new Map<string, number>();
  return features.flatMap(({ id }, index) => {
    const before = first.get(id);
    if (before === undefined) first.set(id, index);
    const text = `features[${index}] "${id}": id: stands at features[${before}] already; ids must be unique`;
    return before === undefined ? [] : [{ path: ['features', index, 'id'], text }];
  });
}

function dependencyProblems(features: readonly Feature[]): Problem[] {
  const known = new Map(features.map((feature) => [feature.id, feature]));
  const problems = features.flatMap((feature, index) =>
    feature.dependsOn.flatMap((other, entry) => {
      if (known.has(other) && other !== feature.id) return [];
      const why =
        other === feature.id ? 'a feature cannot depend on itself' : `there is no feature "${other}"`;
      const text = `features[${index}] "${feature.id}": dependsOn[${entry}]: ${why}`;
      return [{ path: ['features', index, 'dependsOn', entry], text }];
    }),
  );
  if (problems.length > 0) return problems;
  const circle = findCircle(features, known);
  if (!circle) return [];
  const index = features.findIndex((feature) => feature.id === circle[0]);
  const text = `features[${index}] "${circle[0]}": dependsOn: goes in a circle: ${circle.join(' -> ')}`;
  return [{ path: ['features', index, 'dependsOn'], text }];
}

/** Ids along one circle, its first repeated at its end; undefined when there is none. */
function findCircle(features: readonly Feature[], known: ReadonlyMap<string, Feature>): string[] | undefined {
  const done = new Set<string>();
  for (const start of features) {
    const path: { id: string; left: string[] }[] = [];
    const enter = (id: string): void => {
      path.push({ id, left: [...(known.get(id)?.dependsOn ?? [])] });
    };
    if (!done.has(start.id)) enter(start.id);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.left.shift();
      if (next === undefined) {
        done.add(top.id);
        path.pop();
      } else if (!done.has(next)) {
        const from = path.findIndex((step) => step.id === next);
        if (from >= 0) return [...path.slice(from).map((step) => step.id), next];
        enter(next);
      }
    }
  }
  return undefined;
}

interface Property {
  readonly property: Node;
  readonly name: Node;
  readonly value: Node;
}

function featureNode(text: string, id: string): Node {
  const { root } = readJson(text, 'feature-list.json', maxFeatureListBytes);
  const features = findNodeAtLocation(root, ['features'])?.children ?? [];
  const feature = features.find((node) => propertyOf(node, 'id')?.value.value === id);
  if (!feature) throw new BugError(`feature-list.json holds no feature ${id}`);
  return feature;
}

function propertyOf(object: Node, key: string): Property | undefined {
  for (const property of object.children ?? []) {
    const [name, value] = property.children ?? [];
    if (name?.value === key && value) return { property, name, value };
  }
  return undefined;
}

function replace(text: string, node: Node | undefined, value: string): string {
  if (!node) throw new BugError('feature-list.json lacks a field its schema demands');
  return text.slice(0, node.offset) + value + text.slice(node.offset + node.length);
}

/** Takes a property out with the comma that belonged to it. */
function cutProperty(text: string, object: Node, property: Node): string {
  const all = object.children ?? [];
  const index = all.indexOf(property);
  const before = all[index - 1];
  const after = all[index + 1];
  if (before)
    return text.slice(0, before.offset + before.length) + text.slice(property.offset + property.length);
  return text.slice(0, property.offset) + text.slice(after?.offset ?? property.offset + property.length);
}
