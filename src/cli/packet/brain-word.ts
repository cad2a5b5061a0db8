/** A brain as others may read it: `command:` and the like are followed by what is on this machine only. */
export function brainWord(brain: string): string {
  return /^(command|scripted|acp):/.exec(brain)?.[1] ?? brain;
}
