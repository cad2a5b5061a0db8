import { type Case, must, stageFor } from '../case.ts';
import { until } from '../scene.ts';

/** The limit of a subscription, with its end, becomes a wait with that end. */
export const limits: Case = {
  name: 'limits',
  shows: 'a usage limit becomes a wait until its end',
  async play(subject) {
    const end = Math.floor(Date.now() / 1000) + 3600;
    const config = { limits: { idle: '25s' } };
    await using stage = await stageFor(subject, [{ limitedUntil: end }], {
      red: true,
      config,
      subscription: true,
    });
    const { scene, server } = stage;
    const running = scene.start(stage.words('--max-sessions', '1'));
    const over = running.done.then(() => true);
    let ended = false;
    void over.then(() => (ended = true));
    const event = await until(async () => {
      const events = await scene.events();
      const found =
        events.find(({ type }) => type === 'wait.started') ??
        events.find(({ type }) => type === 'brain.failed');
      // A failure is written before the wait that follows from it.
      if (found?.type === 'brain.failed' && found.kind === 'unavailable' && !ended) return undefined;
      return found ?? (ended ? null : undefined);
    }, 90_000);
    running.child.kill('SIGTERM');
    const { err } = await running.done;
    must(server.violations.length === 0, `the server was asked what it did not expect: ${server.violations}`);
    if (event?.type === 'brain.failed' && event.kind === 'over-limit')
      return { holds: false, why: 'it says nothing and tries again by itself: ended by `limits.idle`' };
    const failed = (await scene.events()).find(({ type }) => type === 'brain.failed');
    must(event?.type === 'wait.started', `no wait: ${JSON.stringify(failed)}; ${err}`);
    if (event.probes) return { holds: false, why: 'it does not tell the end: the run waits and probes' };
    const off = Math.abs((event.until ?? 0) / 1000 - end);
    must(off <= 61, `the wait ends ${off} s away from what the server said: ${JSON.stringify(failed)}`);
    return { holds: true, seen: 'the end that was told' };
  },
};
