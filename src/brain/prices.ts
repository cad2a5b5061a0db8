import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { messageOf, UserError } from '../errors.ts';
import type { Usage } from '../ledger/event.ts';
import { checkJson } from '../project/check-value.ts';
import { readJson } from '../project/json-text.ts';
import shipped from './prices.json' with { type: 'json' };

/** Bytes a price file may have. */
const priceFileCap = 1_000_000;
const help = 'Correct the file, or take "prices" out of the configuration. Its form: docs/config.md';

const usd = z.number().nonnegative().describe('US dollars per million tokens.');
const rates = {
  input: usd,
  output: usd,
  cacheWrite5m: usd.describe('Written to the cache for 5 minutes.'),
  cacheWrite1h: usd.describe('Written to the cache for an hour.'),
  cacheRead: usd,
};

/** A file of prices; the one we ship and the one a user may give have the same form. */
export const PriceFile = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  unit: z.literal('US dollars per million tokens').optional(),
  asOf: z.string().optional().describe('Day of the look.'),
  models: z.record(
    z.string().min(1),
    z.strictObject({
      ...rates,
      above: z
        .strictObject({ promptTokens: z.int().positive(), ...rates })
        .optional()
        .describe('Rates of calls whose prompt, cache included, is longer than this.'),
      source: z.string().optional().describe('Where the numbers were found.'),
    }),
  ),
});
type PriceFile = z.infer<typeof PriceFile>;

/** Prices by model id. */
export type PriceTable = Readonly<PriceFile['models']>;

/** What was used, with the part of the cache writes that live for an hour. */
export interface BilledUsage extends Usage {
  readonly cacheWrite1hTokens?: number;
}

/** The table we ship, with the models of a user's file added or put in their place. A broken file is a UserError. */
export async function readPrices(file?: string): Promise<PriceTable> {
  const ours: PriceTable = PriceFile.parse(shipped).models;
  if (file === undefined) return ours;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`The price file ${file} cannot be read: ${messageOf(error)}.`, help);
  }
  return { ...ours, ...parsePrices(text, file) };
}

/** The models of a price file. UserError that names file and field when it does not fit. */
export function parsePrices(text: string, where: string): PriceTable {
  const name = `The price file ${where}`;
  return checkJson(PriceFile, readJson(text, name, priceFileCap), name, help).models;
}

/** US dollars for what was used; null where no price is known, never 0 for want of one. */
export function priceOf(model: string, usage: BilledUsage, table: PriceTable): number | null {
  // A dated id (claude-haiku-4-5-20251001) costs what its model costs.
  const entry = own(table, model) ?? own(table, model.replace(/-\d{8}$/, ''));
  if (!entry) return null;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  const hour = Math.min(usage.cacheWrite1hTokens ?? 0, cacheWriteTokens);
  const prompt = inputTokens + cacheReadTokens + cacheWriteTokens;
  const rate = entry.above && prompt > entry.above.promptTokens ? entry.above : entry;
  const micro =
    inputTokens * rate.input +
    outputTokens * rate.output +
    cacheReadTokens * rate.cacheRead +
    (cacheWriteTokens - hour) * rate.cacheWrite5m +
    hour * rate.cacheWrite1h;
  return micro / 1_000_000;
}

function own(table: PriceTable, model: string): PriceTable[string] | undefined {
  return Object.hasOwn(table, model) ? table[model] : undefined;
}
