import type { Finding, Layer } from '../layer.ts';
import { proofByTests, type Search } from '../proof-by-tests.ts';
import { verifyHolds, verifyTurned } from '../proof-by-verify.ts';

/**
 * Red to green. A verify command must pass in any case. What shows the feature is what its plan says: the command, or
 * tests; where no test turned, a verify command that did is as good.
 */
export const proof: Layer = {
  name: 'proof',
  holds:
    'Something that fails on the base passes now: a test of the base, a new test, or the verify command.',
  look(scene) {
    const { feature, tree, baseTree } = scene.candidate;
    const { verify } = feature;
    const holds = verify === undefined ? undefined : verifyHolds(scene);
    if (holds !== undefined && !('greenAt' in holds)) return holds;
    if (feature.proof === 'none') {
      return { reasons: [], proof: { kind: 'none', turned: [], redAt: baseTree, greenAt: tree } };
    }
    const byCommand = () =>
      verify === undefined || holds === undefined ? undefined : verifyTurned(scene, verify, holds.greenAt);
    if (feature.proof === 'command') return asFinding(byCommand() ?? proofByTests(scene));
    const byTests = proofByTests(scene);
    if (!('reasons' in byTests)) return asFinding(byTests);
    const instead = byCommand();
    return asFinding(instead === undefined || 'reasons' in instead ? byTests : instead);
  },
};

function asFinding(search: Search): Finding {
  return 'proof' in search ? { reasons: [], proof: search.proof } : search;
}
