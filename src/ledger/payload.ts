import * as z from 'zod';
import { BugError, UserError } from '../errors.ts';
import { newerLine, oddLine } from './broken-file.ts';
import { type Event, type EventType, payloads, type Recorded } from './event.ts';
import { redactRecord } from './redact.ts';

/**
 * A recorded event with the defaults of its schema. UserError that names `file` and line `number` when its type is not
 * known, or its payload is not what the type promises.
 */
export function checkPayload(event: Recorded, file: string, number: number): Recorded {
  const { type } = event;
  if (!isKnown(type)) throw newerLine(file, number, `it has an event "${type}" which this one does not know`);
  const result = parsed(schemaOf(type), event);
  if (typeof result === 'string') throw oddLine(file, number, `is no valid ${type} event (${result})`);
  return result.data as Recorded;
}

/**
 * What of an event goes into the file: its payload with defaults, without secrets. BugError when it breaks its schema;
 * UserError when it breaks it only without the secrets.
 */
export function cleanPayload(event: Event, redact: (text: string) => string): object {
  const { type, ...rest } = event;
  if (!isKnown(type)) throw new BugError(`there is no event "${type}"`);
  const given = parsed(payloads[type], rest);
  if (typeof given === 'string') throw new BugError(`a ${type} event that breaks its schema: ${given}`);
  const clean = redactRecord(given.data, redact);
  const kept = parsed(payloads[type], clean);
  if (typeof kept !== 'string') return clean;
  throw new UserError(
    `A secret reads like a word of ours, so that a ${type} event cannot be written without it (${kept}).`,
    'Give that secret a longer, random value, or do not hand it to the run.',
    'cannot-start',
  );
}

function isKnown(type: string): type is EventType {
  return Object.hasOwn(payloads, type);
}

/** What the schema makes of it, or what is wrong with it. */
function parsed(schema: z.ZodObject, value: unknown): { readonly data: object } | string {
  const result = schema.safeParse(value);
  if (result.success) return result;
  const [issue] = result.error.issues;
  return issue === undefined ? 'not valid' : `${issue.path.join('.') || 'payload'}: ${issue.message}`;
}

const checked = z.unknown();
const envelope = { v: checked, seq: checked, ts: checked, run: checked, type: checked, prev: checked };
const schemas = new Map<EventType, z.ZodObject>();

/** Payload and envelope (which the chain has looked at) in one: taking them apart costs more than the check. */
function schemaOf(type: EventType): z.ZodObject {
  let schema = schemas.get(type);
  if (schema === undefined) {
    schema = (payloads[type] as z.ZodObject).extend(envelope);
    schemas.set(type, schema);
  }
  return schema;
}
