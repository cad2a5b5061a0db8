import type { Role } from '../brain.ts';

/** By which variables `agentloop mcp` learns whose session it serves; docs/brains.md has the table. */
export const serverVariables = {
  outcome: 'AGENTLOOP_OUTCOME',
  role: 'AGENTLOOP_ROLE',
  feature: 'AGENTLOOP_FEATURE_FILE',
  verdict: 'AGENTLOOP_VERDICT_FILE',
  notes: 'AGENTLOOP_NOTES',
} as const;

/** The session a server is started in: paths as the server sees them. */
export interface Served {
  readonly role: Role;
  /** Where the claim goes. */
  readonly outcome: string;
  /** The feature, the last refusal and the notes; a tool whose file is not named is not offered. */
  readonly feature?: string;
  readonly verdict?: string;
  readonly notes?: string;
}

/** What an environment says of the session; undefined where it names no place for a claim: then nobody works here. */
export function servedBy(env: Readonly<Record<string, string | undefined>>): Served | undefined {
  const named = (key: keyof typeof serverVariables) => env[serverVariables[key]] || undefined;
  const [outcome, feature, verdict, notes] = [
    named('outcome'),
    named('feature'),
    named('verdict'),
    named('notes'),
  ];
  if (outcome === undefined) return undefined;
  return {
    role: (named('role') ?? 'coder') as Role,
    outcome,
    ...(feature === undefined ? {} : { feature }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(notes === undefined ? {} : { notes }),
  };
}
