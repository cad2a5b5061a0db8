import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { checkRun, told } from './check-run.ts';

const exec = promisify(execFile);
const has = (program: string, ...words: string[]) =>
  exec(program, words).then(
    () => true,
    () => false,
  );
// The standard library is built once for all of them, in a folder that is reached without the fence.
const cache = await mkdtemp(join(tmpdir(), 'go-cache-'));
afterAll(() => exec('chmod', ['-R', 'u+w', cache]).then(() => rm(cache, { recursive: true, force: true })));
const withCache = { fence: 'none', env: { GOCACHE: cache } } as const;
const [hasGo, hasCargo] = [await has('go', 'version'), await has('cargo', '--version')];

describe.skipIf(!hasGo)(`go test${hasGo ? '' : ' (skipped: `go` is not there)'}`, () => {
  const files = {
    'go.mod': 'module example.com/calc\n\ngo 1.19\n',
    Makefile: 'test:\n\tgo vet ./ok && go test ./...\n',
    'ok/ok.go': 'package ok\n\nfunc Add(a, b int) int { return a + b }\n',
    'ok/ok_test.go': `package ok
import ("fmt"; "testing")
func TestAdd(t *testing.T) { for _, n := range []string{"small", "large"} { t.Run(n, func(t *testing.T) { if Add(1, 2) != 3 { t.Fail() } }) } }
func TestLater(t *testing.T) { t.Skip("later") }
func FuzzAdd(f *testing.F) { f.Add(1, 2); f.Fuzz(func(t *testing.T, a, b int) { Add(a, b) }) }
func BenchmarkAdd(b *testing.B) { for i := 0; i < b.N; i++ { Add(1, 2) } }
func ExampleAdd() { fmt.Println(Add(1, 2)) // Output: 3
}
`.replace('// Output: 3\n', '\n\t// Output: 3\n'),
    'red/red_test.go':
      'package red\n\nimport "testing"\n\nfunc TestRed(t *testing.T) { t.Log("left is not right"); t.Fail() }\nfunc TestGreen(t *testing.T) { t.Log("nothing to see") }\n',
    'broken/b_test.go': 'package broken\n\nimport "testing"\n\nfunc TestB(t *testing.T) { gone() }\n',
  };

  test('tests, subtests, examples and fuzz seeds, behind make; a package that does not build fails', async () => {
    const seen = await checkRun(files, 'make test', withCache);
    expect(told(seen)).toEqual([
      'fail example.com/calc/broken',
      'fail example.com/calc/red › TestRed',
      'pass example.com/calc/ok › ExampleAdd',
      'pass example.com/calc/ok › FuzzAdd',
      'pass example.com/calc/ok › FuzzAdd › seed#0',
      'pass example.com/calc/ok › TestAdd',
      'pass example.com/calc/ok › TestAdd › large',
      'pass example.com/calc/ok › TestAdd › small',
      'pass example.com/calc/red › TestGreen',
      'skip example.com/calc/ok › TestLater',
    ]);
    expect(seen).toMatchObject({ isolated: false });
    expect(seen.exit).not.toBe(0);
    expect(seen.output).toMatch(/left is not right\n--- FAIL: TestRed.*FAIL\s+example.com\/calc\/red/s);
    expect(seen.output).toMatch(/undefined: gone/);
    expect(seen.output).not.toMatch(/=== RUN|nothing to see|"Action"/);
  });

  test('results from the cache of go are told like any others', async () => {
    const seen = await checkRun(files, 'go test ./ok >/dev/null; go test ./ok', withCache);
    expect(seen.output).toContain('(cached)');
    expect(seen.tests?.filter(({ id }) => id.startsWith('example.com/calc/ok › TestAdd')).length).toBe(6);
  });

  test('a test that leaves through a back door is a failing test', async () => {
    const leaves = {
      ...files,
      'ok/l_test.go':
        'package ok\n\nimport (\n\t"syscall"\n\t"testing"\n)\n\nfunc TestLeaves(t *testing.T) { syscall.Exit(0) }\n',
    };
    const seen = await checkRun(leaves, 'go test ./ok', withCache);
    expect(seen.exit).toBe(0);
    expect(told(seen)).toEqual(expect.stringMatching(/^broken: .*ended with 0 although tests failed/));
  });
});

describe.skipIf(!hasCargo)(`cargo test${hasCargo ? '' : ' (skipped: `cargo` is not there)'}`, () => {
  const files = {
    'Cargo.toml': '[package]\nname = "calc-lib"\nversion = "0.1.0"\nedition = "2021"\n',
    'src/lib.rs': `/// Adds.
///
/// \`\`\`
/// assert_eq!(calc_lib::add(1, 2), 3);
/// \`\`\`
pub fn add(a: i32, b: i32) -> i32 { a + b }
#[cfg(test)]
mod tests {
    #[test] fn adds() { assert_eq!(super::add(1, 2), 3); }
    #[test] #[should_panic] fn panics() { panic!("on purpose"); }
    #[test] #[ignore = "slow"] fn later() {}
}
`,
    'tests/outside.rs':
      '#[test] fn outside() { assert_eq!(calc_lib::add(1, 2), 3); }\n#[test] fn red() { assert_eq!("left", "right"); }\n',
  };

  test('unit tests, integration tests and examples of the documentation; what is ignored is no pass', async () => {
    const seen = await checkRun(files, 'cargo test --offline --no-fail-fast');
    expect(told(seen)).toEqual([
      'fail calc-lib/outside › red',
      'pass calc-lib/calc_lib › tests::adds',
      'pass calc-lib/calc_lib › tests::panics',
      'pass calc-lib/doc › src/lib.rs › add',
      'pass calc-lib/outside › outside',
      'skip calc-lib/calc_lib › tests::later',
    ]);
    expect(seen).toMatchObject({ exit: 101, isolated: true, output: expect.stringMatching(/left: "left"/) });
  });

  test('a test that ends the process with 0 hides nothing; a program of the crate is run as it is', async () => {
    const leaves = {
      ...files,
      'src/main.rs': 'fn main() { println!("{}", std::env::args().nth(1).unwrap()); }\n',
      'tests/outside.rs':
        '#[test] fn leaves() { std::process::exit(0); }\n#[test] fn other() { panic!(); }\n',
    };
    const seen = await checkRun(
      leaves,
      'cargo run -q --offline -- --list && cargo test --offline --test outside',
    );
    expect(seen.output).toMatch(/^--list$/m);
    expect(told(seen)).toEqual(expect.stringMatching(/^broken: .*ended with 0 although tests failed/));
  });

  test('a crate that does not compile is a check that is red without tests', async () => {
    const seen = await checkRun({ ...files, 'src/lib.rs': 'pub fn add( {}\n' }, 'cargo test --offline');
    expect(seen).toMatchObject({ exit: 101, report: 'none', tests: null });
  });
});
