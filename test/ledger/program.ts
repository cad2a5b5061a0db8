import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** A program of `programs/` as a process of its own, spoken to line by line. It is killed with `await using`. */
export interface Running extends AsyncDisposable {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  /** Sends a line and gives the next line it prints. */
  ask(line: string): Promise<string>;
  /** The next line it prints; fails when it ends instead. */
  heard(): Promise<string>;
  /** Its exit code or signal. */
  ended(): Promise<number | string>;
}

/** Bundles a program (Node 20 runs no TypeScript) and gives the path of the JavaScript. */
export async function build(name: string, folder: string): Promise<string> {
  const file = join(folder, `${name}.mjs`);
  const bundle = await rolldown({
    input: fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url)),
    platform: 'node',
    logLevel: 'silent',
  });
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
  return file;
}

/** Starts a built program; `through` is put before it, for example a shell that sets a limit. */
export function start(file: string, args: readonly string[], through: readonly string[] = []): Running {
  const [command = process.execPath, ...rest] = [...through, process.execPath, file, ...args];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  const end = once(child, 'close');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const heard = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${file} ended without a word`);
    return String(value);
  };
  return {
    child,
    heard,
    ask(line) {
      child.stdin.write(`${line}\n`);
      return heard();
    },
    async ended() {
      const [code, signal] = await end;
      return code ?? signal;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await end;
    },
  };
}
