import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { answerAll, Refused } from '../../../src/brain/mcp/messages.ts';

/** What is answered to these pieces of input. */
async function said(...pieces: readonly (string | object)[]): Promise<readonly unknown[]> {
  const lines: unknown[] = [];
  const input = Readable.from(
    pieces.map((one) => (typeof one === 'string' ? one : `${JSON.stringify({ jsonrpc: '2.0', ...one })}\n`)),
  );
  await answerAll(input, { write: (text) => lines.push(JSON.parse(text)) }, ({ method, params }) => {
    if (method === 'no') throw new Refused(-32601, 'There is none.');
    if (method === 'breaks') return Promise.reject(new Error('broken'));
    return { method, params };
  });
  return lines;
}

test('a request is answered with its own id, in however many pieces its line comes', async () => {
  expect(await said('{"jsonrpc":"2.0","id":"a","meth', 'od":"x","params":{"n":"ä"}}\n\n')).toEqual([
    { jsonrpc: '2.0', id: 'a', result: { method: 'x', params: { n: 'ä' } } },
  ]);
  expect(await said({ id: 0, method: 'x', params: [1] })).toMatchObject([{ id: 0, result: { params: {} } }]);
});

test('what is asked for in vain, and what breaks, is an error of that request', async () => {
  expect(await said({ id: 1, method: 'no' }, { id: 2, method: 'breaks' })).toEqual([
    { jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'There is none.' } },
    { jsonrpc: '2.0', id: 2, error: { code: -32603, message: 'broken' } },
  ]);
});

test('several in one line are answered each', async () => {
  const two = [1, 2].map((id) => ({ jsonrpc: '2.0', id, method: 'x' }));
  expect(await said(`${JSON.stringify(two)}\n`)).toMatchObject([{ id: 1 }, { id: 2 }]);
});

test('notifications and answers are nobody’s business; what is no message is told so, and nothing ends', async () => {
  const last = { id: 3, method: 'x' };
  expect(await said({ method: 'no' }, { id: 7, result: {} }, last)).toMatchObject([{ id: 3 }]);
  expect(await said('nonsense\n', 'null\n', '{"jsonrpc":"2.0","id":null}\n', last)).toMatchObject([
    { id: null, error: { code: -32700 } },
    { id: null, error: { code: -32600 } },
    { id: null, error: { code: -32600 } },
    { id: 3 },
  ]);
});

test('a line without end is not kept', async () => {
  const piece = 'x'.repeat(1024 * 1024);
  expect(await said(...Array.from({ length: 9 }, () => piece), '\n', { id: 4, method: 'x' })).toMatchObject([
    { error: { code: -32700 } },
    { id: 4 },
  ]);
});
