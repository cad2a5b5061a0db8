/** What users of the library may touch: runs as data, and the schemas of the files that people and brains write. */
export { Outcome } from './brain/outcome.ts';
export { Script } from './brain/script-file.ts';
export { Config } from './config.ts';
export { BugError, UserError } from './errors.ts';
export type { Event, Recorded, RecordedOf } from './ledger/event.ts';
export { fold } from './ledger/fold.ts';
export { follow } from './ledger/follow.ts';
export { readLedger } from './ledger/read.ts';
export type { FeatureState, SessionState, State } from './ledger/state.ts';
export type { LandedWork, Landing } from './ledger/told-later.ts';
export { next, type Step } from './loop/next.ts';
export { Feature, FeatureList } from './project/feature.ts';
