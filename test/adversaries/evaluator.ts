/**
 * The program of a `command:` evaluator that stands for a model with eyes: it objects where a text stands in the diff it is
 * shown, and only there. What a real model sees is not the question here; that its objection counts is.
 */
export function evaluatorProgram(objectsTo: string): string {
  return `import { readFileSync, writeFileSync } from 'node:fs';

const { AGENTLOOP_BRIEF, AGENTLOOP_OUTCOME } = process.env;
const sees = readFileSync(AGENTLOOP_BRIEF, 'utf8').includes(${JSON.stringify(objectsTo)});
const opinion = sees ? { opinion: 'object', reasons: ['This is not what was asked for.'] } : { opinion: 'no-objection' };
writeFileSync(AGENTLOOP_OUTCOME, JSON.stringify(opinion));
`;
}
