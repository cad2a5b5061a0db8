import { type Case, must, stageFor } from '../case.ts';
import { processesOf } from '../processes.ts';

const idle = 12;

/** A server that falls silent, before or in its answer, does not hold the run. */
export const stall: Case = {
  name: 'stall',
  shows: 'a server that falls silent is given up by `limits.idle`',
  async play(subject) {
    for (const how of ['before headers', 'in the stream'] as const) {
      const config = { limits: { idle: `${idle}s` } };
      await using stage = await stageFor(subject, [{ stall: how }], { red: true, config });
      const { scene, server, run } = stage;
      const { code, err } = await scene.start(stage.words('--max-sessions', '1')).done;
      const [first] = server.requests;
      must(first, `no request came; agentloop ended with ${code}: ${err}`);
      const seconds = (Date.now() - first.at) / 1000;
      const failed = (await scene.events()).find((event) => event.type === 'brain.failed');
      must(failed?.kind === 'over-limit', `${how}: the brain ended with ${failed?.kind}: ${failed?.reason}`);
      must(seconds < idle + 15, `${how}: it took ${seconds.toFixed(0)} s`);
      const left = processesOf(run);
      must(left.length === 0, `${how}: still alive: ${JSON.stringify(left)}`);
    }
    return { holds: true, seen: 'ended as over the limit, no process left' };
  },
};
