import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import type { BrokenReport, ReportFile } from './adapter.ts';
import { mostReportBytes } from './collect.ts';
import { toldName } from './runner-adapter.ts';
import { bearerOf, canLook, standingOf } from './who-tells.ts';

/**
 * Where runners tell what happened, as it happens: a socket in the folder of a run. What was said stays said, whatever
 * becomes of files and processes later. Listened to is a runner that the check itself started. What a test starts, and
 * what has lost its parent, is sent away: runners run by tests are no part of the check, and forgers neither.
 */
export interface Wire {
  /** Called when no command of the run is alive. Gives what each runner told, in the order in which they came. */
  end(): Promise<readonly ReportFile[] | BrokenReport>;
}

const Head = z.object({ kind: z.literal('head'), runner: z.string(), word: z.string() });

/** Longest path of a socket, in bytes, that every system takes. */
const longest = 100;
const lastWordsMs = 2_000;
const mostTelling = 1_000;

interface Telling {
  readonly runner: string;
  readonly pid: number | undefined;
  readonly chunks: Buffer[];
  open: boolean;
}

/** Listens in `folder`, which the commands see as `inside`. */
export async function openWire(folder: string, inside: string, runners: ReadonlySet<string>): Promise<Wire> {
  // The path of a kept folder may be too long for a socket: then a short link leads there.
  const short = await mkdtemp(join(tmpdir(), 'al-'));
  await symlink(folder, join(short, 'f'));
  const seen = posix.join(inside, 'wire');
  const tellings: Telling[] = [];
  const sockets = new Set<Socket>();
  const trouble: string[] = [];
  let bytes = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    listen(socket, {
      decide: (line) =>
        tellings.length < mostTelling ? decide(line, runners, tellings, trouble) : undefined,
      heard(telling, chunk) {
        bytes += chunk.length;
        if (bytes <= mostReportBytes) telling.chunks.push(chunk);
        else trouble.push('the reports are larger than 64 MiB');
        return bytes <= mostReportBytes;
      },
      gone: () => sockets.delete(socket),
    });
  });
  server.listen(join(short, 'f', 'wire'));
  await once(server, 'listening');
  await writeFile(join(folder, 'address'), seen.length <= longest ? seen : join(short, 'f', 'wire'));
  return {
    async end() {
      const deadline = performance.now() + lastWordsMs;
      while (sockets.size > 0 && performance.now() < deadline) await pause(2);
      for (const socket of sockets) socket.destroy();
      server.close();
      await rm(short, { recursive: true, force: true });
      const [first] = trouble;
      if (first !== undefined) return { broken: first };
      return tellings.map(({ runner, chunks }, at) => ({
        name: toldName(runner, at + 1),
        text: Buffer.concat(chunks).toString('utf8'),
      }));
    },
  };
}

interface Ear {
  decide(line: string): Telling | undefined;
  /** Gives whether there is room for more. */
  heard(telling: Telling, chunk: Buffer): boolean;
  gone(): void;
}

function listen(socket: Socket, ear: Ear): void {
  let telling: Telling | undefined;
  let begun = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    if (telling !== undefined) {
      if (!ear.heard(telling, chunk)) socket.destroy();
      return;
    }
    begun = Buffer.concat([begun, chunk]);
    const end = begun.indexOf('\n');
    if (end === -1 && begun.length < 64 * 1024) return;
    telling = ear.decide(begun.subarray(0, Math.max(end, 0)).toString('utf8'));
    if (telling === undefined) {
      socket.end('n');
      return;
    }
    ear.heard(telling, begun);
    socket.write('y');
  });
  socket.once('close', () => {
    if (telling !== undefined) telling.open = false;
    ear.gone();
  });
}

function decide(
  line: string,
  runners: ReadonlySet<string>,
  tellings: Telling[],
  trouble: string[],
): Telling | undefined {
  const head = headOf(line);
  if (head === undefined || !runners.has(head.runner)) return undefined;
  const pid = canLook() ? bearerOf(head.word) : undefined;
  if (canLook()) {
    if (pid === undefined) return undefined;
    const telling = new Set(tellings.flatMap((one) => (one.open && one.pid !== undefined ? [one.pid] : [])));
    const standing = standingOf(pid, telling);
    // Two voices of one process: one of them is somebody else's.
    if (standing === 'same') trouble.push(`somebody else speaks for the process of ${head.runner}`);
    if (standing !== 'runner') return undefined;
  }
  const telling: Telling = { runner: head.runner, pid, chunks: [], open: true };
  tellings.push(telling);
  return telling;
}

function headOf(line: string): z.infer<typeof Head> | undefined {
  try {
    return Head.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
