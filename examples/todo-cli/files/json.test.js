import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));

test('list --json prints what other programs can read', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'todo-'));
  execFileSync(process.execPath, [cli, 'add', 'milk'], { cwd });
  const printed = execFileSync(process.execPath, [cli, 'list', '--json'], { cwd, encoding: 'utf8' });
  assert.deepEqual(JSON.parse(printed), [{ id: 1, text: 'milk', done: false }]);
});
