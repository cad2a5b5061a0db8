import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { checkPlan } from '../../src/project/check-plan.ts';
import { parseFeatureList } from '../../src/project/feature-list.ts';
import { convertPlan } from '../../src/project/plan.ts';

const short = (text: string, where = 'plan'): string[] =>
  convertPlan(text, where).list.features.map((feature) => `${feature.id} ${feature.title}`);

function sentenceOf(text: string): string {
  try {
    convertPlan(text, 'plan');
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('our own feature list', () => {
  const own =
    '{"version":1,\n  "spec":"s",   "features":[{"id":"X","title":"x","proof":"none","passes":true}]}';

  test('is taken to the letter; what it says too early is for the check of the plan', () => {
    const plan = convertPlan(own, 'feature-list.json');
    expect(plan.text).toBe(own);
    expect(plan.list.features[0]).toMatchObject({ id: 'X', proof: 'none' });
    expect(checkPlan(plan.list, { unprovenAllowed: true }).map((reason) => reason.code)).toEqual([
      'plan.passes',
    ]);
  });
});

describe('an array of category, description, steps, passes', () => {
  const items = [
    {
      category: 'functional',
      description: 'A user can sign in',
      steps: ['Open /login', 'Type a name'],
      passes: false,
    },
    { category: 'style', description: 'The page is blue', steps: [], passes: true },
    { description: `A very long sentence ${'that goes on '.repeat(12)}to its end` },
  ];

  test('becomes features by position, done ones left out and told', () => {
    const plan = convertPlan(`\uFEFF${JSON.stringify(items)}`, 'feature_list.json');
    expect(plan.list.spec).toBe('feature_list.json');
    expect(plan.list.features.map((feature) => [feature.id, feature.priority])).toEqual([
      ['F001', 10],
      ['F003', 30],
    ]);
    expect(plan.list.features[0]).toMatchObject({
      title: 'A user can sign in',
      description: 'Category: functional.',
      steps: ['Open /login', 'Type a name'],
      proof: 'tests',
      passes: false,
    });
    expect(plan.notes).toEqual([
      'F002 "The page is blue" is ticked in feature_list.json: left out, since nothing has been judged here yet.',
    ]);
    expect(checkPlan(plan.list, { unprovenAllowed: false })).toEqual([]);
  });

  test('keeps a long description whole below a title of at most 120 characters', () => {
    const feature = convertPlan(JSON.stringify(items), 'p').list.features[1];
    expect(feature?.title.length).toBeLessThanOrEqual(120);
    expect(feature?.title).toMatch(/goes on that…$|goes on…$|goes…$/);
    expect(feature?.description).toBe(items[2]?.description);
  });

  test('ids stay when another item is ticked', () => {
    const ticked = items.map((item, index) => ({ ...item, passes: index === 0 }));
    expect(short(JSON.stringify(ticked))[0]).toMatch(/^F002 /);
    expect(short(JSON.stringify(ticked))[1]).toMatch(/^F003 /);
  });

  test('the text it becomes is a valid list', () => {
    const plan = convertPlan(JSON.stringify(items), 'p');
    expect(parseFeatureList(plan.text, 'p')).toEqual(plan.list);
    expect(plan.text.endsWith('}\n')).toBe(true);
  });
});

describe('prd.json', () => {
  const stories = [
    {
      id: 'US-001',
      title: 'Add a task',
      description: 'As a user',
      acceptanceCriteria: ['It shows'],
      priority: 2,
      passes: false,
      notes: 'Small.',
    },
    { id: 'US-002', title: 'Done before', priority: 1, passes: true },
    { id: '3', title: 'Numbers' },
    { id: 'über uns!', title: 'Letters' },
    { title: 'No id' },
  ];
  const prd = { project: 'Tasks', branchName: 'ralph/tasks', description: 'x', userStories: stories };

  test('keeps ids and priorities, criteria become steps, notes go with the description', () => {
    const plan = convertPlan(JSON.stringify(prd), 'prd.json');
    expect(plan.list.features[0]).toEqual({
      id: 'US-001',
      title: 'Add a task',
      description: 'As a user\n\nSmall.',
      steps: ['It shows'],
      priority: 2,
      dependsOn: [],
      proof: 'tests',
      passes: false,
    });
    expect(plan.list.features.map((feature) => feature.id)).toEqual(['US-001', 'F3', 'ber-uns', 'F005']);
    expect(plan.notes).toHaveLength(1);
  });
});

describe('a Markdown checklist', () => {
  const page = [
    '# Plan',
    '',
    'Some words. [ ] not an item',
    '- a bullet without a box',
    '',
    '- [ ] **F010**: Add a task',
    '      The text of the task,',
    '      on two lines.',
    '  - [ ] type a title',
    '  * press enter',
    '- [x] Set up the project',
    '  - a step of it',
    '* [ ] **Remove** a task',
    '',
    'Text at the left edge ends the item.',
    '    moved in, but below nothing',
    '1. [ ] US-7 - Undo `rm`',
    '\t1. with a tab',
    '- [] No blank in the box',
    '```',
    '- [ ] an example',
    '```',
    '- Group',
    '  - [ ] One of a group',
    '    - its step',
    '  - [ ] Another of a group',
  ].join('\r\n');

  test('items, steps, descriptions, ids', () => {
    const plan = convertPlan(page, 'PLAN.md');
    expect(
      plan.list.features.map(({ id, title, steps, description }) => [id, title, steps, description]),
    ).toEqual([
      ['F010', 'Add a task', ['type a title', 'press enter'], 'The text of the task,\non two lines.'],
      ['F003', 'Remove a task', [], ''],
      ['US-7', 'Undo `rm`', ['with a tab'], ''],
      ['F005', 'No blank in the box', [], ''],
      ['F006', 'One of a group', ['its step'], ''],
      ['F007', 'Another of a group', [], ''],
    ]);
    expect(plan.notes).toEqual([expect.stringContaining('F002 "Set up the project" is ticked in PLAN.md')]);
  });

  test('a text that starts with a box is no JSON', () => {
    expect(short('[ ] is how boxes look\n- [ ] One')).toEqual(['F001 One']);
  });

  test('a word with a number is no id', () => {
    expect(short('- [ ] HTTP2: support it\n- [ ] Step 1: begin')).toEqual([
      'F001 HTTP2: support it',
      'F002 Step 1: begin',
    ]);
  });

  test('an id by position never takes one that is given', () => {
    expect(short('- [ ] one\n- [ ] F001: two\n- [ ] three')).toEqual([
      'F001-2 one',
      'F001 two',
      'F003 three',
    ]);
  });
});

test('a file that is called JSON and is none is told so', () => {
  expect(() => convertPlan('features: []', 'plan.json')).toThrow(/^plan\.json line 1/);
  expect(() => convertPlan('null', 'plan.json')).toThrow(/neither "features" nor "userStories"/);
});

describe('anything else is told', () => {
  test.each([
    ['nothing', '', 'plan holds no checklist item.'],
    ['prose', '# A plan\n\nWe build it.\n- first\n', 'plan holds no checklist item.'],
    ['YAML', 'features:\n  - id: F001\n', 'plan holds no checklist item.'],
    ['an odd box', '- [ ] a\n- [-] b', 'plan line 2: "[-]" is neither an open nor a ticked box.'],
    ['everything ticked', '- [x] a\n- [X] b', 'Everything in plan is ticked: there is nothing to do.'],
    ['broken JSON', '{"features": [}', 'plan line 1, column 15: a value is expected.'],
    [
      'another object',
      '{"tasks": []}',
      'plan has neither "features" nor "userStories": it is no plan agentloop knows.',
    ],
    ['an empty array', '[]', 'plan line 1: must have at least 1 entry, it has 0'],
    ['an array of texts', '["a"]', 'plan line 1: [0]: must be an object, not "a"'],
    [
      'an item without words',
      '[\n{"steps": []}]',
      'plan line 2: [0].description: is missing; it must be a string',
    ],
    [
      'steps in words',
      '[{"description": "a",\n"steps": "b"}]',
      'plan line 2: [0].steps: must be a list, not "b"',
    ],
    [
      'stories without a title',
      '{"userStories": [{"id": "US-1"}]}',
      'userStories[0] "US-1": title: is missing; it must be a string',
    ],
    [
      'stories that are no list',
      '{"userStories": {}}',
      'plan line 1: userStories: must be a list, not an object',
    ],
    [
      'an id twice',
      '{"userStories": [{"id": "A 1", "title": "a"}, {"id": "A-1", "title": "b"}]}',
      'plan: the id "A-1" stands twice; ids must be unique.',
    ],
    ['our own with a fault', '{"version":1,"spec":"","features":[{"id":"F1"}]}', 'plan has 3 problems:'],
    [
      'a step too long',
      `- [ ] a\n  - ${'x'.repeat(1001)}`,
      'plan does not make a feature list: features[0] "F001": steps[0]: must have at most 1000 characters, it has 1001',
    ],
    ['too many items', '- [ ] a\n'.repeat(2001), 'features: must have at most 2000 entries, it has 2001'],
  ])('%s', (_, text, sentence) => {
    expect(sentenceOf(text)).toContain(sentence);
  });

  test('the help names the four formats', () => {
    try {
      convertPlan('{}', 'plan');
      expect.unreachable();
    } catch (error) {
      const { help } = error as UserError;
      for (const name of ['feature-list.json', 'feature_list.json', 'prd.json', 'Markdown'])
        expect(help).toContain(name);
    }
  });
});
