import type { Files } from '../scene.ts';
import { text } from '../scene.ts';

/** The sources of the repositories with CommonJS modules. */
export const commonJs: Files = {
  '.gitignore': 'node_modules/\ncoverage/\n',
  'lib/numbers.js': text`
    'use strict';

    /** The number of a range that is nearest to n. */
    exports.clamp = (n, low, high) => Math.min(Math.max(n, low), high);

    exports.digitSum = (n) => {
      let sum = 0;
      for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 10)) sum += rest % 10;
      return sum;
    };
  `,
};

export const commonJsStub = text`
  'use strict';

  exports.toRoman = (n) => {
    throw new Error('not there yet: ' + n);
  };
`;
