import { sumTest, honest as work } from '../../e2e/small-repo.ts';
import { type Case, must, stageFor } from '../case.ts';

const lie = 'I have added the sum, and its test is green.';

/** A lie is refused, and the same conversation mends it. */
export const refused: Case = {
  name: 'refused',
  shows: 'a lie is refused and mended in the same conversation',
  async play(subject) {
    const mend = `${work} && cat > test/sum.test.js <<'EOF'\n${sumTest}EOF`;
    const turns = [{ run: 'echo looked-around' }, { say: lie }, { run: mend }, { say: 'Now it is there.' }];
    await using stage = await stageFor(subject, turns, { red: false });
    const { scene, server } = stage;
    const { code, err } = await scene.start(stage.words('--max-sessions', '1')).done;
    must(server.violations.length === 0, `the server was asked what it did not expect: ${server.violations}`);
    const order = server.requests.map(({ turn }) => turn).join(' ');
    must(code === 0, `agentloop ended with ${code} after the turns ${order}: ${err}`);
    const rulings = (await scene.events()).flatMap((event) =>
      event.type === 'judge.ruled' && event.scope === 'candidate' ? [`${event.session} ${event.ruling}`] : [],
    );
    must(rulings.join() === '1 refused,1 accepted', `the rulings were: ${rulings}`);
    must(order === '0 1 2 3', `the conversation began anew: the turns asked for were ${order}`);
    const second = server.requests.find(({ turn }) => turn === 2)?.history ?? '';
    for (const said of ['looked-around', lie, 'proof.missing'])
      must(second.includes(said), `the second round does not hold ${said}: ${second.slice(-2000)}`);
    return { holds: true, seen: 'the second round holds the first' };
  },
};
