import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { accepted, type Files, refused, world } from '../world.ts';

const hasPytest = await promisify(execFile)('python3', ['-m', 'pytest', '--version']).then(
  () => true,
  () => false,
);
const pytest = `pytest${hasPytest ? '' : ' (skipped: `python3 -m pytest` is not there)'}`;

const only = ['rules', 'checks', 'sealed'];

/** A judge over these files and checks, with sealed tests for F001. */
async function sealedWorld(files: Files, command: string, sealed: Readonly<Record<string, string>>) {
  const report = command.includes('node check.js') ? ('none' as const) : ('auto' as const);
  const w = await world(files, { checks: [{ name: 'unit', command, report }], mutants: { enabled: false } });
  for (const [path, text] of Object.entries(sealed)) {
    const file = join(w.sealedDir, 'F001', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return w;
}

test.skipIf(!hasPytest)(
  `with ${pytest}, a file that cannot be collected yet, and tests made from data`,
  async () => {
    const files = {
      'calc.py': 'def add(a, b):\n    return a + b\n',
      'tests/test_calc.py': 'from calc import add\n\n\ndef test_adds():\n    assert add(1, 2) == 3\n',
      'pytest.ini': '[pytest]\npythonpath = .\n',
    };
    const sealed = {
      'tests/test_sealed.py':
        'import pytest\nfrom calc import mul\n\n\n@pytest.mark.parametrize("a,b", [(17, 191), (3, 4)])\ndef test_any_two_numbers(a, b):\n    assert mul(a, b) == a * b\n\n\nclass TestSigns:\n    def test_negative_numbers(self):\n        assert mul(-1, 5) == -5\n',
    };
    await using w = await sealedWorld(files, 'PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 python3 -m pytest -q', sealed);
    const own = {
      'tests/test_mul.py': 'from calc import mul\n\n\ndef test_muls():\n    assert mul(2, 3) == 6\n',
    };
    const honest = { ...own, 'calc.py': `${files['calc.py']}\n\ndef mul(a, b):\n    return a * b\n` };
    expect(accepted(await w.rule(honest, { only })).notes).toContain('3 sealed tests hold.');
    const table = {
      ...own,
      'calc.py': `${files['calc.py']}\n\ndef mul(a, b):\n    return {(2, 3): 6}.get((a, b), 12)\n`,
    };
    const [reason] = refused(await w.rule(table, { only })).reasons;
    expect(reason).toMatchObject({
      code: 'sealed.failing',
      tests: ['test_any_two_numbers', 'TestSigns › test_negative_numbers'],
    });
    expect(reason?.text).not.toMatch(/17|191/);
  },
  90_000,
);

test('with a check that tells no tests, the exit code decides', async () => {
  const check =
    "import { readdirSync } from 'node:fs';\nfor (const file of readdirSync('./checks')) await import('./checks/' + file);\n";
  const files = {
    'package.json': '{ "type": "module" }',
    'calc.js': 'export const add = (a, b) => a + b;\n',
    'check.js': check,
    'checks/add.js': "import { add } from '../calc.js';\nif (add(1, 2) !== 3) process.exit(1);\n",
  };
  const sealed = {
    'checks/sealed.test.js':
      "import * as calc from '../calc.js';\nif (calc.mul?.(17, 191) !== 3247) process.exit(1);\n",
  };
  await using w = await sealedWorld(files, 'node check.js', sealed);
  const feature = { proof: 'none' as const };
  const honest = { 'calc.js': `${files['calc.js']}export const mul = (a, b) => a * b;\n` };
  accepted(await w.rule(honest, { feature, only }));
  const wrong = { 'calc.js': `${files['calc.js']}export const mul = () => 6;\n` };
  expect(refused(await w.rule(wrong, { feature, only })).reasons).toMatchObject([
    { code: 'sealed.failing', tests: ['a behaviour that the feature asks for'] },
  ]);
});
