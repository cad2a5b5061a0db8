import { messageOf } from '../errors.ts';
import type { Reason, StopReason } from '../ledger/event.ts';
import { setRules } from '../project/agents-md.ts';
import { checkPlan } from '../project/check-plan.ts';
import { loadConfig } from '../project/config-file.ts';
import { files } from '../project/feature.ts';
import { parseFeatureList } from '../project/feature-list.ts';
import { formatFeatureList } from '../project/plan.ts';
import { template } from '../project/templates.ts';

/** The files `init` would commit: path -> text. */
export type Proposal = ReadonlyMap<string, string>;

/** What a way of making the proposal came to. */
export type Proposed =
  | { readonly proposal: Proposal; readonly notes: readonly string[] }
  | {
      readonly stopped: StopReason;
      readonly detail: string;
      readonly until?: number;
      /** The initializer gave no answer: its fallback is to be asked. */
      readonly fallsBack?: true;
    };

/** The files of an earlier day that stay as they are, unless a person says otherwise. */
export const keepable: readonly string[] = [files.init, files.config];

/**
 * What would be committed: what was written, without what a person already had and did not give up, and with our
 * rules in AGENTS.md. `existing`: texts that are there already.
 */
export function completed(written: Proposal, existing: Proposal, force: boolean): Map<string, string> {
  const whole = new Map<string, string>();
  for (const path of [files.featureList, files.init, files.config]) {
    const kept = !force && keepable.includes(path) ? existing.get(path) : undefined;
    const text = kept ?? written.get(path) ?? existing.get(path);
    if (text !== undefined) whole.set(path, text);
  }
  // A person's AGENTS.md is kept to the letter; a brain's stands only where there was none.
  const agents = existing.get(files.agents) ?? written.get(files.agents) ?? '';
  whole.set(files.agents, setRules(agents, template('agents-rules.md')));
  return whole;
}

/** What is wrong with a proposal as far as reading it tells. Empty when it may be put to the judge. */
export function problemsOf(proposal: Proposal, options: { unprovenAllowed: boolean }): Reason[] {
  const reasons: Reason[] = [];
  const text = proposal.get(files.featureList);
  if (text === undefined) reasons.push(missing(files.featureList));
  else {
    try {
      reasons.push(...checkPlan(parseFeatureList(text, files.featureList), options));
    } catch (error) {
      reasons.push({ code: 'plan.broken', text: messageOf(error) });
    }
  }
  if (!proposal.has(files.init)) reasons.push(missing(files.init));
  const config = proposal.get(files.config);
  if (config === undefined) reasons.push(missing(files.config));
  else reasons.push(...configProblems(config));
  return reasons;
}

function configProblems(text: string): Reason[] {
  try {
    const { judge } = loadConfig({ file: text }).config;
    if (judge.checks.length > 0) return [];
    return [
      {
        code: 'plan.no-checks',
        text: `${files.config} names no check: judge.checks needs at least one command.`,
      },
    ];
  } catch (error) {
    return [{ code: 'plan.broken', text: messageOf(error) }];
  }
}

function missing(path: string): Reason {
  return { code: 'plan.missing', text: `${path} is missing at the top of the repository.` };
}

/** The proposal with the specification in its list, unless the list names one already. A broken list stays as it is. */
export function withSpec(proposal: Proposal, spec: string): Proposal {
  const text = proposal.get(files.featureList);
  if (text === undefined) return proposal;
  try {
    const list = parseFeatureList(text, files.featureList);
    if (list.spec !== '' || spec === '') return proposal;
    return new Map(proposal).set(files.featureList, formatFeatureList({ ...list, spec }));
  } catch {
    return proposal;
  }
}
