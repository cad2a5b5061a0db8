import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JudgementData } from '../../src/cli/verdicts/judgement-data.ts';
import type { TempRepo } from '../helpers/repo.ts';
import { tempRepo } from '../helpers/repo.ts';
import { agentloop, eventsOf, type Running, start } from './cli.ts';
import { feature, plan } from './small-repo.ts';

/** A check or brain that has come to the gate: who it is, and its first port. It waits until it is let through. */
interface Guest {
  readonly who: string;
  readonly ports: number;
  readonly socket: Socket;
}

/** Where checks of several processes wait for each other: what they do at the same time is no matter of luck. */
class Gate implements AsyncDisposable {
  readonly guests: Guest[] = [];
  readonly #server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (data) => {
      const [who = '', ports] = data.toString().trim().split(' ');
      this.guests.push({ who, ports: Number(ports), socket });
      if (this.#isOpen) socket.end('go');
      for (const listener of this.#listeners) listener();
    });
  });
  readonly #listeners = new Set<() => void>();
  #isOpen = false;
  port = 0;

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** Resolves when so many have come. */
  came(number: number): Promise<readonly Guest[]> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.guests.length < number) return;
        this.#listeners.delete(look);
        resolve(this.guests);
      };
      this.#listeners.add(look);
      look();
    });
  }

  /** Lets everybody through, also those that come later. */
  open(): void {
    this.#isOpen = true;
    for (const { socket } of this.guests) socket.end('go');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.guests) socket.destroy();
    this.#server.close();
  }
}

/** Listens on its own port while it waits at the gate: two that were given the same could not. */
const atGate = (port: number) => `
import { createServer, connect } from 'node:net';
const own = Number(process.env.AGENTLOOP_PORT_BASE) + 42;
const server = createServer().listen(own, '127.0.0.1', () => {
  const gate = connect(${port}, '127.0.0.1', () => gate.write(process.env.AGENTLOOP_RUN_ID + ' ' + process.env.AGENTLOOP_PORT_BASE + '\\n'));
  gate.on('data', () => process.exit(0));
});
`;

async function repositoryAt(gate: Gate): Promise<TempRepo> {
  const check = { name: 'gate', command: 'node gate.mjs', report: 'none', timeout: '1m' };
  const repo = await tempRepo({
    ...plan([feature('F001', { proof: 'command', verify: 'test -f done.txt' })], {
      judge: { checks: [check] },
    }),
    'gate.mjs': atGate(gate.port),
  });
  await repo.commit('work', { 'done.txt': 'done\n' });
  return repo;
}

let gate: Gate;
let cache: string;
const env = () => ({ XDG_CACHE_HOME: cache });
beforeEach(async () => {
  gate = await new Gate().listen();
  cache = await mkdtemp(join(tmpdir(), 'agentloop-cache-'));
});
afterEach(async () => {
  await gate[Symbol.asyncDispose]();
  await rm(cache, { recursive: true, force: true, maxRetries: 3 });
});

const judging = (cwd: string): Running =>
  start(cwd, ['judge', '--feature', 'F001', '--format', 'json'], env());

async function verdictOf({ done }: Running): Promise<JudgementData> {
  const { out, err } = await done;
  if (out === '') expect.fail(err);
  return JSON.parse(out);
}

describe('two judges at once', () => {
  it('in one repository: both are right, in checkouts, ports and folders of their own', async () => {
    await using repo = await repositoryAt(gate);
    const both = [judging(repo.dir), judging(repo.dir)];
    const [one, two] = (await gate.came(2)) as [Guest, Guest];
    expect(new Set([one.who, two.who])).toEqual(new Set(['~lone', '~lone-2']));
    expect(Math.abs(one.ports - two.ports)).toBeGreaterThanOrEqual(100);
    const [own = ''] = readdirSync(join(cache, 'agentloop')).filter((name) => name !== 'ports');
    const locks = readdirSync(join(cache, 'agentloop', own, 'slots')).filter((name) =>
      name.endsWith('.lock'),
    );
    expect(locks.sort()).toEqual(['judge-2.lock', 'judge.lock', 'lone-2.lock', 'lone.lock']);
    gate.open();
    for (const running of both) expect(await verdictOf(running)).toMatchObject({ ruling: 'accepted' });
    expect(readdirSync(join(repo.dir, '.git/agentloop/judgements')).length).toBe(2);
    // All is given back.
    expect(readdirSync(join(cache, 'agentloop/ports'))).toEqual([]);
    expect(existsSync(join(cache, 'agentloop', own, 'slots/lone/repo.git'))).toBe(false);
  });

  it('in two repositories: the ports differ', async () => {
    await using one = await repositoryAt(gate);
    await using two = await repositoryAt(gate);
    const both = [judging(one.dir), judging(two.dir)];
    const guests = await gate.came(2);
    expect(new Set(guests.map(({ ports }) => ports)).size).toBe(2);
    gate.open();
    for (const running of both) expect(await verdictOf(running)).toMatchObject({ ruling: 'accepted' });
  });

  it('one that is killed frees its ports and its folders for the next, and what it started is gone', async () => {
    await using repo = await repositoryAt(gate);
    const first = judging(repo.dir);
    const [killed] = (await gate.came(1)) as [Guest];
    first.child.kill('SIGKILL');
    await first.done;
    // The check dies with its judge behind a fence, and when the next one comes without.
    const second = judging(repo.dir);
    const [, next] = (await gate.came(2)) as [Guest, Guest];
    expect([next.who, next.ports]).toEqual([killed.who, killed.ports]);
    gate.open();
    expect(await verdictOf(second)).toMatchObject({ ruling: 'accepted' });
  });
});

describe('beside a run', () => {
  it('judges while the run has the lock and a session works, and changes nothing for it', async () => {
    await using repo = await repositoryAt(gate);
    // Checks go through at once here; it is the brain that waits.
    const brain = 'command:node gate.mjs && echo more > more.txt && touch done.txt';
    await repo.commit('not yet', {
      'done.txt': null,
      'agentloop.config.json': JSON.stringify({
        judge: { checks: [{ name: 'quick', command: 'true', report: 'none' }] },
      }),
    });
    await repo.commit('work again', { 'done.txt': 'done\n' });
    const head = await repo.git('rev-parse', 'HEAD');
    const run = start(repo.dir, ['run', '--name', 'night', '--base', 'HEAD~1', '--brain', brain], env());
    const [session] = (await gate.came(1)) as [Guest];
    expect(session.who).toBe('night');
    const refs = await repo.git('for-each-ref');
    const judged = await verdictOf(judging(repo.dir));
    expect(judged).toMatchObject({ ruling: 'accepted', commit: head, feature: { id: 'F001' } });
    expect(await repo.git('for-each-ref')).toBe(refs);
    gate.open();
    const ran = await run.done;
    expect(ran.code, ran.err).toBe(0);
    const events = await eventsOf(repo.dir, 'night');
    expect(events.some(({ type }) => type === 'work.landed')).toBe(true);
    const verified = await agentloop(repo.dir, ['verify', 'agentloop/night'], env());
    expect(verified.code, verified.out + verified.err).toBe(0);
  });
});
