import { posix } from 'node:path';
import type { Plant } from '../plant.ts';

/** A test file of its own in the package, which Go compiles with the others and runs in the same process. */
export const goPlant: Plant = ({ file, text }, { id }) => {
  const owner = /^package\s+(\w+)/m.exec(text)?.[1];
  if (owner === undefined || !file.endsWith('_test.go')) return undefined;
  return {
    beside: posix.join(posix.dirname(file), `zz${id}_test.go`),
    text: `package ${owner}\n\nimport "testing"\n\nfunc Test${id.toUpperCase()}(t *testing.T) {\n\tt.Fatal("planted by the judge")\n}\n`,
  };
};
