import type { JsonSchema } from '../src/project/schema-leaves.ts';
import { code, prose, table, typeWords } from './markdown.ts';

const envelope = ['v', 'seq', 'ts', 'run', 'prev'];

/** docs/events.md, from the JSON Schema of all events. */
export function eventsPage(events: JsonSchema): string {
  const types = events.anyOf ?? [];
  const shapes = Object.entries(events.$defs ?? {}).filter(([, schema]) => schema.properties);
  const ledger = Object.entries(types[0]?.properties ?? {}).filter(([name]) => envelope.includes(name));
  return [
    '# Events',
    '<!-- Made by `npm run generate` from src/ledger. Do not edit. -->',
    'The ledger of a run is `.git/agentloop/runs/<run>/events.jsonl`: one JSON object a line, only ever appended to.',
    'It holds what was decided. What was said and done inside a session stands in its transcript, beside it.',
    'Known secrets are taken out before a line is written. `agentloop events` prints these lines; the schema of one',
    'is `schema/event.schema.json`. Readers should skip types and fields they do not know.',
    '',
    'Every event has, after its own fields:',
    '',
    fields(Object.fromEntries(ledger)),
    ...types.flatMap((type) => {
      const name = String(type.properties?.['type']?.const ?? '');
      const own = Object.entries(type.properties ?? {}).filter(
        ([key]) => key !== 'type' && !envelope.includes(key),
      );
      return [
        '',
        `## ${name}`,
        '',
        prose(type.description),
        '',
        fields(Object.fromEntries(own), type.required ?? []),
      ];
    }),
    '',
    '# Parts',
    ...shapes.flatMap(([name, schema]) => [
      '',
      `## ${name}`,
      '',
      fields(schema.properties ?? {}, schema.required ?? []),
    ]),
    '',
  ].join('\n');
}

function fields(all: Readonly<Record<string, JsonSchema>>, required?: readonly string[]): string {
  const optional = (name: string): string =>
    required && !required.includes(name) ? ' (may be missing)' : '';
  const rows = Object.entries(all).map(([name, schema]) => [
    code(name),
    typeWords(schema) + optional(name),
    prose(schema.description),
  ]);
  return table(['field', 'type', 'meaning'], rows);
}
