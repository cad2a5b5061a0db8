import { listAt, textAt } from './loose.ts';

/** What is answered to an agent that asks whether it may. */
export interface Permission {
  readonly outcome:
    | { readonly outcome: 'selected'; readonly optionId: string }
    | { readonly outcome: 'cancelled' };
}

/** Kinds of tools that change something. */
const changing: readonly unknown[] = ['edit', 'delete', 'move', 'execute'];

/**
 * The answer to `session/request_permission`. Everything is allowed once, since the fence holds what may be done; with
 * `read-only` hands nothing that says of itself that it changes something. Pure.
 */
export function permissionFor(params: unknown, hands: 'all' | 'read-only'): Permission {
  const denied = hands === 'read-only' && changing.includes(textAt(params, 'toolCall', 'kind'));
  const wanted = denied ? ['reject_once', 'reject_always'] : ['allow_once', 'allow_always'];
  const options = listAt(params, 'options');
  for (const kind of wanted) {
    const optionId = textAt(
      options.find((option) => textAt(option, 'kind') === kind),
      'optionId',
    );
    if (optionId !== undefined) return { outcome: { outcome: 'selected', optionId } };
  }
  return { outcome: { outcome: 'cancelled' } };
}
