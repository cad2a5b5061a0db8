/** For every fetch: it brings what is named and nothing else, and does nothing on the side. */
export const fetchOptions: readonly string[] = [
  // Without it a shallow clone gives nothing, and says so with code 0.
  '--update-shallow',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
  '--no-recurse-submodules',
  '--no-prune',
];
