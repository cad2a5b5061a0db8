import * as z from 'zod';
import { agentNames } from '../config-brains.ts';

/** What `agentloop brains --json` prints; schema/brains.schema.json is made from it. */

const Row = z.strictObject({
  name: z.enum(['anthropic', ...agentNames]).describe('As --brain takes it.'),
  installed: z.boolean(),
  program: z.string().optional().describe('Absolute path of the program; the built-in brain has none.'),
  version: z.string().optional().describe('Missing where it cannot be told.'),
  trouble: z.string().optional().describe('Why its version cannot be told, in its own words.'),
  tried: z.string().optional().describe('Version that agentloop was tried with.'),
  package: z.string().optional().describe('npm package that installs it.'),
  login: z
    .strictObject({
      by: z.enum(['variable', 'file']),
      name: z.string().describe('Name of the variable, or path below HOME; never a value.'),
    })
    .nullable()
    .describe('Key or login that was found. Nothing was asked: whether it is still taken is not known.'),
  roles: z.array(z.string()).describe('Roles it has in the configuration of this repository.'),
  supports: z.strictObject({
    resume: z.boolean().describe('A refusal goes back into the same conversation.'),
    cost: z.enum(['money', 'tokens', 'none']).describe('What it tells of its cost.'),
    turns: z.enum(['told', 'kept']).describe('told: it keeps the limit itself, too. kept: agentloop does.'),
    money: z
      .enum(['told', 'kept', 'none'])
      .describe('The same for money; none: what it spends is not known.'),
    mcp: z.boolean().describe('It takes our MCP server.'),
    limitEnds: z.enum(['instant', 'words', 'none']).describe('How it tells when a usage limit ends.'),
  }),
});
/** One brain as `agentloop brains` shows it. */
export type BrainRow = z.infer<typeof Row>;

export const BrainList = z.strictObject({
  version: z.literal(1),
  brains: z.array(Row),
  roles: z
    .record(z.string(), z.string())
    .describe('Brain of each role, as the configuration of this repository names it; empty outside of one.'),
});
export type BrainList = z.infer<typeof BrainList>;
