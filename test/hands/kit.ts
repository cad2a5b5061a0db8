import { type Hands, type HandsOptions, makeHands } from '../../src/hands/hands.ts';
import type { CallContext, Result } from '../../src/hands/tool.ts';
import { type PlainWorkspace, plainWorkspace } from '../helpers/plain-workspace.ts';

/** Hands in a temp folder with these files. */
export interface Bench extends AsyncDisposable {
  readonly hands: Hands;
  readonly workspace: PlainWorkspace;
  call(name: string, input: object, context?: Partial<CallContext>): Promise<Result>;
}

export async function bench(
  files: Readonly<Record<string, string>> = {},
  options: HandsOptions = { owned: [] },
): Promise<Bench> {
  const workspace = await plainWorkspace(files);
  const hands = makeHands(workspace, options);
  let calls = 0;
  return {
    hands,
    workspace,
    call: (name, input, context) => {
      calls += 1;
      const given = { signal: new AbortController().signal, msLeft: 60_000, ...context };
      return hands.run({ id: `call-${calls}`, name, input }, given);
    },
    [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose](),
  };
}
