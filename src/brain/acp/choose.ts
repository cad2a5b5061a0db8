import { type ClientContext, methods } from '@agentclientprotocol/sdk';
import type { AcpLaunch } from './launch.ts';
import { at, listAt, textAt } from './loose.ts';

/**
 * Chooses model and effort over the protocol, from what the answer to `session/new` or `session/load` offers. What is
 * not offered is told: a model is `isFatal`, since another one would be paid for; an effort is not.
 */
export async function chooseIn(
  agent: ClientContext,
  sessionId: string,
  answer: unknown,
  choose: AcpLaunch['choose'],
  tell: (words: string, isFatal: boolean) => void,
): Promise<void> {
  const { model, effort } = choose ?? {};
  if (model !== undefined) await one(agent, sessionId, answer, { category: 'model', value: model }, tell);
  if (effort !== undefined)
    await one(agent, sessionId, answer, { category: 'thought_level', value: effort }, tell);
}

async function one(
  agent: ClientContext,
  sessionId: string,
  answer: unknown,
  { category, value }: { readonly category: 'model' | 'thought_level'; readonly value: string },
  tell: (words: string, isFatal: boolean) => void,
): Promise<void> {
  const option = listAt(answer, 'configOptions').find((each) => textAt(each, 'category') === category);
  const offered = valuesOf(option);
  const configId = textAt(option, 'id');
  if (configId !== undefined && offered.includes(value)) {
    if (at(option, 'currentValue') === value) return;
    await agent.request(methods.agent.session.setConfigOption, { sessionId, configId, value });
    return;
  }
  const what = category === 'model' ? `no model "${value}"` : `no effort "${value}"`;
  const list =
    offered.length === 0 ? 'It lets nobody choose.' : `It offers: ${offered.slice(0, 20).join(', ')}.`;
  tell(`The agent offers ${what}. ${list}`, category === 'model');
}

/** The values of a choice, which may stand in groups. */
function valuesOf(option: unknown): readonly string[] {
  const options = listAt(option, 'options').flatMap((each) => [each, ...listAt(each, 'options')]);
  return options.flatMap((each) => textAt(each, 'value') ?? []);
}
