import { seeBlunted } from './blunt/see-blunted.ts';
import { seeFocus, seeRed } from './focus.ts';
import type { Sight } from './layer.ts';
import { seeLeftRed } from './left-red/see-left-red.ts';
import { seeMutants } from './mutants/see-mutants.ts';
import { seeOpinion } from './opinion.ts';
import { seeProbe } from './probe/see-probe.ts';
import { viewSealed } from './sealed/view-sealed.ts';
import { seeSuspicions } from './suspicions/see-suspicions.ts';
import type { Viewer } from './view.ts';

/** Who sees what a layer asks for, besides plain runs of the trees, which `see.ts` knows by itself. */
export const viewers: Partial<Record<Sight, Viewer>> = {
  blunted: seeBlunted,
  focus: seeFocus,
  leftRed: seeLeftRed,
  probe: seeProbe,
  red: seeRed,
  mutants: seeMutants,
  sealed: viewSealed,
  suspicions: seeSuspicions,
  opinion: seeOpinion,
};
