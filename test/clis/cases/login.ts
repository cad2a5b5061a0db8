import { type Case, must, stageFor } from '../case.ts';

/** A key that is not taken ends the run with what to do. */
export const login: Case = {
  name: 'login',
  shows: '401 ends the run with what to do',
  async play(subject) {
    await using stage = await stageFor(subject, [{ status: 401 }]);
    const { scene, server } = stage;
    const { code, err } = await scene.start(stage.words('--max-sessions', '1')).done;
    must(server.violations.length === 0, `the server was asked what it did not expect: ${server.violations}`);
    const failed = (await scene.events()).find((event) => event.type === 'brain.failed');
    must(
      code === 3,
      `agentloop ended with ${code}, the brain with ${failed?.kind}: ${failed?.reason}; ${err}`,
    );
    must(/\b(log ?in|key|sign in)\b/i.test(err), `it does not say what to do: ${err}`);
    return { holds: true, seen: 'exit code 3' };
  },
};
