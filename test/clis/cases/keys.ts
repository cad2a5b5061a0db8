import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { honest as work } from '../../e2e/small-repo.ts';
import { type Case, must, stageFor } from '../case.ts';

/** The key of the brain reaches nothing the harness runs, and is written down nowhere. */
export const keys: Case = {
  name: 'keys',
  shows: 'its key reaches neither init.sh nor the judge nor any record',
  async play(subject) {
    await using stage = await stageFor(subject, [{ run: `${work}; env` }, { say: 'There is a sum now.' }]);
    const { scene, server, key, run } = stage;
    // Backwards, so that what looks for it is not found itself.
    const backwards = [...key].reverse().join('');
    const needle = `$(printf %s ${backwards} | rev)`;
    await scene.repo.commit('looks for the key', {
      'init.sh': `#!/bin/sh\nif env | grep -q "${needle}"; then echo 'init.sh has the key'; exit 9; fi\n`,
      'test/key.test.js': [
        "import assert from 'node:assert';",
        "import { test } from 'node:test';",
        `const key = [...'${backwards}'].reverse().join('');`,
        "test('no key', () => assert(!JSON.stringify(process.env).includes(key)));",
        '',
      ].join('\n'),
    });
    const { code, out, err } = await scene.start(stage.words('--max-sessions', '1')).done;
    must(code === 0, `agentloop ended with ${code}: ${err}`);
    must(!`${out}${err}`.includes(key), 'it was printed');
    const found = await filesWith(key, [
      join(scene.repo.dir, '.git', 'agentloop'),
      join(scene.cache, 'agentloop'),
    ]);
    must(found.length === 0, `it stands in ${found}`);
    const log = await scene.repo.git('log', '-p', `agentloop/${run}`);
    must(!log.includes(key), 'it was committed');
    const told = server.requests.at(-1)?.history.includes(key) === true;
    return { holds: true, seen: told ? 'its own tools see it' : 'nor its own tools' };
  },
};

async function filesWith(needle: string, tops: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const top of tops) {
    for (const entry of await readdir(top, { recursive: true, withFileTypes: true }).catch(() => [])) {
      const file = join(entry.parentPath, entry.name);
      // What the CLI itself keeps below the HOME it is given is its own.
      if (/\/slots\/[^/]+\/(home|tmp)\//.test(file)) continue;
      if (entry.isFile() && (await readFile(file).catch(() => Buffer.of())).includes(needle))
        found.push(file);
    }
  }
  return found;
}
