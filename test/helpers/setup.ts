import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

// What the developer or the CI machine happens to have set must not decide how a test ends. NODE_EXTRA_CA_CERTS
// also doubles the start of every Node process the tests start.
const strange =
  /^(ANTHROPIC_|AGENTLOOP_|GIT_|NODE_EXTRA_CA_CERTS$|NODE_OPTIONS$|FORCE_COLOR$|NO_COLOR$|CI$|GITHUB_|GITLAB_)/;
for (const name of Object.keys(process.env)) {
  if (strange.test(name)) delete process.env[name];
}

const home = mkdtempSync(join(tmpdir(), 'agentloop-test-'));
const gitconfig = join(home, 'gitconfig');
writeFileSync(
  gitconfig,
  '[user]\n\tname = Test Person\n\temail = person@example.com\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n',
);
process.env['GIT_CONFIG_GLOBAL'] = gitconfig;
process.env['GIT_CONFIG_NOSYSTEM'] = '1';
process.env['XDG_CACHE_HOME'] = join(home, 'cache');

afterAll(() => {
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
});
