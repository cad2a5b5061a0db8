import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BugError, UserError } from '../../src/errors.ts';
import {
  maxFeatureListBytes,
  parseFeatureList,
  setBlocked,
  setPasses,
} from '../../src/project/feature-list.ts';

const where = 'feature-list.json';

function feature(id: string, more: object = {}): object {
  return { id, title: `Title of ${id}`, proof: 'tests', passes: false, ...more };
}

function list(...features: object[]): string {
  return JSON.stringify({ version: 1, spec: 'SPEC.md', features }, null, 2);
}

function sentenceOf(text: string): string {
  try {
    parseFeatureList(text, where);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return 'accepted';
}

test('a good list is read with its defaults, with and without a byte order mark', () => {
  const text = list(
    feature('F001'),
    feature('F002', { dependsOn: ['F001'], proof: 'command', verify: './check' }),
  );
  for (const read of [parseFeatureList(text, where), parseFeatureList(`\uFEFF${text}`, where)]) {
    expect(read.features[1]).toMatchObject({
      id: 'F002',
      dependsOn: ['F001'],
      priority: 100,
      description: '',
      steps: [],
    });
  }
});

const one = '{"version":1,"spec":"","features":[\n{"id":"F001","title":"T","proof":"tests","passes":false}]}';

describe('a broken list is told with its place', () => {
  test.each([
    ['nothing at all', '', 'feature-list.json is empty.'],
    ['only blanks', ' \n\t', 'feature-list.json is empty.'],
    ['a trailing comma', '{\n  "a": 1,\n}', 'line 3, column 1: a comma with nothing after it.'],
    ['a trailing comma in a list', '[1,\n 2, ]', 'line 2, column 5: a comma with nothing after it.'],
    ['a missing comma', '{"a": 1\n "b": 2}', 'line 2, column 2: a comma is missing.'],
    ['a missing colon', '{"a" 1}', 'line 1, column 6: a colon is expected after the name.'],
    ['a missing brace', '{"a": {"b": 1}', 'line 1, column 15: a closing } is missing.'],
    ['a missing bracket', '[1, [2]', 'line 1, column 8: a closing ] is missing.'],
    ['single quotes', "{'a': 1}", 'line 1, column 2: this is not a JSON value (strings need double quotes).'],
    [
      'a name without quotes',
      '{\n a: 1}',
      'line 2, column 2: this is not a JSON value (strings need double quotes).',
    ],
    ['a comment', '// ours\n{}', 'line 1, column 1: comments are not allowed in JSON.'],
    ['an open string', '{"a": "b\n}', 'line 1, column 7: a string does not end on its line.'],
    ['an odd escape', '{"a": "\\q"}', 'line 1, column 7: this \\ escape does not exist in JSON.'],
    ['two values', '{} {}', 'line 1, column 4: there is more after the end of the JSON value.'],
    ['a word', 'features', 'line 1, column 1: this is not a JSON value (strings need double quotes).'],
    [
      'a merge conflict',
      '<<<<<<< HEAD\n{}',
      'line 1, column 1: this is not a JSON value (strings need double quotes).',
    ],
    [
      'a key twice',
      one.replace('"id"', '"passes":true,"id"'),
      'line 2, column 56: the key "passes" stands twice in one object.',
    ],
    [
      'a key of the top twice',
      '{"spec":"","spec":""}',
      'line 1, column 12: the key "spec" stands twice in one object.',
    ],
    ['another kind of value', '[]', 'line 1: must be an object, not a list'],
    [
      'no features',
      '{"version":1,"spec":"","features":[]}',
      'line 1: features: must have at least 1 entry, it has 0',
    ],
    [
      'features that are no list',
      '{"version":1,"spec":"",\n"features":{}}',
      'line 2: features: must be a list, not an object',
    ],
    ['another version', one.replace('"version":1', '"version":2'), 'line 1: version: must be 1, not 2'],
    ['no version', one.replace('"version":1,', ''), 'line 1: version: is missing; it must be 1'],
    [
      'no title',
      list(feature('F001', { title: undefined })),
      'features[0] "F001": title: is missing; it must be a string',
    ],
    ['an empty title', list(feature('F001', { title: '' })), 'features[0] "F001": title: must not be empty'],
    [
      'a long title',
      list(feature('F001', { title: 'x'.repeat(121) })),
      'features[0] "F001": title: must have at most 120 characters, it has 121',
    ],
    [
      'two lines as title',
      list(feature('F001', { title: 'a\nb' })),
      'features[0] "F001": title: must be one line, not "a\\nb"',
    ],
    [
      'no passes',
      list(feature('F001', { passes: undefined })),
      'features[0] "F001": passes: is missing; it must be true or false',
    ],
    [
      'passes in words',
      list(feature('F001', { passes: 'yes' })),
      'features[0] "F001": passes: must be true or false, not "yes"',
    ],
    [
      'no proof',
      list(feature('F001', { proof: undefined })),
      'proof: is missing; it must be one of "tests", "command", "none"',
    ],
    [
      'an unknown proof',
      list(feature('F001', { proof: 'test' })),
      'proof: must be one of "tests", "command", "none", not "test"',
    ],
    [
      'an odd id',
      list(feature('1st')),
      'id: must be a letter, then letters, digits, "-" or "_", at most 32 in all, not "1st"',
    ],
    [
      'a step that is no text',
      list(feature('F001', { steps: ['a', 7] })),
      'features[0] "F001": steps[1]: must be a string, not 7',
    ],
    [
      'a broken priority',
      list(feature('F001', { priority: 1.5 })),
      'priority: must be a whole number, not 1.5',
    ],
    ['a priority below 0', list(feature('F001', { priority: -1 })), 'priority: must be at least 0, not -1'],
    [
      'a mistyped key',
      list(feature('F001', { dependson: [] })),
      'features[0] "F001": unknown key "dependson"; did you mean "dependsOn"?',
    ],
    [
      'a strange key',
      list(feature('F001', { zzz: 1 })),
      'unknown key "zzz"; known are id, title, description, steps,',
    ],
    [
      'null for a feature',
      list(feature('F001'), null as unknown as object),
      'features[1]: must be an object, not null',
    ],
    [
      'an id twice',
      list(feature('F001'), feature('F002'), feature('F001')),
      'features[2] "F001": id: stands at features[0] already; ids must be unique',
    ],
    [
      'an unknown dependency',
      list(feature('F001', { dependsOn: ['F009'] })),
      'features[0] "F001": dependsOn[0]: there is no feature "F009"',
    ],
    [
      'itself as dependency',
      list(feature('F001', { dependsOn: ['F001'] })),
      'dependsOn[0]: a feature cannot depend on itself',
    ],
    [
      'a circle',
      list(
        feature('A'),
        feature('B', { dependsOn: ['A', 'D'] }),
        feature('C', { dependsOn: ['B'] }),
        feature('D', { dependsOn: ['C'] }),
      ),
      'features[1] "B": dependsOn: goes in a circle: B -> D -> C -> B',
    ],
    ['deep nesting', '['.repeat(100_000), 'feature-list.json is nested too deeply.'],
  ])('%s', (_, text, sentence) => {
    expect(sentenceOf(text)).toContain(sentence);
  });

  test('the line of each problem is told, in the order of the file', () => {
    const text = list(feature('F001', { title: '' }), feature('F002', { proof: 'x' }));
    expect(sentenceOf(text)).toBe(
      [
        'feature-list.json has 2 problems:',
        'line 7: features[0] "F001": title: must not be empty',
        'line 14: features[1] "F002": proof: must be one of "tests", "command", "none", not "x"',
      ].join('\n  '),
    );
  });

  test('of many problems the first eight are told', () => {
    const lines = sentenceOf(
      list(...Array.from({ length: 30 }, (_, index) => feature(`F${index}`, { title: '' }))),
    ).split('\n');
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe('  and 22 more');
  });

  test('a list of more than 4 MiB is not even parsed', () => {
    const text = ' '.repeat(maxFeatureListBytes + 1);
    expect(sentenceOf(text)).toBe('feature-list.json is too large: 4194305 bytes, the limit is 4194304.');
  });
});

test('a long chain of dependencies is no circle and is read quickly', () => {
  const features = Array.from({ length: 2000 }, (_, index) =>
    feature(`F${index}`, { dependsOn: index ? [`F${index - 1}`] : [] }),
  );
  expect(sentenceOf(list(...features.reverse()))).toBe('accepted');
});

test('many ways from one feature to another are no circle, and no way is walked twice', () => {
  const layers = Array.from({ length: 23 }, (_, layer) =>
    ['a', 'b'].map((side) => [layer, side] as const),
  ).flat();
  const features = layers.map(([layer, side]) =>
    feature(`${side}${layer}`, { dependsOn: layer ? [`a${layer - 1}`, `b${layer - 1}`] : [] }),
  );
  const start = performance.now();
  expect(sentenceOf(list(...features.reverse()))).toBe('accepted');
  // Eight million ways; walked one by one they take many seconds.
  expect(performance.now() - start).toBeLessThan(1000);
});

const crlf = [
  '\uFEFF{ "version": 1,',
  '\t"spec" : "",  "features": [',
  '\t\t{"id":"A","title":"ä \\u00e4","proof":"tests",   "passes"  :  false  },',
  '\t\t{ "id": "B", "title": "B passes: false", "proof": "none",',
  '\t\t  "passes" : true,',
  '\t\t  "blocked" : "because" },',
  '\t\t{"passes":false,"id":"C","title":"C","proof":"tests"} ] }   ',
].join('\r\n');

describe('accepting a feature changes one value and nothing else', () => {
  test.each([
    ['A', true, '"passes"  :  false  }', '"passes"  :  true  }'],
    ['B', false, '"passes" : true,', '"passes" : false,'],
    ['C', true, '{"passes":false,"id":"C"', '{"passes":true,"id":"C"'],
    ['B', true, '', ''],
  ])('%s to %s', (id, value, before, after) => {
    expect(setPasses(crlf, id, value)).toBe(crlf.replace(before, after));
  });

  test('for any formatting: there and back gives the same bytes', () => {
    const indents = fc.constantFrom<string | number>(0, 1, 2, 3, 4, '\t', ' \t');
    const ends = fc.constantFrom('\n', '\r\n');
    const anyList = fc.record({
      indent: indents,
      end: ends,
      count: fc.integer({ min: 1, max: 5 }),
      text: fc.string(),
    });
    fc.assert(
      fc.property(anyList, fc.nat(), ({ indent, end, count, text }, pick) => {
        const features = Array.from({ length: count }, (_, index) =>
          feature(`F${index}`, { description: text }),
        );
        const file = JSON.stringify({ version: 1, spec: text, features }, null, indent).replaceAll('\n', end);
        const id = `F${pick % count}`;
        const passed = setPasses(file, id, true);
        expect(
          parseFeatureList(passed, where)
            .features.filter((one) => one.passes)
            .map((one) => one.id),
        ).toEqual([id]);
        expect(passed.length).toBe(file.length - 1);
        expect(setPasses(passed, id, false)).toBe(file);
        const blocked = setBlocked(file, id, text);
        expect(parseFeatureList(blocked, where).features.find((one) => one.id === id)?.blocked).toBe(text);
        expect(setBlocked(blocked, id, undefined)).toBe(file);
      }),
    );
  });

  test('a feature that is not there is our mistake', () => {
    expect(() => setPasses(crlf, 'Z', true)).toThrow(BugError);
    expect(() => setBlocked(crlf, 'Z', 'x')).toThrow(BugError);
  });
});

describe('a reason for blocking', () => {
  test('stands on a line of its own where passes does', () => {
    const file = list(feature('F001', { priority: 1 })).replaceAll('\n', '\r\n');
    const changed = setBlocked(file, 'F001', 'say "no"\nand why');
    expect(changed.split('\r\n').length).toBe(file.split('\r\n').length + 1);
    expect(changed).toContain(
      '\r\n      "passes": false,\r\n      "blocked": "say \\"no\\"\\nand why",\r\n      "priority": 1',
    );
  });

  test('stays on the line where all stands on one', () => {
    expect(setBlocked(one, 'F001', 'x')).toContain('"proof":"tests","passes":false,"blocked":"x"}');
  });

  test('is replaced in its place', () => {
    expect(setBlocked(crlf, 'B', 'other')).toBe(crlf.replace('"because"', '"other"'));
  });

  test('is taken out with its comma, from the end, the middle and the beginning', () => {
    expect(setBlocked(crlf, 'B', undefined)).toBe(crlf.replace(',\r\n\t\t  "blocked" : "because"', ''));
    expect(setBlocked('{"features":[{"blocked": "x", "id":"A","passes":false}]}', 'A', undefined)).toBe(
      '{"features":[{"id":"A","passes":false}]}',
    );
    expect(setBlocked('{"features":[{"id":"A", "blocked": "x", "passes":false}]}', 'A', undefined)).toBe(
      '{"features":[{"id":"A", "passes":false}]}',
    );
  });

  test('is cut to what the format allows', () => {
    const file = setBlocked(one, 'F001', 'x'.repeat(5000));
    expect(parseFeatureList(file, where).features[0]?.blocked).toHaveLength(2000);
  });
});
