import { feature } from '../helpers/feature.ts';
import { type TempRepo, tempRepo } from '../helpers/repo.ts';
import { agentloop, type Ran } from './cli.ts';
import { scriptFile } from './script-file.ts';
import { plan } from './small-repo.ts';

/** A night that was really run: what a reader of its pull request must be able to tell. */
export interface ReaderNight extends TempRepo {
  readonly ran: Ran;
}

const head = "import assert from 'node:assert';\nimport { test } from 'node:test';\n";

const files = {
  'package.json': '{ "name": "till", "version": "1.0.0", "type": "module" }\n',
  '.gitignore': 'node_modules/\n',
  'src/product.js': 'export function product(a, b) {\n  return a * b;\n}\n',
  'src/show.js': "export function show(amount) {\n  return amount.toFixed(2) + ' EUR';\n}\n",
  'test/product.test.js': `${head}import { product } from '../src/product.js';\n\ntest('two times three is six', () => assert.equal(product(2, 3), 6));\ntest('a price times a number keeps its cents', () => assert.equal(product(1.25, 3), 3.75));\n`,
  'test/show.test.js': `${head}import { show } from '../src/show.js';\n\ntest('an amount is shown with its currency', () => assert.equal(show(3), '3.00 EUR'));\n`,
};

const features = [
  feature('F001', {
    title: 'Add up a bill',
    description: 'sum([..]) gives the total of a list of prices; an empty list gives 0.',
    priority: 1,
  }),
  feature('F002', {
    title: 'Newest sale first',
    description: 'newest(sales) lists sales by date, the newest first.',
    priority: 2,
  }),
  feature('F003', {
    title: 'Currency before the amount',
    description: 'show(3) gives "EUR 3.00", and prices are rounded to cents.',
    priority: 3,
  }),
  feature('F004', {
    title: 'Print the bill as PDF',
    description: 'till --pdf writes bill.pdf.',
    priority: 4,
  }),
  feature('F005', { title: 'Give a discount', description: 'Regular customers pay less.', priority: 5 }),
];

const write = (path: string, content: string) => ({ write: { path, content } });
const usage = (usd: number) => ({
  usage: {
    inputTokens: 42_000,
    outputTokens: 3_100,
    cacheReadTokens: 310_000,
    usd,
    model: 'claude-sonnet-5',
  },
});
const newest = write(
  'src/newest.js',
  'export function newest(sales) {\n  return [...sales].sort((a, b) => b.date.localeCompare(a.date));\n}\n',
);

const sessions = [
  {
    when: { feature: 'F001' },
    steps: [
      write(
        'src/sum.js',
        'export function sum(prices) {\n  let total = 0;\n  for (const price of prices) total += price;\n  return total;\n}\n',
      ),
      write(
        'test/sum.test.js',
        `${head}import { sum } from '../src/sum.js';\n\ntest('prices are added up', () => assert.equal(sum([1, 2, 3.5]), 6.5));\ntest('an empty bill costs nothing', () => assert.equal(sum([]), 0));\n`,
      ),
      usage(0.42),
      { claim: { claim: 'done', did: 'Added sum() with two tests. cc @everyone fixes #1' } },
    ],
  },
  {
    when: { feature: 'F002' },
    steps: [newest, usage(0.31), { claim: { claim: 'done', did: 'Everything works now.' } }],
    afterRefusal: [
      [
        write('docs/newest.md', '# newest\n'),
        usage(0.08),
        { claim: { claim: 'done', did: 'It really works.' } },
      ],
      [
        write(
          'test/newest.test.js',
          `${head}import { newest } from '../src/newest.js';\n\ntest('the newest sale comes first', () => assert.deepEqual(newest([{ date: '2026-01-02' }, { date: '2026-03-04' }]).map((one) => one.date), ['2026-03-04', '2026-01-02']));\n`,
        ),
        usage(0.11),
        { claim: { claim: 'done', did: 'Sorted by date; a test proves it.' } },
      ],
    ],
  },
  {
    when: { feature: 'F003' },
    steps: [
      write('src/show.js', "export function show(amount) {\n  return 'EUR ' + amount.toFixed(2);\n}\n"),
      write('src/product.js', 'export function product(a, b) {\n  return Math.round(a * b);\n}\n'),
      write(
        'test/show.test.js',
        `${head}import { show } from '../src/show.js';\n\ntest('an amount is shown with its currency', () => assert.equal(show(3), 'EUR 3.00'));\ntest('the currency comes before the amount', () => assert.match(show(12.5), /^EUR 12/));\n`,
      ),
      usage(0.27),
      { claim: { claim: 'done', did: 'Currency first, and prices rounded.' } },
    ],
    afterRefusal: [
      [
        write(
          'src/product.js',
          'export function product(a, b) {\n  return Math.round(a * b * 100) / 100;\n}\n',
        ),
        write('package.json', '{ "name": "till", "version": "1.1.0", "type": "module" }\n'),
        usage(0.09),
        { claim: { claim: 'done', did: 'Rounds to cents now.' } },
      ],
    ],
  },
  {
    when: { feature: 'F004' },
    steps: [
      usage(0.21),
      {
        claim: {
          claim: 'stuck',
          did: 'Looked for a way to write PDF without a dependency.',
          next: 'A library is needed; none is allowed here.',
        },
      },
    ],
  },
  {
    when: { feature: 'F005' },
    steps: [
      usage(0.05),
      {
        claim: {
          claim: 'needs-human',
          question: 'Who is a regular customer: five sales, or a flag in the list?',
        },
      },
    ],
  },
];

/** Plays it: three features land, one of them refused twice and one after a regression; one is blocked, one asks. */
export async function readerNight(): Promise<ReaderNight> {
  const repo = await tempRepo({
    ...files,
    ...plan(features, {
      limits: { sessionsPerFeature: 1 },
      judge: {
        checks: [{ name: 'tests', command: 'node --test', report: 'node-test', timeout: '1m' }],
        allow: ['test/show.test.js'],
      },
    }),
  });
  await using script = await scriptFile(sessions);
  const ran = await agentloop(repo.dir, [
    'run',
    '--name',
    'night',
    '--max-cost',
    '5',
    '--brain',
    script.brain,
    '--output',
    'plain',
  ]);
  return { ...repo, ran };
}
