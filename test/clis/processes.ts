import { readdirSync, readFileSync } from 'node:fs';

/** A living process that says it belongs to a run. */
export interface Left {
  readonly pid: number;
  readonly command: string;
}

/** Living processes of a run, by the variable that all of them inherit. Zombies do not count. */
export function processesOf(run: string): readonly Left[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const marked = `\0${readFileSync(`/proc/${name}/environ`, 'latin1')}`;
        if (!marked.includes(`\0AGENTLOOP_RUN_ID=${run}\0`)) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
        return command === '' ? [] : [{ pid: Number(name), command: command.slice(0, 120) }];
      } catch {
        return []; // It has ended, or is somebody else's.
      }
    });
}
