import { type Case, must, stageFor } from '../case.ts';
import { processesOf } from '../processes.ts';
import { until } from '../scene.ts';

/** SIGTERM in the middle of a tool ends everything, and the work is kept. */
export const kill: Case = {
  name: 'kill',
  shows: 'SIGTERM in the middle of a tool: no process left, work kept',
  async play(subject) {
    await using stage = await stageFor(subject, [{ run: 'echo half > half.txt; tail -f /dev/null' }]);
    const { scene, run } = stage;
    const running = scene.start(stage.words('--max-sessions', '1'));
    const tool = await until(
      () => processesOf(run).find(({ command }) => command === 'tail -f /dev/null'),
      60_000,
    );
    const asked = Date.now();
    running.child.kill('SIGTERM');
    const { code, err } = await running.done;
    const seconds = (Date.now() - asked) / 1000;
    must(tool, `the tool never ran: ${err}`);
    const left = processesOf(run);
    must(left.length === 0, `still alive: ${JSON.stringify(left)}`);
    must(code === 143, `agentloop ended with ${code}: ${err}`);
    must(seconds < 10, `it took ${seconds.toFixed(0)} s`);
    const kept = await scene.repo.git('show', `refs/agentloop/${run}/sessions/1:half.txt`);
    must(kept === 'half', `what is kept holds: ${kept}`);
    return { holds: true, seen: 'exit code 143 within 10 s' };
  },
};
