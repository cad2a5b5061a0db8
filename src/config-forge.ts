import * as z from 'zod';
import { text } from './config-values.ts';

/** Where requests are opened. */
export const forge = z
  .strictObject({
    kind: z
      .enum(['auto', 'github', 'gitlab', 'forgejo', 'none'])
      .default('auto')
      .describe(
        'auto: by the address of the remote; none: PULL_REQUEST.md and a git bundle; see docs/pull-requests.md.',
      ),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Address of a forge of your own, such as "https://git.example.org".'),
    remote: z
      .string()
      .regex(/^(?!-)[^\s:]+$/, 'the name of a remote of your repository, such as "origin"')
      .default('origin')
      .describe('Remote that request branches are pushed to.'),
    base: text.optional().describe('Branch requests go into; default the one the run began on.'),
    labels: z
      .array(z.string().min(1).max(50))
      .max(10)
      .default(['agentloop'])
      .describe('Labels requests get.'),
  })
  .describe('Pull requests.');
export type ForgeConfig = z.infer<typeof forge>;
