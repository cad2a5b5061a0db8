import { expect, test } from 'vitest';
import { modelServer } from './model-server.ts';

const claim = { type: 'function', name: 'claim', parameters: { type: 'object', properties: {} } };
const found = {
  type: 'tool_search_output',
  call_id: 'c',
  tools: [{ type: 'namespace', name: 'mcp__agentloop', tools: [claim] }],
};
const said = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Work on F001.' }] };

test('a model looks once for tools that are not offered at once, in the same turn of the script, and claims by what it finds', async () => {
  await using server = await modelServer(
    'responses',
    [{ when: 'F001', turns: [{ claim: 'stuck', did: 'Looked.' }] }],
    'a-key',
  );
  const ask = async (...input: readonly object[]) => {
    const tools = [{ type: 'function', name: 'exec_command' }, { type: 'tool_search' }];
    const answer = await fetch(`${server.url}/v1/responses`, {
      method: 'POST',
      headers: { authorization: 'Bearer a-key' },
      body: JSON.stringify({ model: 'm', stream: true, input, tools }),
    });
    return await answer.text();
  };
  const looks = await ask(said);
  expect(looks).toContain('"type":"tool_search_call"');
  const search = { type: 'tool_search_call', call_id: 'c', arguments: { query: 'agentloop claim' } };
  expect(await ask(said, search, found)).toContain('"name":"claim","namespace":"mcp__agentloop"');
  expect(await ask(said, search, { ...found, tools: [] })).toContain('"text":"Looked."');
  expect(server.requests.map(({ turn }) => turn)).toEqual([0, 0, 0]);
  expect(server.violations).toEqual([]);
});
