import * as z from 'zod';
import { anyBrain, brainForms } from './config-brains.ts';
import { roleLimits } from './config-limits.ts';

const role = z.strictObject({
  brain: z
    .string()
    .regex(anyBrain('anthropic'), brainForms)
    .optional()
    .describe(`Who thinks: ${brainForms}. When nothing is said: anthropic.`),
  model: z.string().min(1).optional().describe('Model of a brain that takes one: anthropic or an agent CLI.'),
  effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).optional().describe('How hard the model thinks.'),
});

const ofRole = roleLimits
  .prefault({})
  .describe('How far it may go in this role; what is not said is as in limits.');
const instead = role.prefault({}).describe('Who is asked once when it gives no answer. None: nobody.');

const initializer = role.extend({ limits: ofRole, fallback: instead });

const coder = role.extend({
  limits: ofRole,
  fallback: role
    .prefault({})
    .describe('Who gets one fresh session on a feature that was blocked. None: nobody does.'),
});

/** A role that has no brain unless one is named. */
const consultant = role.extend({
  brain: z
    .string()
    .regex(anyBrain('none', 'anthropic'), `none, ${brainForms}`)
    .optional()
    .describe('Who thinks: as for the others, or none (when nothing is said).'),
  limits: ofRole,
  fallback: instead,
});

/** The section `roles`. */
export const roles = z
  .strictObject({
    initializer: initializer.prefault({}),
    coder: coder.prefault({}),
    examiner: consultant
      .prefault({})
      .describe('Writes sealed tests from the specification. None: nobody does.'),
    evaluator: consultant
      .prefault({})
      .describe('Looks at accepted work with fresh eyes; may only refuse. None: nobody does.'),
    planner: consultant
      .prefault({})
      .describe('Writes a short plan before the first session on a feature. None: nobody does.'),
  })
  .describe('Which brain does which job.');
