import * as z from 'zod';
import { Outcome } from '../src/brain/outcome.ts';
import { Script } from '../src/brain/script-file.ts';
import { BrainList } from '../src/cli/brain-list.ts';
import { Diagnosis } from '../src/cli/diagnosis.ts';
import { Config } from '../src/config.ts';
import { payloads } from '../src/ledger/event.ts';
import * as parts from '../src/ledger/event-parts.ts';
import { ProviderFile } from '../src/policy/providers.ts';
import { FeatureList } from '../src/project/feature.ts';
import { commandLinePage } from './command-line-page.ts';
import { configPage } from './config-page.ts';
import { eventsPage } from './events-page.ts';

// Named, so that each of them stands once in a schema instead of wherever it is used.
const named = {
  Usage: parts.Usage,
  Handoff: parts.Handoff,
  Reason: parts.Reason,
  Limits: parts.Limits,
  Proof: parts.Proof,
};
for (const [id, schema] of Object.entries(named)) z.globalRegistry.add(schema, { ...schema.meta(), id });

/** Every file that is made from the schemas: path -> text. */
export function generated(): Map<string, string> {
  const events = eventSchema();
  return new Map([
    ['schema/feature-list.schema.json', written('feature-list.json of agentloop', inputOf(FeatureList))],
    ['schema/config.schema.json', written('agentloop.config.json', inputOf(Config))],
    ['schema/outcome.schema.json', written('Outcome file of a command brain', inputOf(Outcome))],
    ['schema/script.schema.json', written('Script of the scripted brain', inputOf(Script))],
    ['schema/doctor.schema.json', written('agentloop doctor --json', inputOf(Diagnosis))],
    ['schema/brains.schema.json', written('agentloop brains --json', inputOf(BrainList))],
    ['schema/providers.schema.json', written('Troubles of providers, for agentloop', inputOf(ProviderFile))],
    ['schema/event.schema.json', written('One line of events.jsonl', events)],
    ['docs/config.md', configPage()],
    ['docs/events.md', eventsPage(events)],
    ['docs/command-line.md', commandLinePage()],
  ]);
}

function inputOf(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { io: 'input' });
}

/** Events as they stand in the ledger: payload first, what the ledger adds last. */
function eventSchema(): object {
  const envelope = {
    v: z.literal(1).describe('Version of this format.'),
    seq: z.int().positive().describe('Number of the event, from 1, without gaps.'),
    ts: z.iso.datetime().describe('When it was written, UTC.'),
    run: z.string().describe('Name of the run.'),
    prev: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('sha256 of the line before; 64 zeros for the first.'),
  };
  const types = Object.entries(payloads).map(([type, payload]) =>
    z
      .strictObject({ type: z.literal(type), ...payload.shape, ...envelope })
      .describe(payload.description ?? ''),
  );
  return z.toJSONSchema(z.union(types), { io: 'output' });
}

function written(title: string, schema: object): string {
  const { $schema, ...rest } = schema as { $schema?: string };
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}
