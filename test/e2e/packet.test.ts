import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Packet } from '../../src/cli/packet/packet.ts';
import { prBody } from '../../src/cli/packet/pr-body.ts';
import { readPacket } from '../../src/cli/packet/read-packet.ts';
import { stickyComment } from '../../src/cli/packet/sticky-comment.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { tempRepo } from '../helpers/repo.ts';
import { agentloop } from './cli.ts';
import { type ReaderNight, readerNight } from './reader-night.ts';

let night: ReaderNight;
let packet: Packet;
beforeAll(async () => {
  night = await readerNight();
  ({ packet } = await readPacket(fakeIo({ cwd: night.dir, env: process.env })));
});
afterAll(() => night.remove());

describe('a night that was really run: three accepted, one refused twice, one regression, one blocked, one question', () => {
  it('ran as it was meant to', () => {
    expect(night.ran.code, night.ran.err).toBe(10);
    expect(packet.accepted.map(({ feature, refusals }) => [feature, refusals])).toEqual([
      ['F001', 0],
      ['F002', 2],
      ['F003', 1],
    ]);
  });

  it('its body and its comment answer what a reader asks', () => {
    const [body, comment] = [prBody(packet), stickyComment(packet)];
    const row = (feature: string) =>
      body.split('\n').find((line) => line.startsWith(`| **${feature}**`)) ?? '';
    const [, second] = packet.accepted;
    expect(body.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
    // What landed, what proves it, and on which commits.
    expect(row('F002')).toContain('`test/newest.test.js › the newest sale comes first`');
    expect(row('F002')).toContain(
      `red at \`${second?.parent.slice(0, 10)}\`, green at \`${second?.commit.slice(0, 10)}\``,
    );
    expect(row('F002')).toContain('5 tests passed before, 6 pass now');
    expect(row('F002')).toContain('| `src/newest.js:1-3`, `test/newest.test.js:1-5` |');
    // Which old tests changed, and what else.
    expect(body).toContain('EXISTING TESTS WERE CHANGED: 1 file changed.');
    expect(body).toContain('**F003** **changed** `test/show.test.js` (+2 -1');
    expect(body).toContain('**F003** changed `package.json` (manifest, +1');
    expect(body).toContain(
      '**F004** “Print the bill as PDF” (1 session): blocked: 1 session failed; the brain said: “A library is needed',
    );
    // What was refused and why, what was caught, what it cost, what is asked.
    expect(comment).toContain('**F002** 2 times, landed later: session 2: `proof.missing`');
    expect(comment).toMatch(
      /\*\*F003\*\* session 3, refused by the judge: .*keeps its cents".*; it holds again in/,
    );
    expect(comment).toContain('| money | $1.54 of the $5.00 cap');
    expect(comment).toContain('1 of 3 features (33 %)');
    expect(comment).toContain('| by feature | F002 $0.50, F001 $0.42, F003 $0.36, F004 $0.21, F005 $0.05 |');
    expect(body).toContain(
      '**F003** It changed test/show.test.js, which judge.allow in your configuration permits',
    );
    expect(comment).toContain('**F005** asks: “Who is a regular customer');
    expect(comment).toContain('finished, waiting for you');
    // No path of this machine.
    expect(body + comment).not.toContain('/tmp/');
  });

  it('git finds the trailers, and the evidence they speak of is that of the commits', async () => {
    const found = execFileSync('git', ['interpret-trailers', '--parse'], {
      input: prBody(packet),
      encoding: 'utf8',
    });
    expect(found).toBe(
      `Agentloop-Run: night\nAgentloop-Features: F001, F002, F003\nAgentloop-Evidence: sha256:${packet.evidence?.sha256}\nAssisted-by: agentloop:scripted\n`,
    );
    const verdicts = await night.git(
      'log',
      '--format=%(trailers:key=Agentloop-Verdict,valueonly)',
      'agentloop/night',
    );
    for (const { evidence } of packet.accepted) expect(verdicts).toContain(`accepted sha256:${evidence}`);
  });
});

describe('the evidence', () => {
  const ref = 'refs/agentloop/evidence/night';

  it('stands under its ref when the run ends: an orphan that is bound by its hashes to commits and pull request', async () => {
    const own = (await night.git('rev-parse', ref)).trim();
    expect(await night.git('log', '--format=%P|%(trailers:key=Agentloop-Evidence,valueonly)', ref)).toContain(
      `|sha256:${packet.evidence?.sha256}`,
    );
    const sums = await night.git('show', `${ref}:SHA256SUMS`);
    expect(createHash('sha256').update(`${sums}\n`).digest('hex')).toBe(packet.evidence?.sha256);
    for (const { feature, evidence } of packet.accepted) {
      const text = execFileSync('git', ['show', `${ref}:evidence/${feature}.json`], { cwd: night.dir });
      expect(createHash('sha256').update(text).digest('hex')).toBe(evidence);
      expect(sums).toContain(`${evidence}  evidence/${feature}.json`);
    }
    const files = await night.git('ls-tree', '-r', '--name-only', ref);
    expect(files).toMatch(/^logs\/F001-1-1\.judged\.tests\.log$/m);
    expect(files).toMatch(/^refused\/F002-2-1\.json$/m);
    expect(files).not.toMatch(/^refused\/F002-2-3\.json$/m);
    // The report puts the same there, and nothing new.
    const again = await agentloop(night.dir, ['report']);
    expect(again.code, again.err).toBe(0);
    expect((await night.git('rev-parse', ref)).trim()).toBe(own);
    await night.git('update-ref', '-d', ref);
    await agentloop(night.dir, ['report', '--format', 'junit']);
    expect((await night.git('rev-parse', ref)).trim()).toBe(own);
  });

  it('can be pushed, and read in another clone', async () => {
    const far = await tempRepo();
    await night.git('push', '-q', far.dir, `${ref}:${ref}`);
    expect(await far.git('show', `${ref}:README.md`)).toContain('# Evidence of run night');
    await far.remove();
  });
});
