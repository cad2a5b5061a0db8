import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { metrics } from '../../../src/cli/commands/metrics.ts';
import { spansOf } from '../../../src/cli/metrics/otlp/spans.ts';
import { fakeIo } from '../../helpers/fake-io.ts';
import { wholeNight } from '../../helpers/nights.ts';
import { type RepoWithRuns, repoWithRuns } from '../../helpers/repo-with-run.ts';

interface Posted {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: what came is looked at below
  readonly body: any;
}

let repo: RepoWithRuns;
let answers: number[];
let posted: Posted[];
let address: string;
const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  request.on('end', () => {
    posted.push({ url: request.url ?? '', headers: request.headers, body: JSON.parse(text) });
    response.writeHead(answers.shift() ?? 200, { 'content-type': 'application/json' }).end('{}');
  });
});
beforeEach(async () => {
  [answers, posted] = [[], []];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  repo = await repoWithRuns({ 'a.txt': 'a\n' });
  await repo.addRun(wholeNight());
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await repo.remove();
});

async function send(otlp: string | true, env: Record<string, string> = {}) {
  const waits: number[] = [];
  const io = {
    ...fakeIo({ cwd: repo.dir, env: { PATH: process.env['PATH'], ...env } }),
    sleep: async (ms: number) => void waits.push(ms),
  };
  return { code: await metrics(io, { otlp }, '0.1.0'), waits, err: io.err() };
}

/** Attributes as a plain object. */
function plain(attributes: { key: string; value: Record<string, unknown> }[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

test('a collector gets the run, its sessions, and what brains and judge did, as OTLP asks for', async () => {
  expect(await send(address)).toMatchObject({
    code: 0,
    err: `Sent the traces of 1 run to ${address}/v1/traces.\n`,
  });
  const [{ url, headers, body } = {} as Posted] = posted;
  expect(url).toBe('/v1/traces');
  expect(headers['content-type']).toBe('application/json');
  const [resource] = body.resourceSpans;
  expect(plain(resource.resource.attributes)).toEqual({
    'service.name': 'agentloop',
    'service.version': '0.1.0',
  });
  const { spans } = resource.scopeSpans[0];
  const ids = new Set(spans.map(({ spanId }: { spanId: string }) => spanId));
  expect(ids.size).toBe(spans.length);
  for (const span of spans) {
    expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(span.startTimeUnixNano).toMatch(/^\d{19}$/);
    expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true);
    expect(span.parentSpanId === undefined ? span.name : ids.has(span.parentSpanId)).toBeTruthy();
  }
  expect(spans.filter((span: { parentSpanId?: string }) => span.parentSpanId === undefined)).toHaveLength(1);
  const named = (name: string) => spans.filter((span: { name: string }) => span.name === name);
  expect(named('session coder')).toHaveLength(5);
  expect(named('judge candidate')).toHaveLength(4);
  const [brain] = named('invoke_agent coder');
  // OpenTelemetry counts what came from a cache as input, too.
  expect(plain(brain.attributes)).toMatchObject({
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.request.model': 'claude-sonnet-5',
    'gen_ai.usage.input_tokens': String(1200 + 56_000 + 7800),
    'gen_ai.usage.output_tokens': '340',
    'gen_ai.usage.cache_read.input_tokens': '56000',
    'agentloop.cost_usd': 0.42,
  });
  const failed = spans.filter((span: { status: { code: number } }) => span.status.code === 2);
  expect(failed.map((span: { attributes: [] }) => plain(span.attributes)['error.type'])).toEqual([
    'failed',
    'crashed',
  ]);
});

test('no word of a model, a test or a repository leaves the machine', async () => {
  await send(address);
  const text = JSON.stringify(posted);
  for (const words of [
    'Everything works',
    'Should a done todo',
    'Add a todo',
    'src/add.ts',
    'quotes commas',
    'ada@desk',
  ])
    expect(text).not.toContain(words);
  expect(text).toContain('proof.missing');
});

test('the same run has the same ids every time, so that sending it twice makes no second one', () => {
  const ids = () => {
    const story = wholeNight();
    return spansOf(story.state(), story.events).map(({ spanId }) => spanId);
  };
  expect(ids()).toEqual(ids());
});

test('the variables of OpenTelemetry are heard: address and headers', async () => {
  const headers = 'authorization=Bearer%20s3cret, x-team = night ';
  await send(true, { OTEL_EXPORTER_OTLP_ENDPOINT: `${address}/base/`, OTEL_EXPORTER_OTLP_HEADERS: headers });
  expect(posted[0]).toMatchObject({
    url: '/base/v1/traces',
    headers: { authorization: 'Bearer s3cret', 'x-team': 'night' },
  });
  await send(true, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${address}/own` });
  expect(posted[1]?.url).toBe('/own');
});

test('a collector that is busy is asked again, twice, and one that refuses is told without what may be secret', async () => {
  answers = [503, 429];
  expect(await send(address)).toMatchObject({ code: 0, waits: [500, 2000] });
  answers = [503, 503, 503];
  await expect(send(address)).rejects.toThrow(
    `The collector at ${address}/v1/traces did not take the traces: it answered 503.`,
  );
  answers = [401];
  await expect(send(address, { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=s3cret' })).rejects.toThrow(
    'it answered 401.',
  );
  const wrong = send(address.replace('://', '://ada:s3cret@'), {
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=s3cret',
  });
  await expect(wrong).rejects.toThrow(/has a name or password in it/);
  await expect(wrong).rejects.not.toThrow(/s3cret/);
});

test('no address, a wrong one, nobody there: each is told with what to do', async () => {
  await expect(send(true)).rejects.toThrow('--otlp has no address');
  await expect(send('ftp://x')).rejects.toThrow('"ftp://x" is not the address of a collector');
  await expect(send('nonsense')).rejects.toThrow('is not the address of a collector');
  server.closeAllConnections();
  const gone = address;
  await new Promise((resolve) => server.close(resolve));
  await expect(send(gone)).rejects.toThrow(/did not take the traces: .*ECONNREFUSED/);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
