import { honest as work } from '../../e2e/small-repo.ts';
import { type Case, must, stageFor } from '../case.ts';

/** An honest session lands. */
export const honest: Case = {
  name: 'honest',
  shows: 'an honest session lands',
  async play(subject) {
    await using stage = await stageFor(subject, [{ run: work }, { say: 'There is a sum now.' }]);
    const { scene, server, run } = stage;
    const { code, err } = await scene.start(stage.words('--max-sessions', '1')).done;
    must(server.violations.length === 0, `the server was asked what it did not expect: ${server.violations}`);
    must(code === 0, `agentloop ended with ${code}: ${err}`);
    must(server.unplayed().length === 0, `never asked for: ${server.unplayed()}`);
    const landed = await scene.repo.git('show', `agentloop/${run}:src/sum.js`);
    must(landed.includes('a + b'), `what landed is not what the tool wrote: ${landed}`);
    return { holds: true, seen: 'one commit landed' };
  },
};
