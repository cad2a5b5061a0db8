/**
 * A brain as others may read it, in commits, reports and requests: `command:` and the like are followed by what is on this
 * machine only. Not even the name of a program is taken from a command line: what stands first there may be a folder, or a
 * variable with a key in it.
 */
export function brainWord(brain: string): string {
  return /^(command|scripted|acp):/.exec(brain)?.[1] ?? brain;
}
