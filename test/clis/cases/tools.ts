import { claimOf } from '../../helpers/model-servers/offered.ts';
import { type Case, must, stageFor } from '../case.ts';

/** The brain is offered our tools, and what it claims through one counts. */
export const tools: Case = {
  name: 'tools',
  shows: 'claims through the tools of `agentloop mcp`',
  async play(subject) {
    const question = 'Shall sums of strings throw?';
    const ask = { claim: 'needs-human', did: 'Looked.', question } as const;
    await using stage = await stageFor(subject, [ask, { say: 'I have asked.' }]);
    const { scene, server } = stage;
    const { code, err } = await scene.start(stage.words('--max-sessions', '1')).done;
    const [first] = server.requests;
    must(first, `no request came; agentloop ended with ${code}: ${err}`);
    if (!server.requests.some(({ tools: offered }) => claimOf(offered)))
      return { holds: false, why: 'our tools are not offered to the model' };
    must(server.violations.length === 0, `the server was asked what it did not expect: ${server.violations}`);
    const claims = (await scene.events()).filter((event) => event.type === 'claim.made');
    const seen = claims.map(({ claim, handoff }) => `${claim}: ${handoff.question}`).join();
    must(seen === `needs-human: ${question}`, `the claims were: ${seen}; ended with ${code}: ${err}`);
    must(code === 12, `agentloop ended with ${code}: ${err}`);
    return { holds: true, seen: 'a question reached the person' };
  },
};
