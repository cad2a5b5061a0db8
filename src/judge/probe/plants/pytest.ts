import type { Plant } from '../plant.ts';

/** Tests that are to fail, and those that another library calls often, stay as they are. */
export const endsRed = /^(?![\s\S]*\b(xfail|expectedFailure|hypothesis)\b)/;

/** Every test function of the module raises at its end, under its own name. */
function within(id: string): readonly string[] {
  const own = `within_${id}`;
  return [
    `def ${own}(own):`,
    '    from functools import wraps',
    '    from inspect import isclass, iscoroutinefunction, isfunction',
    '',
    '    def red(function):',
    '        @wraps(function)',
    '        def inner(*args, **named):',
    '            try:',
    '                function(*args, **named)',
    '            finally:',
    '                raise AssertionError("planted by the judge")',
    '',
    '        @wraps(function)',
    '        async def later(*args, **named):',
    '            try:',
    '                await function(*args, **named)',
    '            finally:',
    '                raise AssertionError("planted by the judge")',
    '',
    '        return later if iscoroutinefunction(function) else inner',
    '',
    '    for name, what in list(own.items()):',
    '        if getattr(what, "__module__", None) != own["__name__"]:',
    '            continue',
    '        if name.startswith("test") and isfunction(what):',
    '            own[name] = red(what)',
    '        elif isclass(what):',
    '            for part, method in list(vars(what).items()):',
    '                if part.startswith("test") and isfunction(method):',
    '                    setattr(what, part, red(method))',
    '',
    '',
    `${own}(globals())`,
    '',
    '',
  ];
}

/**
 * Functions at the end of the module: raise, a plain assert, and one that tries the assertions of unittest and pytest.
 * Doctests and tests that came from elsewhere leave a file alone in which nobody defines tests.
 */
export const pytestPlant: Plant = ({ text, titles }, { id, word }) => {
  const defines = (title: string) =>
    new RegExp(`^\\s*(async\\s+)?(def|class)\\s+${title.replace(/\W.*$/s, '')}\\b`, 'm').test(text);
  // What the whole module is given, a planted function would have to take.
  if (/^pytestmark\s*=[^#]*parametrize/m.test(text)) return undefined;
  if (!titles.some((title) => /^\w/.test(title) && defines(title))) return undefined;
  return {
    append: [
      '',
      '',
      ...(endsRed.test(text) ? within(id) : []),
      `def test_${id}_a():`,
      '    raise AssertionError("planted by the judge")',
      '',
      '',
      `def test_${id}_b():`,
      '    assert 1 == 2',
      '',
      '',
      `def test_${id}_c():`,
      `    if not __import__("${word}").watch("${id}", "${word}"):`,
      '        raise AssertionError("planted by the judge")',
      '',
    ].join('\n'),
  };
};
