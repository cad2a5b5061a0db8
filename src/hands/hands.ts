import type { Workspace } from '../workspace/workspace.ts';
import { backgroundCommands } from './background.ts';
import { bashTool } from './bash.ts';
import { claimEnding, type Ending } from './claim.ts';
import { confine } from './confine.ts';
import { editTool } from './edit.ts';
import { globTool } from './glob.ts';
import { grepTool } from './grep.ts';
import type { Areas } from './place.ts';
import { readTool } from './read.ts';
import { type CallContext, failed, type Result, type Spec, type Tool } from './tool.ts';
import { writeTool } from './write.ts';

/** A call as the model made it. */
export interface Call {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/**
 * What our own brain may touch: tools that act in one workspace. Commands run inside its fence; file tools act from
 * this process and are confined to it (confine.ts). No call throws for what a model or a command does.
 */
export interface Hands {
  /** Every tool, the one that ends the work among them, in a fixed order: part of what a conversation is frozen with. */
  readonly specs: readonly Spec[];
  /** Whether a call may run beside other reads; all others run alone. */
  readsOnly(name: string): boolean;
  readonly ending: Ending;
  /** The tool that ends the work is not run here: the verdict answers it. */
  run(call: Call, context: CallContext): Promise<Result>;
}

export interface HandsOptions {
  /** Files at the top that write and edit leave alone, since the harness owns them. */
  readonly owned: readonly string[];
  /** Only tools that read. */
  readonly readOnly?: boolean;
  /** How the work ends; default by a claim. */
  readonly ending?: Ending;
}

export function makeHands(workspace: Workspace, options: HandsOptions): Hands {
  const areas: Areas = { tree: { path: workspace.path, inside: workspace.inside }, out: workspace.out };
  const tree = confine(areas.tree, (real) => ownedByHarness(options.owned, real));
  const background = backgroundCommands(workspace);
  const all: readonly Tool[] = [
    bashTool(workspace, background),
    ...background.tools,
    readTool(areas, tree, confine(areas.out)),
    writeTool(areas, tree),
    editTool(areas, tree),
    grepTool(areas, workspace),
    globTool(areas, tree),
  ];
  const tools = options.readOnly === true ? all.filter((tool) => readers.has(tool.spec.name)) : all;
  const { ending = claimEnding } = options;
  const byName = new Map(tools.map((tool) => [tool.spec.name, tool]));
  const specs = [...tools.map((tool) => tool.spec), ending.spec];
  return {
    specs: Object.freeze(specs),
    ending,
    readsOnly: (name) => byName.get(name)?.effect === 'reads',
    run: async (call, context) => {
      const tool = byName.get(call.name);
      if (tool) return await tool.run(call.input, context);
      return failed(
        `There is no tool ${call.name}. There are: ${specs.map((spec) => spec.name).join(', ')}.`,
      );
    },
  };
}

/** Not by `effect`: a command in the background may be looked at beside others, and is a command all the same. */
const readers: ReadonlySet<string> = new Set(['read', 'grep', 'glob']);

function ownedByHarness(owned: readonly string[], real: string): string | undefined {
  // Some file systems take Feature-List.json for feature-list.json.
  const name = real.toLowerCase();
  if (owned.some((file) => file.toLowerCase() === name)) {
    return `${real} belongs to the harness, which writes it itself: your changes to it would be dropped.`;
  }
  if (name.split('/').includes('.git')) return `${real} belongs to git: use git through bash.`;
  return undefined;
}
