import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { described, match } from './described.ts';
import { forgejoApi } from './forgejo-api.ts';
import { gitHttp } from './git-http.ts';
import { githubApi, githubThreads } from './github-api.ts';
import { gitlabApi } from './gitlab-api.ts';
import { paged } from './paged.ts';
import type { FakePerson, FakeReview, ForgeWorld, Said } from './world.ts';

/** A forge on loopback with one repository, ada/sum: strict as its own description, with real pushes. */
export interface FakeForge extends ForgeWorld, AsyncDisposable {
  /** "127.0.0.1:4711". */
  readonly host: string;
  /** What a remote is set to. */
  readonly remote: string;
  readonly token: string;
  /** Arguments of the processes that the test has started, while git was served. */
  readonly argv: string[];
  /** Every call of the REST interface, the oldest first. */
  readonly calls: { readonly method: string; readonly path: string; readonly status: number }[];
  /** Answers that the next calls get instead of their own; with `on`, the next whose "METHOD /path" it finds. */
  readonly instead: {
    readonly on?: RegExp;
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly body: unknown;
  }[];
  /** A person says something about a request. */
  review(review: {
    readonly on: number;
    readonly by: string;
    readonly body?: string;
    readonly state?: FakeReview['state'];
    readonly threads?: readonly {
      readonly path: string;
      readonly line: number;
      readonly side?: 'old';
      readonly body: string;
    }[];
  }): void;
  person(login: string): FakePerson;
}

const apis = {
  github: { prefix: '/api/v3', act: githubApi },
  gitlab: { prefix: '/api/v4', act: gitlabApi },
  forgejo: { prefix: '/api/v1', act: forgejoApi },
} as const;

/** Starts one; `kind` says whose interface it speaks. */
export async function fakeForge(kind: keyof typeof apis): Promise<FakeForge> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'agentloop-forge-')));
  const repo = join(root, 'ada', 'sum.git');
  mkdirSync(repo, { recursive: true });
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', repo]);
  execFileSync('git', ['config', 'http.receivepack', 'true'], { cwd: repo });
  const token = 'fgt0Q7wZ3kLm9XvB2sTn';
  const description = described(kind);
  const { prefix, act } = apis[kind];
  let id = 0;
  const people: FakePerson[] = [
    { login: 'night', id: 1, permission: 'write' },
    { login: 'ada', id: 2, permission: 'admin' },
    { login: 'grace', id: 3, permission: 'write' },
    { login: 'stranger', id: 4, permission: 'read' },
    { login: 'linter[bot]', id: 5, permission: 'write', isBot: true },
  ];
  const [us] = people as [FakePerson];
  const server = createServer((from, to) => {
    void answer(from, to).catch((error: unknown) => to.writeHead(500).end(String(error)));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const calls: { method: string; path: string; status: number }[] = [];
  const argv: string[] = [];
  const instead: FakeForge['instead'][number][] = [];
  const world: ForgeWorld = {
    repo,
    people,
    us,
    pulls: [],
    comments: [],
    reviews: [],
    threads: [],
    labels: [],
    statuses: [],
    nextId: () => ++id,
    web: `http://${host}/ada/sum`,
  };

  async function answer(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const url = new URL(from.url ?? '/', `http://${host}`);
    if (!url.pathname.startsWith('/api/')) {
      const basic = Buffer.from(
        (from.headers.authorization ?? '').replace(/^Basic /, ''),
        'base64',
      ).toString();
      if (basic.split(':')[1] !== token) {
        to.writeHead(401, { 'www-authenticate': 'Basic realm="forge"' }).end();
        return;
      }
      argv.push(...cmdlines());
      gitHttp(root, url.pathname, url.search.slice(1), from, to);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of from) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const call = `${from.method} ${url.pathname}`;
    const next = instead.findIndex(({ on }) => on === undefined || on.test(call));
    const [queued] = next < 0 ? [] : instead.splice(next, 1);
    const said = queued ?? (await api(from, url, text === '' ? undefined : JSON.parse(text)));
    calls.push({ method: from.method ?? '', path: url.pathname, status: said.status });
    to.writeHead(said.status, { 'content-type': 'application/json', ...said.headers });
    to.end(JSON.stringify(said.body));
  }

  async function api(from: IncomingMessage, url: URL, body: unknown): Promise<Said> {
    const { authorization, 'private-token': own } = from.headers;
    const given = kind === 'gitlab' ? own : authorization?.replace(/^(token|bearer) /i, '');
    if (given !== token) return { status: 401, body: { message: 'Bad credentials' } };
    const fields = (body ?? {}) as Record<string, unknown>;
    if (kind === 'github' && url.pathname === '/api/graphql') return githubThreads(world, fields);
    const path = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : '';
    const found = match(description, from.method ?? '', path, url.searchParams, body);
    if (found === undefined) return { status: 404, body: { message: 'Not Found' } };
    if (found.wrong.length > 0)
      return { status: 422, body: { message: `Invalid request. ${found.wrong.join('; ')}` } };
    const said = await act(world, found.operation, found.values, url.searchParams, fields);
    const { answers } = description.operations[found.operation] ?? {};
    if (!answers?.includes(String(said.status)))
      throw new Error(`${found.operation} never answers ${said.status}`);
    return { ...said, ...paged(kind, description, found.operation, url, said.body) };
  }

  return {
    ...world,
    host,
    remote: `http://${host}/ada/sum.git`,
    token,
    argv,
    calls,
    instead,
    person: (login) => people.find((one) => one.login === login) as FakePerson,
    review({ on, by, body = '', state = 'COMMENTED', threads = [] }) {
      const who = people.find(({ login }) => login === by) as FakePerson;
      const review: FakeReview = { id: ++id, on, by: who, body, state };
      world.reviews.push(review);
      for (const { body: words, ...place } of threads) {
        const comment = { id: ++id, on, by: who, body: words };
        world.threads.push({ id: `T${++id}`, on, ...place, review, resolved: false, comments: [comment] });
      }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
      await rm(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** What the processes below this one were started with, and no others of the machine; empty where there is no /proc. */
function cmdlines(): string[] {
  const found: string[] = [];
  const open = [process.pid];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    for (const child of childrenOf(pid)) {
      open.push(child);
      found.push(readProc(`${child}/cmdline`).replaceAll('\0', ' '));
    }
  }
  return found;
}

function childrenOf(pid: number): number[] {
  let threads: string[] = [];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // It has ended meanwhile.
  }
  return threads
    .flatMap((thread) => readProc(`${pid}/task/${thread}/children`).split(' '))
    .filter(Boolean)
    .map(Number);
}

function readProc(name: string): string {
  try {
    return readFileSync(`/proc/${name}`, 'utf8').trim();
  } catch {
    return '';
  }
}
