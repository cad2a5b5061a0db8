import { check, type Files, type Found } from './found.ts';
import { template } from './templates.ts';

const none: Found = { checks: [], install: '', makes: [], notes: [] };

/** Go: the tests of a module at the top. What it needs is brought into `vendor`, where go looks by itself. */
export async function detectGo({ paths, read }: Files): Promise<Found> {
  const text = await read('go.mod');
  if (text === undefined || !paths.some((path) => path.endsWith('_test.go'))) return none;
  const checks = [check('go', 'go test ./...', 'go-test')];
  const needs = /^\s*require\b/m.test(text) && !paths.includes('vendor/modules.txt');
  return needs
    ? { ...none, checks, install: template('init/go.sh'), makes: ['vendor/'] }
    : { ...none, checks };
}

/** Rust: the tests of a crate or workspace at the top. Crates are kept in `target`, which is carried. */
export async function detectRust({ paths, read }: Files): Promise<Found> {
  const text = await read('Cargo.toml');
  if (text === undefined) return none;
  const all = /^\s*\[workspace\]/m.test(text) ? ' --workspace' : '';
  // A crate that needs no other has itself alone in its lock file.
  const lock = (await read('Cargo.lock')) ?? '';
  const needs = /^source = /m.test(lock) || (lock === '' && /dependencies[\].]/.test(text));
  const home = needs ? 'CARGO_HOME="$PWD/target/cargo-home" ' : '';
  const checks = [check('cargo', `${home}cargo test --offline --no-fail-fast${all}`, 'cargo-test')];
  const notes =
    needs && !paths.includes('Cargo.lock')
      ? ['Cargo.toml has dependencies but no lock file: builds may differ from day to day.']
      : [];
  return { checks, install: needs ? template('init/cargo.sh') : '', makes: ['target/'], notes };
}
