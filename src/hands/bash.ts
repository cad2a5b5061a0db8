import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { ExecOptions, Finished, Workspace } from '../workspace/workspace.ts';
import type { BackgroundCommands } from './background.ts';
import { cutMiddle, readable, shownBytes, shownLines } from './cut.ts';
import { ending } from './ending.ts';
import { fileTrouble } from './file-trouble.ts';
import { quoted } from './quoted.ts';
import { brokenFence, failed, makeTool, type Tool } from './tool.ts';

/** Bytes; Linux takes no argument above 128 KiB. */
const maxCommand = 100_000;

const input = z.strictObject({
  command: z
    .string()
    .min(1)
    .refine((text) => Buffer.byteLength(text) <= maxCommand, 'too long: write a script file and run it')
    .refine((text) => !text.includes('\0'), 'holds a NUL character')
    .describe('Run by bash at the top of the workspace, in a new shell each time.'),
  timeout_s: z.int().min(1).max(600).default(120).describe('Seconds after which it is ended.'),
  background: z.boolean().default(false).describe('Answer at once with an id for bash_output and bash_kill.'),
});

/** `bash`: a command inside the fence. Ends with all its descendants unless it was started in the background. */
export function bashTool(workspace: Workspace, background: BackgroundCommands): Tool {
  return makeTool({
    name: 'bash',
    description:
      'Run a shell command. stdin is empty; cd and variables do not carry over to the next call. ' +
      `At most ${shownLines} lines or ${shownBytes / 1024} KB of output are shown, head and tail; the rest is in a file that is named. ` +
      'Start servers and watchers with background: every command ends when you claim.',
    effect: 'acts',
    input,
    run: async ({ command, timeout_s, background: inBackground }, context) => {
      const spill = spillFile(workspace);
      const options: ExecOptions = {
        timeoutMs: Math.max(1, inBackground ? context.msLeft : Math.min(timeout_s * 1000, context.msLeft)),
        keepBytes: shownBytes,
        spill: spill.path,
        signal: context.signal,
      };
      let finished: Finished;
      try {
        if (inBackground) return background.start(underBash(command), options, spill.inside);
        finished = await workspace.exec(underBash(command), options);
      } catch (error) {
        // The folder of outputs can be removed by a command, where there is no fence, or be on a full disk.
        const trouble = fileTrouble(error);
        if (!trouble) throw error;
        return failed(`The command was not run: the file for its output cannot be made. ${trouble}`);
      }
      if (finished.fenceFailed) return brokenFence(finished.fenceFailed);
      const whole = finished.bytes <= shownBytes && finished.output.split('\n').length <= shownLines;
      if (whole) await rm(spill.path, { force: true });
      return {
        content: told(finished, timeout_s, whole ? undefined : spill.inside),
        isError: finished.code !== 0,
      };
    },
  });
}

/** Where the whole output goes. The name cannot be guessed, so no command plants a link where it will stand. */
function spillFile(workspace: Workspace): { path: string; inside: string } {
  const name = `bash-${randomBytes(8).toString('hex')}.txt`;
  return { path: join(workspace.out.path, name), inside: `${workspace.out.inside}/${name}` };
}

/** Commands are written for bash; where there is none, sh does what it can. */
function underBash(command: string): string {
  const word = quoted(command);
  return `if command -v bash >/dev/null 2>&1; then exec bash -c ${word}; fi; exec sh -c ${word}`;
}

function told(finished: Finished, timeout: number, spill: string | undefined): string {
  return [
    cutMiddle(readable(finished.output).trimEnd()) || '(no output)',
    ...(spill ? [`[${finished.bytes} bytes of output, the middle left out here; all of it: ${spill}]`] : []),
    ...ending(finished, timeout),
  ].join('\n');
}
