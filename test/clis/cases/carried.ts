import { honest as work } from '../../e2e/small-repo.ts';
import { type Case, must, stageFor } from '../case.ts';
import { processesOf } from '../processes.ts';
import { until } from '../scene.ts';

/** agentloop itself is killed in the middle of a session; the next run goes on with the work in place. */
export const carried: Case = {
  name: 'carried',
  shows: 'SIGKILL of agentloop itself: the next `run` goes on with the work in place, no process left',
  async play(subject) {
    const turns = [
      [{ run: 'echo half > half.txt; tail -f /dev/null' }, { run: `test -f half.txt && ${work}` }],
      { say: 'There is a sum now.' },
    ];
    await using stage = await stageFor(subject, turns);
    const { scene, run } = stage;
    const words = stage.words('--max-sessions', '2');
    const killed = scene.start(words);
    const tool = await until(
      () => processesOf(run).find(({ command }) => command === 'tail -f /dev/null'),
      60_000,
    );
    killed.child.kill('SIGKILL');
    const { err: before } = await killed.done;
    must(tool, `the tool never ran: ${before}`);
    const { code, err } = await scene.start(words).done;
    must(code === 0, `the next run ended with ${code}: ${err}`);
    const left = processesOf(run);
    must(left.length === 0, `still alive: ${JSON.stringify(left)}`);
    const landed = await scene.repo.git('show', '--stat', '--format=', `agentloop/${run}`);
    for (const file of ['half.txt', 'src/sum.js']) must(landed.includes(file), `what landed: ${landed}`);
    return { holds: true, seen: 'one commit with the work of both' };
  },
};
