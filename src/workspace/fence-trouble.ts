import { readFileSync } from 'node:fs';

/** Why bubblewrap does not work here, in words a person can act on. */

export interface Trouble {
  readonly what: string;
  readonly help: string;
}

const install =
  'install it: apt install bubblewrap (Debian, Ubuntu), dnf install bubblewrap, pacman -S bubblewrap';

export function notLinux(platform: string): Trouble {
  return {
    what: `bubblewrap works on Linux only, this is ${platform}`,
    help: 'run agentloop on Linux or in a Linux container',
  };
}

export function notInstalled(): Trouble {
  return { what: 'bubblewrap (bwrap) is not installed', help: install };
}

/** `said`: what bwrap printed. `setting` reads a kernel setting, and gives undefined where there is none. */
export function notUsable(
  said: string,
  setting: (file: string) => string | undefined = readSetting,
): Trouble {
  const words = said.trim().split('\n', 1)[0] ?? '';
  if (/mount proc|\/proc\b.*not permitted/i.test(said)) {
    return {
      what: `bubblewrap may not mount /proc, as in a container whose /proc is masked (${words})`,
      help: 'start the container with --security-opt systempaths=unconfined (and seccomp=unconfined), or with --privileged',
    };
  }
  if (setting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return {
      what: `AppArmor keeps programs from making user namespaces (${words})`,
      help: 'allow it: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
    };
  }
  if (setting('/proc/sys/kernel/unprivileged_userns_clone') === '0') {
    return {
      what: `the kernel lets only root make user namespaces (${words})`,
      help: 'allow it: sudo sysctl -w kernel.unprivileged_userns_clone=1',
    };
  }
  if (setting('/proc/sys/user/max_user_namespaces') === '0') {
    return {
      what: `no user namespaces may be made here (${words})`,
      help: 'allow them: sudo sysctl -w user.max_user_namespaces=15000',
    };
  }
  if (/namespace|uid map|not permitted|permission denied/i.test(said)) {
    return {
      what: `no namespaces may be made here, as in a container without that right (${words})`,
      help: 'start the container with --security-opt seccomp=unconfined --security-opt systempaths=unconfined, or with --privileged',
    };
  }
  return {
    what: `bubblewrap does not work here (${words})`,
    help: 'see what this prints: bwrap --ro-bind / / true',
  };
}

/** `broken`: the probes that succeeded and must not. */
export function leaks(broken: readonly string[]): Trouble {
  return {
    what: `bubblewrap runs, but the fence has holes: ${broken.join('; ')}`,
    help: 'please report this with the output of: bwrap --version; cat /proc/self/mountinfo',
  };
}

function readSetting(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
