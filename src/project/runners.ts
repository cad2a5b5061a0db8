/** Test runners of Node that agentloop can ask which tests ran. */
export type Runner = 'node-test' | 'vitest' | 'jest' | 'mocha' | 'ava';

const inCommand: readonly (readonly [Runner, RegExp])[] = [
  ['vitest', /(?:^|[\s/])vitest\b/],
  ['jest', /(?:^|[\s/])jest\b/],
  ['mocha', /(?:^|[\s/])mocha\b/],
  ['ava', /(?:^|[\s/])ava\b(?![\w./-])/],
  ['node-test', /\bnode\b[^&|;\n]*\s--test\b/],
];

/** The runners that a command calls; `text`: the command and the scripts it leads to. */
export function runnersIn(text: string): readonly Runner[] {
  return inCommand.filter(([, pattern]) => pattern.test(text)).map(([runner]) => runner);
}

/** The `report` of a check with this text: with no runner or several, whoever runs is asked. */
export function reportFor(text: string): Runner | 'auto' {
  const [runner, ...others] = runnersIn(text);
  return runner === undefined || others.length > 0 ? 'auto' : runner;
}

/** Without what makes a runner stop at the first red test: the judge wants to know all of them. */
export function withoutBail(command: string): string {
  return command.replace(/\s(?:--bail(?:[= ]\d+)?|-b)(?=\s|$)/g, '');
}
