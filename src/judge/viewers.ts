import type { Sight } from './layer.ts';
import type { Viewer } from './view.ts';

/** Who sees what a layer asks for, besides plain runs of the trees, which `see.ts` knows by itself. */
export const viewers: Partial<Record<Sight, Viewer>> = {};
