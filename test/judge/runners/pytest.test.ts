import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { checkRun, told } from './check-run.ts';

const hasPytest = await promisify(execFile)('python3', ['-m', 'pytest', '--version']).then(
  () => true,
  () => false,
);

describe.skipIf(!hasPytest)(
  `pytest${hasPytest ? '' : ' (skipped: `python3 -m pytest` is not there)'}`,
  () => {
    const files = {
      'pytest.ini': '[pytest]\n',
      'tests/test_a.py': `import pytest

class TestC:
    class TestInner:
        @pytest.mark.parametrize("n", ["a::b", "c"])
        def test_p(self, n): pass

def test_fails(): assert "left" == "right"
@pytest.mark.skip
def test_skipped(): pass
@pytest.mark.xfail
def test_known(): assert False
@pytest.mark.xfail
def test_better(): pass
@pytest.mark.xfail(strict=True)
def test_strict(): pass
@pytest.fixture
def broken(): raise RuntimeError("setup")
def test_setup(broken): pass
@pytest.fixture
def late():
    yield
    raise RuntimeError("teardown")
def test_teardown(late): pass
`,
      'tests/test_gone.py': 'import gone\n',
      'tests/test_none.py': 'import pytest\npytest.skip("not here", allow_module_level=True)\n',
    };
    const expected = [
      'fail tests/test_a.py › test_fails',
      'fail tests/test_a.py › test_setup',
      'fail tests/test_a.py › test_strict',
      'fail tests/test_a.py › test_teardown',
      'fail tests/test_gone.py',
      'pass tests/test_a.py › TestC.TestInner › test_p[a::b]',
      'pass tests/test_a.py › TestC.TestInner › test_p[c]',
      'pass tests/test_a.py › test_better',
      'skip tests/test_a.py › test_skipped',
      'skip tests/test_none.py',
      'todo tests/test_a.py › test_known',
    ];

    test('every outcome, as the plugin tells it', async () => {
      const seen = await checkRun(files, 'python3 -m pytest -q');
      expect(told(seen)).toEqual(expected);
      expect(seen).toMatchObject({ exit: 1, isolated: false, output: expect.stringMatching(/left.*right/) });
    });

    test('a command with a PYTHONPATH of its own is answered by JUnit XML', async () => {
      const seen = await checkRun(files, 'PYTHONPATH=tests python3 -m pytest -q');
      const same = (seen.tests ?? []).map(({ id, status }) => `${status} ${id}`).sort();
      // A test that passed and then broke in its teardown stands there twice.
      expect(same).toEqual(expect.arrayContaining(expected.filter((one) => !one.includes('test_teardown'))));
    });

    test('a run in a folder below names files from the top; two runs of a check are both told', async () => {
      const two = {
        'a/pytest.ini': '[pytest]\n',
        'a/test_x.py': 'def test_x(): pass\n',
        'b/test_y.py': 'def test_y(): pass\n',
      };
      const seen = await checkRun(two, '(cd a && python3 -m pytest -q) && python3 -m pytest -q b');
      expect(told(seen)).toEqual(['pass a/test_x.py › test_x', 'pass b/test_y.py › test_y']);
    });

    test('the sitecustomize of others is still run, and no other Python process notices anything', async () => {
      const own = {
        'lib/sitecustomize.py': 'print("theirs")\n',
        'main.py': 'import sys; print("main", len(sys.argv))\n',
      };
      const seen = await checkRun(own, 'export PYTHONPATH="$PYTHONPATH:$PWD/lib"; python3 main.py');
      expect(seen).toMatchObject({ exit: 0, report: 'none', output: 'theirs\nmain 1\n' });
    });

    test('what ran nothing told nothing', async () => {
      expect(await checkRun(files, 'python3 -m pytest --collect-only -q tests/test_a.py')).toMatchObject({
        exit: 0,
        report: 'none',
      });
    });
  },
);
