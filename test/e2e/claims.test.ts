import { describe, expect, it } from 'vitest';
import { agentloop, eventsOf } from './cli.ts';
import { sightOf } from './sight.ts';
import { honest, smallRepo } from './small-repo.ts';

describe('a lie costs nothing', () => {
  it('a brain that edits nothing and exits 0 on red tests lands nothing: exit 11, told in the report', async () => {
    await using repo = await smallRepo({ red: true });
    const before = await sightOf(repo);
    const ran = await agentloop(repo.dir, ['run', '--name', 'night', '--brain', 'command:true']);
    expect(ran.code, ran.err).toBe(11);

    const events = await eventsOf(repo.dir, 'night');
    expect(events.filter((event) => event.type === 'work.landed' && event.feature !== undefined)).toEqual([]);
    const rulings = events.filter((event) => event.type === 'judge.ruled' && event.scope === 'candidate');
    // A session of three claims; the next one claims the very same work, and is not asked again.
    expect(rulings).toHaveLength(4);
    for (const ruling of rulings)
      expect(ruling).toMatchObject({ ruling: 'refused', reasons: [{ code: 'proof.missing' }] });
    expect(events.find((event) => event.type === 'feature.blocked')).toMatchObject({
      feature: 'F001',
      breaker: 'same-work',
    });
    expect(JSON.parse(await repo.git('show', 'agentloop/night:feature-list.json')).features[0]).toMatchObject(
      {
        passes: false,
        blocked: expect.stringContaining('proof.missing'),
      },
    );

    const report = await agentloop(repo.dir, ['report']);
    expect(report.out).toContain('proof.missing');
    expect(report.out).toContain('F001');
    expect(await sightOf(repo)).toEqual(before);
  });

  it('the same brain doing the work: exit 0, one commit, passes there, the checkout unchanged', async () => {
    await using repo = await smallRepo({ red: true });
    const before = await sightOf(repo);
    const ran = await agentloop(repo.dir, ['run', '--name', 'night', '--brain', `command:${honest}`]);
    expect(ran.code, ran.err).toBe(0);

    expect((await repo.git('log', '--format=%s', 'main..agentloop/night')).split('\n')).toEqual([
      'F001: Add two numbers',
    ]);
    expect(await repo.git('diff', '--stat', 'main', 'agentloop/night', '--', 'feature-list.json')).toContain(
      '1 insertion(+), 1 deletion(-)',
    );
    expect(JSON.parse(await repo.git('show', 'agentloop/night:feature-list.json')).features[0].passes).toBe(
      true,
    );
    expect(await repo.git('show', 'agentloop/night:src/sum.js')).toContain('a + b');
    const trailers = await repo.git('log', '-1', '--format=%(trailers:unfold)', 'agentloop/night');
    expect(trailers).toMatch(/^Agentloop-Run: night$/m);
    expect(trailers).toMatch(/^Agentloop-Session: 1$/m);
    expect(trailers).toMatch(/^Agentloop-Feature: F001$/m);
    expect(trailers).toMatch(/^Agentloop-Verdict: accepted sha256:[0-9a-f]{64}$/m);
    expect(trailers).toMatch(/^Assisted-by: agentloop:command$/m);
    expect(trailers).not.toMatch(/Signed-off-by/);
    expect(await sightOf(repo)).toEqual(before);

    const events = await eventsOf(repo.dir, 'night');
    expect(events.map((event) => event.type)).toEqual([
      'run.started',
      'limits.set',
      'judge.started',
      'judge.ruled',
      'session.started',
      'cost.updated',
      'brain.finished',
      'claim.made',
      'judge.started',
      'judge.ruled',
      'work.landed',
      'work.published',
      'session.ended',
      'judge.started',
      'judge.ruled',
      'run.stopped',
    ]);
  });

  it('a refusal comes back in the same workspace, with the reasons in the brief', async () => {
    await using repo = await smallRepo({ red: true });
    // Leaves a file the first time and does the work when it finds the file and the reason.
    const brain = `if [ -f half ] && grep -q proof.missing "$AGENTLOOP_BRIEF"; then rm half; ${honest}; else touch half; fi`;
    const ran = await agentloop(repo.dir, ['run', '--name', 'night', '--brain', `command:${brain}`]);
    expect(ran.code, ran.err).toBe(0);
    const rulings = (await eventsOf(repo.dir, 'night')).filter(
      (event) => event.type === 'judge.ruled' && event.scope === 'candidate',
    );
    expect(rulings.map((event) => event.type === 'judge.ruled' && event.ruling)).toEqual([
      'refused',
      'accepted',
    ]);
  });
});
