import type { SuspicionKind } from './kinds.ts';
import type { Hit, Scanned, Scanner } from './scan.ts';

const rows: readonly {
  readonly kind: SuspicionKind;
  readonly shows: RegExp;
  readonly says: string;
}[] = [
  {
    kind: 'runs-one-test',
    shows:
      /\b(?:it|test|describe|suite|context|specify)\.only\s*[(.]|^\s*(?:fit|fdescribe|ftest)\s*\(|\bonly:\s*true\b/,
    says: 'It is marked to run alone: other tests are left out.',
  },
  {
    kind: 'waits-in-tests',
    shows:
      /\btime\.sleep\(\s*(?:[1-9]\d*(?:\.\d+)?)\s*\)|\bsetTimeout\s*\(?[^;]*,\s*[\d_]{4,}\s*\)|\b(?:sleep|delay|wait)\(\s*[\d_]{4,}\s*\)|\b(?:jest|vi)\.setTimeout\b|\bsetConfig\(\s*\{\s*testTimeout|\btimeout:\s*(?:[3-9]\d|\d{3,})_?\d{3}\b|\bthis\.timeout\(\s*(?:0|[\d_]{5,})\s*\)|@pytest\.mark\.timeout\(\s*\d{3,}/,
    says: 'It waits, or was given a long time.',
  },
  {
    kind: 'repeats-tests',
    shows:
      /\bjest\.retryTimes\b|\bthis\.retries\(|\bretry:\s*[1-9]|\bretries:\s*[1-9]|@pytest\.mark\.flaky|@flaky\b|\breruns\s*=\s*[1-9]/,
    says: 'It is tried again when it fails.',
  },
  {
    kind: 'tests-online',
    shows:
      /\b(?:fetch|axios(?:\.\w+)?|got(?:\.\w+)?|https?\.(?:get|request)|requests\.\w+|httpx\.\w+|urlopen|http\.Get)\(\s*f?['"`]https?:\/\/(?!localhost|127\.|0\.0\.0\.0|\[::1\]|[^'"`]*\.(?:test|example|invalid|local)\b|[^'"`]*example\.(?:com|org|net))/,
    says: 'It talks to the network.',
  },
];

/** What single lines of tests show. */
export const linesOfTests: Scanner = {
  of: ['test', 'helper'],
  look({ code, find }: Scanned): readonly Hit[] {
    return code.flatMap((_, at) =>
      rows
        .filter(({ shows }) => find(shows, at) !== undefined)
        .map(({ kind, says }) => ({ kind, line: at + 1, says })),
    );
  },
};
