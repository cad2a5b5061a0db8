import { join } from 'node:path';
import { coversOf } from './covers.ts';
import { fenced, type Mount, type Place } from './place.ts';
import { isPlainFolder } from './plain-folder.ts';

/**
 * The command line of bubblewrap for a place.
 *
 * 1. Everything of the machine is read-only; what is hidden is an empty read-only folder.
 * 2. Writable are the place's own folders, /dev/shm and /var/tmp (in memory, for one command), nothing else.
 * 3. No process outlives the command: it has a pid namespace of its own.
 * 4. No capability is left, also for root: with them `mount -o remount,rw /` would undo number 1.
 * 5. /run is empty: a read-only folder does not keep anyone from talking to a socket in it (docker, dbus).
 */
export function bubblewrapArgs(place: Place): [string, ...string[]] {
  const { fence } = place;
  const args: [string, ...string[]] = [
    fence.bwrap,
    '--ro-bind',
    '/',
    '/',
    '--dev',
    '/dev',
    '--proc',
    '/proc',
  ];
  const hiddenNow: string[] = [];
  for (const { path, kind } of coversOf(
    [...fence.hidden, '/tmp'],
    [...fence.givenBack, ...(place.readOnly ?? [])],
  )) {
    if (kind === 'give') args.push('--ro-bind-try', path, path);
    else if (path === '/tmp') args.push('--bind', place.tmp, '/tmp');
    else {
      args.push('--tmpfs', path);
      if (path !== '/var/tmp') hiddenNow.push(path);
    }
  }
  args.push('--tmpfs', '/tmp/agentloop');
  args.push(
    '--bind',
    place.tree,
    fenced.tree,
    '--bind',
    place.home,
    fenced.home,
    '--bind',
    place.out,
    fenced.out,
  );
  if (place.given) args.push('--ro-bind', place.given, fenced.given);
  if (place.repo) args.push('--bind', place.repo, fenced.repo);
  if (place.shelf) args.push(...shelfArgs(place.shelf));
  for (const mount of place.mounts ?? []) args.push(...mountArgs(place.tree, mount));
  // Last, because everything above needs its mount points made first.
  for (const path of [...hiddenNow, '/tmp/agentloop']) args.push('--remount-ro', path);
  args.push(
    '--chdir',
    fenced.tree,
    ...fence.namespaces,
    '--die-with-parent',
    '--new-session',
    '--cap-drop',
    'ALL',
  );
  args.push('--json-status-fd', '3', '--');
  return args;
}

/** Only the objects, and the list of commits without parents: nothing of the shelf's refs and config. */
function shelfArgs(shelf: string): string[] {
  const parts = ['objects', 'shallow'];
  return parts.flatMap((part) => ['--ro-bind-try', join(shelf, part), `${fenced.shelf}/${part}`]);
}

/** Where something else stands in its way, there simply is no prepared output. */
function mountArgs(tree: string, mount: Mount): string[] {
  if (mount.copied || !isPlainFolder(tree, mount.path)) return [];
  const target = `${fenced.tree}/${mount.path}`;
  const caches = mount.caches.flatMap((cache) => ['--tmpfs', `${target}/${cache}`]);
  return ['--ro-bind', mount.source, target, ...caches];
}
