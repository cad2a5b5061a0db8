import type { Ask } from './package-json.ts';

/** Manifests of other ecosystems, by a simple rule: what was needed still is, and what is new comes from a registry. */

/** One thing that a manifest says about what is installed. */
export interface Need {
  readonly name: string;
  /** All of it, without white space that means nothing. */
  readonly text: string;
  /** A package by name and version, and nothing else. */
  readonly plain: boolean;
}

/** What a changed manifest of this form asks for; undefined: no form that is read. */
export function asksOfListed(path: string, old: string, now: string): readonly Ask[] | undefined {
  const read = forms.find(([name]) => name.test(path))?.[1];
  if (read === undefined) return undefined;
  const [had, has] = [read(old), read(now)];
  const refuse = (why: string): Ask => ({ code: 'rules.dependencies', why });
  const texts = (needs: readonly Need[]) => new Set(needs.map(({ text }) => text));
  const [before, after] = [texts(had), texts(has)];
  return [
    ...had
      .filter(({ text }) => !after.has(text))
      .map(({ name }) => refuse(`"${name}" was changed or removed`)),
    ...has
      .filter(
        ({ text, plain, name }) => !before.has(text) && (!plain || had.some((one) => one.name === name)),
      )
      .map(({ text }) => refuse(`"${text.slice(0, 80)}" is new and no package of a registry by its version`)),
  ];
}

/** Names of everything that a manifest needs. */
export function namesInListed(path: string, text: string): readonly string[] {
  const read = forms.find(([name]) => name.test(path))?.[1];
  return read === undefined
    ? []
    : read(text)
        .filter(({ plain }) => plain)
        .map(({ name }) => name);
}

const forms: readonly (readonly [RegExp, (text: string) => readonly Need[]])[] = [
  [
    /(^|\/)((.*-)?requirements[^/]*\.(txt|in)|requirements\/[^/]+\.(txt|in)|constraints[^/]*\.txt)$/,
    readRequirements,
  ],
  [/(^|\/)go\.mod$/, readGoMod],
  [/(^|\/)Gemfile$/, readGemfile],
  [/(^|\/)(Cargo\.toml|Pipfile)$/, readTables],
  [/(^|\/)pyproject\.toml$/, readPyproject],
  [/(^|\/)setup\.cfg$/, readSetupCfg],
];

function requirement(text: string): Need {
  const [, name = ''] = /^([A-Za-z0-9][\w.-]*)/.exec(text) ?? [];
  const plain =
    /^[A-Za-z0-9][\w.-]*\s*(\[[^\]]*\])?\s*\(?[\w\s.*+!<>=~^,]*\)?\s*(;[^@]*)?(\s--hash=\S+)*$/.test(text);
  return { name: name.toLowerCase().replace(/[_.]/g, '-'), text: text.replace(/\s+/g, ''), plain };
}

function readRequirements(text: string): readonly Need[] {
  const lines = text.replace(/\\\r?\n/g, ' ').split('\n');
  return lines
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
    .map((line) =>
      /^-r\s+(?!.*\.\.\/\.\.)[\w./-]+$/.test(line)
        ? { name: line, text: line, plain: true }
        : requirement(line),
    );
}

/** Only direct needs are held; what follows from them may move. */
function readGoMod(text: string): readonly Need[] {
  const needs: Need[] = [];
  let block = '';
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\/\/(?!\s*indirect).*$/, '').trim();
    const [, opens] = /^(\w+)\s*\($/.exec(line) ?? [];
    if (opens !== undefined) block = opens;
    else if (line === ')') block = '';
    else if (line !== '' && !/^(module|go|toolchain)\s/.test(line) && !line.endsWith('indirect')) {
      const plain = (block === '' ? line : `${block} ${line}`).replace(/\s+/g, ' ');
      const [word = '', name = ''] = plain.split(' ');
      needs.push({ name, text: plain, plain: word === 'require' });
    }
  }
  return needs;
}

function readGemfile(text: string): readonly Need[] {
  const lines = text.split('\n').map((line) => line.replace(/#.*$/, '').trim());
  return lines
    .filter((line) => line !== '' && !/^(group\b.*do|end|ruby\b.*|gemspec)$/.test(line))
    .map((line) => {
      const [, name = line] = /^gem\s*\(?["']([^"']+)["']/.exec(line) ?? [];
      const plain =
        /^gem\s*\(?["'][\w.-]+["'](\s*,\s*["'][\w\s.~<>=]+["'])*(\s*,\s*(require|group|groups|platforms?):?[^,]*)*\)?$/.test(
          line,
        );
      return { name, text: line.replace(/\s+/g, ''), plain };
    });
}

/** Tables of needs in TOML: `name = "version"`, or a table with a version in it. */
function readTables(text: string): readonly Need[] {
  return tablesOf(text).flatMap(({ head, lines }) => {
    if (/^\[(patch|replace|\[source)/.test(head))
      return lines.map((line) => ({ name: head, text: `${head}${line}`, plain: false }));
    const [, one] = /dependencies\.("?[\w-]+"?)\]$/.exec(head) ?? [];
    if (one !== undefined)
      return lines.map((line) => ({ name: one, text: `${head}${line}`, plain: !points.test(line) }));
    if (!/dependencies\]$|^\[(dev-)?packages\]$/.test(head)) return [];
    return lines.map((line) => ({
      name: line.split(/\s*[=.]/)[0] ?? '',
      text: `${head}${line.replace(/\s+/g, '')}`,
      plain: !points.test(line),
    }));
  });
}

const points = /\b(git|path|url|file|registry|index|package|ref|rev|tag|branch|editable|tar|zip)\s*=/;

/** Lists of needs in pyproject.toml, its tables in the way of poetry, and what says where packages come from. */
function readPyproject(text: string): readonly Need[] {
  return tablesOf(text).flatMap(({ head, lines }) => {
    const all = lines.join('\n');
    if (/^\[+tool\.(uv|poetry|pdm)\.?(sources?|index|source)\b|^\[build-system/.test(head))
      return [{ name: head, text: `${head}${all.replace(/\s+/g, '')}`, plain: false }];
    if (/^\[tool\.poetry\..*dependencies/.test(head)) return readTables([head, ...lines].join('\n'));
    if (head === '[tool.uv]')
      return lines
        .filter((line) => /index|find-links|override|constraint|sources/.test(line))
        .map((line) => ({ name: head, text: line, plain: false }));
    const lists = /^\[(project\.optional-dependencies|dependency-groups)\]$/.test(head);
    const [, list = ''] = lists
      ? ['', all]
      : head === '[project]'
        ? (/^dependencies\s*=\s*\[(.*?)\]\s*$/ms.exec(all) ?? [])
        : [];
    return [...list.matchAll(/"([^"\n]+)"|'([^'\n]+)'/g)].map(([, one, other]) =>
      requirement(one ?? other ?? ''),
    );
  });
}

function readSetupCfg(text: string): readonly Need[] {
  return tablesOf(text).flatMap(({ head, lines }) => {
    if (!/^\[options(\.extras_require)?\]$/.test(head)) return [];
    const [, list = ''] =
      head === '[options]'
        ? (/^(?:install|setup|tests)_require\w*\s*=(.*(?:\n[ \t].*)*)/m.exec(lines.join('\n')) ?? [])
        : ['', lines.join('\n')];
    const own = list.split('\n').map((line) => line.replace(/^\w+\s*=(?!=)/, '').trim());
    return own.filter((line) => line !== '').map(requirement);
  });
}

/** Each header with its lines; the lines before the first one have none. */
function tablesOf(text: string): readonly { readonly head: string; readonly lines: readonly string[] }[] {
  const tables: { head: string; lines: string[] }[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.replace(/(^|\s)#.*$/, '').trimEnd();
    if (/^\[[^\]]+\]\]?\s*$/.test(line) && !/^\[\s*["']/.test(line))
      tables.push({ head: line.trim(), lines: [] });
    else if (line.trim() !== '') tables.at(-1)?.lines.push(line);
  }
  return tables;
}
