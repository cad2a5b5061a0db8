import { check, type Files, type Found } from './found.ts';
import { fill, template } from './templates.ts';

const testFile = /(?:^|\/)(?:test_[^/]+|[^/]+_test|conftest)\.py$/;
const manifests = ['pyproject.toml', 'setup.py', 'setup.cfg', 'pytest.ini', 'tox.ini'];
const requirementFiles = [
  'requirements.txt',
  'requirements-dev.txt',
  'requirements-test.txt',
  'dev-requirements.txt',
  'test-requirements.txt',
  'requirements/dev.txt',
  'requirements/test.txt',
  'requirements/tests.txt',
];

/**
 * Python: pytest, and a virtual environment in .venv where the tests need packages. A package that must be installed
 * itself is installed as a link to its sources: a copy would go on testing the code of yesterday.
 */
export async function detectPython(files: Files): Promise<Found> {
  const texts = await readAll(files, manifests);
  const requirements = [...(await readAll(files, requirementFiles))].filter(([, text]) => asks(text));
  const tested =
    files.paths.some((path) => testFile.test(path)) ||
    texts.has('pytest.ini') ||
    [...texts.values()].some((text) => /^\s*\[(?:tool[.:])?pytest\b/m.test(text));
  if (!tested) return { checks: [], install: '', makes: [], notes: [] };
  const makes = ['__pycache__/', '.pytest_cache/'];
  const group = testGroup(texts.get('pyproject.toml') ?? '');
  const needs = group.some((one) => !/^pytest$/.test(one)) ? group : [];
  const wanted = [
    ...requirements.map(([path]) => `-r ${path}`),
    ...itself(files, texts),
    ...needs.map(quoted),
  ];
  if (wanted.length === 0) {
    return { checks: [check('pytest', 'python3 -m pytest', 'pytest')], install: '', makes, notes: [] };
  }
  const named = [...needs, ...requirements.flatMap(([, text]) => text.split(/\r?\n/))];
  const pytest = named.some((line) => /^\s*pytest(?![\w-])/i.test(line)) ? [] : ['pytest'];
  const what = [...wanted, ...pytest].join(' ');
  return {
    checks: [check('pytest', '.venv/bin/python -m pytest', 'pytest')],
    install: fill(template('init/python.sh'), { what }),
    makes: [...makes, '.venv/'],
    notes: [],
  };
}

/** How the package itself is installed, where its tests cannot run without that. */
function itself(files: Files, texts: ReadonlyMap<string, string>): string[] {
  const project = texts.get('pyproject.toml') ?? '';
  const setup = `${texts.get('setup.py') ?? ''}\n${texts.get('setup.cfg') ?? ''}`;
  const installable = /^\s*\[(?:project|tool\.poetry)\]/m.test(project) || texts.has('setup.py');
  const extras = namesIn(project, 'project.optional-dependencies');
  const extra = ['test', 'tests', 'testing', 'dev'].find((name) => extras.includes(name));
  const poetry = namesIn(project, 'tool.poetry.dependencies').some((name) => name !== 'python');
  const needs =
    poetry ||
    extra !== undefined ||
    /^dependencies\s*=\s*\[\s*[^\]\s]/m.test(project) ||
    /install_requires\s*=\s*(?:\[\s*[^\]\s]|\n\s+\w)/.test(setup) ||
    files.paths.some((path) => /^src\/[^/]+\.py$|^src\/[^/]+\/__init__\.py$/.test(path));
  if (!installable || !needs) return [];
  return [extra === undefined ? '-e .' : `-e ".[${extra}]"`];
}

/** What the dependency group for tests asks for (`[dependency-groups]`), with the groups it includes. */
function testGroup(toml: string): readonly string[] {
  const named = ['tests', 'test', 'testing', 'dev'].find((name) =>
    namesIn(toml, 'dependency-groups').includes(name),
  );
  return named === undefined ? [] : groupItems(bodyOf(toml, 'dependency-groups'), named, new Set());
}

function groupItems(body: string, name: string, taken: Set<string>): readonly string[] {
  if (taken.has(name)) return [];
  taken.add(name);
  const list = new RegExp(`^"?${name}"?\\s*=\\s*\\[((?:[^\\]"']|"[^"]*"|'[^']*')*)\\]`, 'm').exec(
    body.replace(/#.*$/gm, ''),
  )?.[1];
  const items = (list ?? '').matchAll(/include-group\s*=\s*["']([^"']+)["']|"([^"]+)"|'([^']+)'/g);
  return [...items].flatMap(([, included, double, single]) =>
    included === undefined ? [double ?? single ?? ''] : groupItems(body, included, taken),
  );
}

/** A requirement as one word of the shell: it may hold brackets, spaces and comparisons. */
function quoted(requirement: string): string {
  return /^[\w.-]+$/.test(requirement) ? requirement : `'${requirement.replaceAll("'", '"')}'`;
}

/** The names that are set in one section of a TOML file; enough of TOML to see whether anything is wanted. */
function namesIn(toml: string, section: string): string[] {
  return bodyOf(toml, section)
    .split('\n')
    .flatMap((line) => /^"?([\w-]+)"?\s*=/.exec(line)?.[1] ?? []);
}

function bodyOf(toml: string, section: string): string {
  const lines = toml.split(/\r?\n/);
  const start = lines.findIndex((line) => line.trim() === `[${section}]`);
  if (start < 0) return '';
  const end = lines.findIndex((line, index) => index > start && line.startsWith('['));
  return lines.slice(start + 1, end < 0 ? undefined : end).join('\n');
}

function asks(text: string): boolean {
  return text.split(/\r?\n/).some((line) => line.trim() !== '' && !line.trim().startsWith('#'));
}

async function readAll(files: Files, wanted: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const path of wanted) {
    const text = files.paths.includes(path) ? await files.read(path) : undefined;
    if (text !== undefined) texts.set(path, text);
  }
  return texts;
}
