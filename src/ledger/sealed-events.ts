import * as z from 'zod';
import { count, feature, sha, text } from './event-parts.ts';

/** Events about tests that no brain has seen. */
export const sealedEvents = {
  'sealed.stored': z
    .strictObject({
      feature,
      tree: sha.describe('Tree of the files alone.'),
      files: count,
      tests: count.describe('Tests that are known by name; more may show once the feature is there.'),
      notes: z.array(z.string().max(1000)).max(20).default([]),
    })
    .describe('The examiner has written tests for a feature; they are kept in the vault.'),
  'sealed.missed': z
    .strictObject({ feature, why: text })
    .describe('The examiner brought no tests that can be used; the run goes on without them.'),
  'sealed.dropped': z
    .strictObject({
      feature,
      what: z
        .string()
        .max(1000)
        .optional()
        .describe('Title of a test or path of a file; all of them when not given.'),
      by: z.string(),
    })
    .describe('A person took sealed tests out.'),
} as const;
