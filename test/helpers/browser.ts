import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** A headless Chromium as Debian and others package it, driven over a pipe. */
export interface Browser extends AsyncDisposable {
  /** Sends one command of the DevTools protocol to the page and gives its answer. */
  send<T = object>(method: string, params?: object): Promise<T>;
  /** Opens an address and waits until it has loaded. */
  open(url: string): Promise<void>;
  /** Evaluates an expression in the page, also where its policy allows no script of its own. */
  evaluate<T>(expression: string): Promise<T>;
  /** Addresses that the page has asked for since it was opened. */
  readonly asked: readonly string[];
}

/** The program, or undefined where the machine has none. */
export function findChromium(): string | undefined {
  return ['chromium', 'chromium-browser', 'google-chrome'].find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
  );
}

const options = [
  '--headless=new',
  '--remote-debugging-pipe',
  '--no-first-run',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--hide-scrollbars',
  '--force-device-scale-factor=1',
  // Nothing is asked of the network, whatever the page or the browser wish for.
  '--host-resolver-rules=MAP * ~NOTFOUND',
];

/** Starts one with a profile of its own, which is thrown away with it. */
export async function startBrowser(program: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'agentloop-browser-'));
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(program, [...options, ...asRoot, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const talk = talkWith(child);
  const { targetInfos } = await talk.send<{ targetInfos: { type: string; targetId: string }[] }>(
    'Target.getTargets',
  );
  const target = targetInfos.find(({ type }) => type === 'page');
  const { sessionId } = await talk.send<{ sessionId: string }>('Target.attachToTarget', {
    targetId: target?.targetId,
    flatten: true,
  });
  const send = <T>(method: string, params: object = {}) => talk.send<T>(method, params, sessionId);
  const asked: string[] = [];
  talk.on('Network.requestWillBeSent', ({ request }: { request: { url: string } }) =>
    asked.push(request.url),
  );
  await send('Page.enable');
  await send('Network.enable');
  return {
    send,
    asked,
    async open(url) {
      asked.length = 0;
      const loaded = new Promise<void>((resolve) => talk.once('Page.loadEventFired', () => resolve()));
      await send('Page.navigate', { url });
      await loaded;
    },
    async evaluate<T>(expression: string) {
      const { result, exceptionDetails } = await send<{ result: { value: T }; exceptionDetails?: object }>(
        'Runtime.evaluate',
        { expression, awaitPromise: true, returnByValue: true },
      );
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
      return result.value;
    },
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

type Heard = (params: never) => void;

/** Messages are JSON, each with a zero byte behind it. */
function talkWith(child: ChildProcess) {
  const [, , , to, from] = child.stdio as unknown as [null, null, null, Writable, Readable];
  const waiting = new Map<number, { resolve(value: object): void; reject(error: Error): void }>();
  const listeners = new Map<string, Heard[]>();
  let rest = '';
  let last = 0;
  from.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const { id, result, error, method, params } = JSON.parse(part);
      if (id === undefined) for (const heard of listeners.get(method) ?? []) heard(params as never);
      else if (error) waiting.get(id)?.reject(new Error(error.message));
      else waiting.get(id)?.resolve(result);
    }
  });
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the browser has ended'));
  });
  const on = (method: string, heard: Heard) =>
    void listeners.set(method, [...(listeners.get(method) ?? []), heard]);
  return {
    on,
    once(method: string, heard: Heard) {
      const first: Heard = (params) => {
        listeners.set(
          method,
          (listeners.get(method) ?? []).filter((one) => one !== first),
        );
        heard(params);
      };
      on(method, first);
    },
    send<T>(method: string, params: object = {}, sessionId?: string): Promise<T> {
      last += 1;
      const id = last;
      to.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
      return new Promise((resolve, reject) => waiting.set(id, { resolve: resolve as never, reject }));
    },
  };
}
