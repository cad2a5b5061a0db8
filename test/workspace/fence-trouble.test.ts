import { describe, expect, test } from 'vitest';
import { notUsable } from '../../src/workspace/fence-trouble.ts';

const clone = '/proc/sys/kernel/unprivileged_userns_clone';
const apparmor = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns';
const most = '/proc/sys/user/max_user_namespaces';

describe('why bubblewrap does not work', () => {
  test.each([
    [
      'bwrap: setting up uid map: Permission denied',
      { [apparmor]: '1' },
      'AppArmor',
      'apparmor_restrict_unprivileged_userns=0',
    ],
    [
      'bwrap: No permissions to create new namespace',
      { [clone]: '0' },
      'only root',
      'unprivileged_userns_clone=1',
    ],
    [
      'bwrap: Creating new namespace failed: No space left on device',
      { [most]: '0' },
      'no user namespaces',
      'max_user_namespaces=15000',
    ],
    [
      'bwrap: Creating new namespace failed: Operation not permitted',
      {},
      'as in a container',
      'seccomp=unconfined',
    ],
    [
      "bwrap: Can't mount proc on /newroot/proc: Operation not permitted",
      {},
      'may not mount /proc',
      'systempaths=unconfined',
    ],
    ['bwrap: Unknown option --cap-drop', {}, 'does not work here', 'bwrap --ro-bind / / true'],
  ])('%s', (said, settings: Record<string, string>, what, help) => {
    const trouble = notUsable(`${said}\nmore`, (file) => settings[file]);
    expect(trouble.what).toContain(what);
    expect(trouble.what).toContain(`(${said})`);
    expect(trouble.help).toContain(help);
  });
});
