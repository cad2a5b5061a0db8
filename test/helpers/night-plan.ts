/** What is to happen while one process carries a night. Instants in ms since 1970. */
export interface NightPlan {
  readonly runDir: string;
  readonly from: number;
  /**
   * What happens when: a person says something (the words of a command), the power fails, or the disk of
   * a folder is full.
   */
  readonly appointments: readonly (
    | { readonly at: number; readonly says: readonly string[] }
    | { readonly at: number; readonly powerFails: true }
    | { readonly at: number; readonly fills: string }
  )[];
  /** The power fails when this event has just been written. */
  readonly killAt?: { readonly type: string; readonly feature?: string } | undefined;
}
