import type { Case } from './case.ts';
import { carried } from './cases/carried.ts';
import { cost } from './cases/cost.ts';
import { honest } from './cases/honest.ts';
import { keys } from './cases/keys.ts';
import { kill } from './cases/kill.ts';
import { limits } from './cases/limits.ts';
import { login } from './cases/login.ts';
import { refused } from './cases/refused.ts';
import { stall } from './cases/stall.ts';
import { tools } from './cases/tools.ts';

/** What is proved of every brain, in the order of the table. */
export const cases: readonly Case[] = [
  honest,
  refused,
  tools,
  cost,
  keys,
  login,
  limits,
  stall,
  kill,
  carried,
];
