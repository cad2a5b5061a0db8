import * as z from 'zod';
import { text, variable } from './config-values.ts';

/** When people are told something. */
export const occasions = ['end', 'needs-human', 'breaker'] as const;
export type Occasion = (typeof occasions)[number];

const on = z
  .array(z.enum(occasions))
  .min(1)
  .default([...occasions])
  .describe('When: at the end, when a feature waits for a person, when a breaker ends the work on one.');
const urlEnv = variable.describe('Variable that holds the address, which is a secret.');

const channel = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('webhook'), urlEnv, tokenEnv: variable.optional(), on }),
  z.strictObject({ kind: z.literal('slack'), urlEnv, on }),
  z.strictObject({ kind: z.literal('ntfy'), urlEnv, tokenEnv: variable.optional(), on }),
  z.strictObject({
    kind: z.literal('email'),
    host: text,
    port: z.int().min(1).max(65_535).default(587),
    tls: z
      .enum(['starttls', 'implicit', 'none'])
      .default('starttls')
      .describe('none: in the clear, and without a password.'),
    user: text.optional(),
    passwordEnv: variable.optional(),
    from: text,
    to: z.array(text).min(1).max(20),
    on,
  }),
  z.strictObject({
    kind: z.literal('command'),
    command: z
      .string()
      .min(1)
      .max(2000)
      .describe('Gets the message as JSON on stdin; runs outside of the fence.'),
    passEnv: z.array(variable).default([]).describe('Variables it gets beside PATH, HOME and LANG.'),
    on,
  }),
]);
export type Channel = z.infer<typeof channel>;

/** The section `notify`. */
export const notify = z
  .strictObject({
    channels: z
      .array(channel)
      .max(10)
      .default([])
      .describe('Where people are told: webhook, slack, ntfy, email, command; see docs/notifications.md.'),
  })
  .describe('Who is told while nobody looks.');
