import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { report } from '../../../src/cli/commands/report.ts';
import { reportHtml } from '../../../src/cli/packet/html/report-html.ts';
import { packetJunit } from '../../../src/cli/packet/junit.ts';
import type { Packet } from '../../../src/cli/packet/packet.ts';
import { packetOf } from '../../../src/cli/packet/packet-of.ts';
import { fakeIo } from '../../helpers/fake-io.ts';
import {
  feature,
  type LedgerStory,
  ledgerStory,
  runStarted,
  sessionStarted,
  sha,
} from '../../helpers/ledger-story.ts';
import { longNight } from '../../helpers/long-night.ts';
import { nightFeatures, wholeNight } from '../../helpers/nights.ts';
import { type RepoWithRuns, repoWithRuns } from '../../helpers/repo-with-run.ts';

let repo: RepoWithRuns;
beforeEach(async () => {
  repo = await repoWithRuns();
});
afterEach(() => repo.remove());

async function reported(story: LedgerStory, format: string, more: object = {}): Promise<string> {
  await repo.addRun(story, nightFeatures);
  const io = fakeIo({ cwd: repo.dir, now: () => story.now() });
  expect(await report(io, undefined, { format, ...more })).toBe(0);
  return io.out();
}

const nasty =
  '<script>alert(1)</script> "\'><img src=https://evil.example onerror=x> ]]> &amp; \u0000\u202e {{body}}';

function hostile(): Packet {
  const story = ledgerStory();
  story.tell(runStarted({ model: nasty, baseRef: nasty }));
  story.tell(sessionStarted(1, 'F001', { model: nasty }));
  const reasons = [{ code: 'check.failed', text: nasty, tests: [nasty], output: nasty }];
  const judged = { session: 1, feature: 'F001', scope: 'candidate', tree: sha('ca'), ms: 1 } as const;
  story.tell({ type: 'judge.ruled', ...judged, ruling: 'refused', reasons });
  story.tell({ type: 'claim.made', session: 1, feature: 'F001', claim: 'done', handoff: { did: nasty } });
  const suspicions = [{ kind: 'x', path: nasty, says: nasty }];
  const proof = { kind: 'tests' as const, turned: [nasty], redAt: sha('1a'), greenAt: sha('1b') };
  story.tell({ type: 'judge.ruled', ...judged, ruling: 'accepted', proof, suspicions, notes: [nasty] });
  story.tell({
    type: 'work.landed',
    session: 1,
    feature: 'F001',
    commit: sha('c1'),
    parent: sha('ba'),
    tree: sha('ca'),
    subject: nasty,
    files: 1,
    added: 1,
    removed: 0,
    look: [nasty],
    proof,
  });
  story.tell({ type: 'feature.parked', feature: 'F002', session: 1, question: nasty });
  story.tell({ type: 'wait.started', why: 'unavailable', reason: nasty });
  const features = [feature('F001', nasty, { description: nasty }), feature('F002', nasty)];
  return packetOf({ state: story.state(), features, alive: true, now: story.now() }, story.events);
}

test.each([
  ['a long night', longNight],
  ['a night whose every word is an attack', hostile],
  ['a run in which nothing has happened', empty],
])('the HTML of %s is well-formed, and holds no script and no address', (_, packet) => {
  const html = reportHtml(packet());
  expect(XMLValidator.validate(html.replace('<!doctype html>', ''))).toBe(true);
  expect(html).not.toMatch(
    /<script|<img|<link|<iframe|<a |<form|javascript:| on\w+="| style="|<svg[^>]* href/i,
  );
  // An address in words is words; in an attribute it would be asked for.
  expect(html.match(/(src|href|action|xmlns)=/g)).toEqual(packet === hostile ? expect.anything() : null);
  for (const tag of html.matchAll(/<[a-z][^<>]*>/gi)) expect(tag[0]).not.toMatch(/:\/\/|\{\{/);
  expect(html).toContain("default-src 'none'; style-src 'sha256-");
});

function empty(): Packet {
  const story = ledgerStory();
  story.tell(runStarted());
  return packetOf({ state: story.state(), features: [], alive: true, now: story.now() }, story.events);
}

test('every figure of the HTML names an event that is there', () => {
  const packet = longNight();
  const html = reportHtml(packet);
  const named = [...html.matchAll(/event (\d+) of the ledger/g)].map(([, number]) => Number(number));
  expect(named.length).toBeGreaterThan(40);
  for (const number of named) expect(number >= 1 && number <= packet.seq).toBe(true);
  expect(html.match(/<dd><strong>[^<]*<\/strong> <span class="seq"/g)).toHaveLength(6);
});

test('JUnit has a case for each feature: passed, failed with its reasons, or skipped', async () => {
  const xml = await reported(wholeNight(), 'junit');
  const { testsuites } = new XMLParser({ ignoreAttributes: false }).parse(xml);
  expect(testsuites).toMatchObject({ '@_tests': '6', '@_failures': '1', '@_skipped': '2', '@_errors': '0' });
  const cases = Object.fromEntries(
    testsuites.testsuite.testcase.map((one: Record<string, unknown>) => [
      String(one['@_name']).slice(0, 4),
      one,
    ]),
  );
  expect(cases['F001']).not.toHaveProperty('failure');
  expect(cases['F002']).not.toHaveProperty('failure');
  expect(cases['F003'].skipped['@_message']).toBe('waits for a person: Should a done todo stay in the list?');
  expect(cases['F004'].failure['@_message']).toBe('blocked: 3 sessions failed');
  expect(cases['F005'].skipped['@_message']).toBe('not tried: after F003');
  expect(cases['F006']).not.toHaveProperty('failure');
});

test('in JUnit a feature that was refused and has not landed fails with why, whatever the words are', () => {
  const xml = packetJunit(hostile());
  expect(XMLValidator.validate(xml)).toBe(true);
  const story = ledgerStory();
  story.tell(runStarted());
  story.tell(sessionStarted(1, 'F001'));
  const judged = { session: 1, feature: 'F001', scope: 'candidate', tree: sha('ca'), ms: 1 } as const;
  const reasons = [{ code: 'tests.failing', text: 'It breaks the sum.', tests: ['sum › adds'] }];
  story.tell({ type: 'judge.ruled', ...judged, ruling: 'refused', reasons });
  const one = [feature('F001', 'One')];
  const packet = packetOf({ state: story.state(), features: one, alive: false, now: 0 }, story.events);
  expect(packetJunit(packet)).toMatch(
    /<failure message="tests\.failing"[^>]*>[^<]*session 1, tests\.failing: It breaks the sum\.\n- sum › adds</,
  );
});

test('as JSON the report is the packet, as its schema says, and holds the result as before', async () => {
  const schema = JSON.parse(await readFile('schema/packet.schema.json', 'utf8'));
  const result = JSON.parse(await readFile('schema/result.schema.json', 'utf8'));
  const checked = z.fromJSONSchema(schema);
  const json = JSON.parse(await reported(wholeNight(), 'json'));
  expect(checked.parse(json)).toEqual(json);
  for (const packet of [longNight(), hostile(), empty()])
    expect(() => checked.parse(JSON.parse(JSON.stringify(packet)))).not.toThrow();
  expect(schema.properties).toMatchObject(result.properties);
  expect(schema.required).toEqual(expect.arrayContaining(result.required));
  expect(schema.$defs).toMatchObject(result.$defs);
  expect([...schema.required].sort()).toEqual(Object.keys(schema.properties).sort());
  expect(() => checked.parse({ ...json, accepted: [{ ...json.accepted[0], usd: '1' }] })).toThrow();
});

test('the same ledger gives the same packet, to the byte', () => {
  expect(JSON.stringify(longNight())).toBe(JSON.stringify(longNight()));
});

test('--out writes it into a file', async () => {
  const out = join(repo.dir, 'report.html');
  await writeFile(out, 'old');
  expect(await reported(wholeNight(), 'html', { out })).toBe('');
  expect(await readFile(out, 'utf8')).toMatch(/^<!doctype html>/);
});
