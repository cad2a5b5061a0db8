/** What a planner has said of a feature. */
export interface Planned {
  /** How often it was asked since the feature was last taken up. */
  plans: number;
  /** Its plan, while that holds. */
  plan?: string;
  /** A session came to nothing since it was asked: it was refused to its end, or stuck. */
  usedUp: boolean;
}

/** Nothing yet. */
export function noPlan(): Planned {
  return { plans: 0, usedUp: false };
}

/** As if it had never been asked: what a person says since may change everything. */
export function forgetPlan(known: Planned): void {
  delete known.plan;
  Object.assign(known, noPlan());
}

/** Whether a planner is to be asked before the next session: before the first, and once more where one came to nothing. */
export function planIsDue({ plans, usedUp }: Planned): boolean {
  return plans === 0 || (plans === 1 && usedUp);
}
