import * as z from 'zod';
import { feature, session, text } from './event-parts.ts';

/** Events about plans for single features. */
export const planEvents = {
  'plan.made': z
    .strictObject({
      feature,
      session: session.describe('Number of the session to come.'),
      text: text.describe('The plan, as the coder gets it.'),
    })
    .describe('The planner has a plan for the next sessions on a feature.'),
  'plan.missed': z
    .strictObject({ feature, session: session.describe('Number of the session to come.'), why: text })
    .describe('The planner brought no plan; the run goes on without one.'),
} as const;
