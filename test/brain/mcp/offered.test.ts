import { expect, test } from 'vitest';
import { offeredTo } from '../../../src/brain/mcp/offered.ts';
import { toolsOf } from '../../../src/brain/mcp/tools.ts';
import type { Served } from '../../../src/brain/mcp/variables.ts';

const files = { outcome: '/o', feature: '/f', verdict: '/v', notes: '/n' };

test.each(['coder', 'evaluator', 'examiner', 'initializer', 'planner'] as const)(
  'what a %s is told of each tool is what the tool itself checks',
  (role) => {
    const tools = toolsOf({ role, ...files });
    const offered = offeredTo({ role, ...files });
    expect(offered.length).toBeGreaterThan(1);
    for (const { name, description, inputSchema, annotations } of offered) {
      const tool = tools.find(({ spec }) => spec.name === name);
      expect({ name, description, input_schema: inputSchema }).toEqual(tool?.spec);
      expect(annotations.readOnlyHint).toBe(tool?.effect === 'reads');
    }
  },
);

test('nothing is offered whose file is not named', () => {
  const bare: Served = { role: 'coder', outcome: '/o' };
  expect(offeredTo(bare).map(({ name }) => name)).toEqual(['claim', 'ask_human']);
  expect(offeredTo({ role: 'evaluator', outcome: '/o' }).map(({ name }) => name)).toEqual(['opinion']);
});
