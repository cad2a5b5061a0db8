'use strict';
// Loaded with NODE_OPTIONS=--require into the harness and into nothing else: every effect of the process (a write, a
// rename, a lock, a process it starts) gets a name and a number, and one of them ends it with SIGKILL.
//
//   CHAOS_ROOT   folder of the world; what is not below it is left alone
//   CHAOS_TRACE  file that gets one line an effect: its name, `#`, which of that name it is
//   CHAOS_AT     JSON: {name, nth} or {number}, and how: before | after | torn | power
//                `torn`: half of what is written, then dead. `power`: after it, and whatever was not synced is lost.
//   CHAOS_NO_SYNC  lines of ledger and transcripts are not synced: shows that the matrix can fail
const { basename, resolve } = require('node:path');
const ours = basename(process.argv[1] ?? '') === 'agentloop.cjs' && process.env.CHAOS_ROOT;
const { CHAOS_ROOT: root, CHAOS_TRACE: trace, CHAOS_AT: asked, CHAOS_NO_SYNC: noSync } = process.env;
for (const name of Object.keys(process.env)) {
  if (name === 'NODE_OPTIONS' || name.startsWith('CHAOS_')) delete process.env[name];
}
if (ours) install();

function install() {
  const fs = require('node:fs');
  const promises = require('node:fs/promises');
  const child = require('node:child_process');
  const real = { ...fs };
  const at = asked === undefined ? undefined : JSON.parse(asked);
  const seen = new Map();
  let number = 0;
  let nested = 0;

  /** Path of an append-only file -> length that is safe. */
  const grown = new Map();
  /** Files whose content was never synced. */
  const unsafe = new Set();

  // What a process that was killed had not synced is no safer for its death.
  const memory = `${root}/unsafe.json`;
  try {
    const before = JSON.parse(real.readFileSync(memory, 'utf8'));
    for (const path of before.unsafe) unsafe.add(path);
    for (const [path, length] of before.grown) grown.set(path, length);
  } catch {}

  function named(path) {
    return (
      String(path)
        .replaceAll(root, '')
        .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'U')
        .replace(/objects\/[0-9a-f]{2}(\/.*)?$/, 'objects/O')
        .replace(/[0-9a-f]{16,64}/g, 'H')
        .replace(/(\.json\.)\d+\..*/, '$1T')
        .replace(/^(\/cache\/agentloop\/)repo-[0-9a-f]+/, '$1R')
        .replace(/(removed-|tmp-|temp-|\.tmp)[A-Za-z0-9-]+/g, '$1T')
        // What is inside a throw-away folder dies with it: one name for all of it.
        .replace(/(slots\/[a-z]+)[-\d]*\/(tree|home|tmp|out|given|repo\.git)\/.*/, '$1/$2/…')
        .replace(/\d+/g, 'N')
    );
  }

  function inWorld(path) {
    return typeof path === 'string' || Buffer.isBuffer(path) ? String(path).startsWith(root) : false;
  }

  /** A folder that is there is not made, and what is not there is not removed. */
  function isNothing(name, path) {
    if (name === 'mkdir') return real.existsSync(path);
    if (name !== 'rm' && name !== 'unlink') return false;
    return real.lstatSync(path, { throwIfNoEntry: false }) === undefined;
  }

  function die(how) {
    nested += 1;
    if (how === 'power') {
      losePower();
      real.rmSync(memory, { force: true });
    } else real.writeFileSync(memory, JSON.stringify({ unsafe: [...unsafe], grown: [...grown] }));
    process.kill(process.pid, 'SIGKILL');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }

  function losePower() {
    for (const [path, length] of grown) {
      try {
        if (real.statSync(path).size > length) real.truncateSync(path, length);
      } catch {}
    }
    for (const path of unsafe) {
      try {
        real.chmodSync(path, 0o600);
        real.truncateSync(path, 0);
      } catch {}
    }
  }

  /** Counts an effect; gives how it has to end the process, if it is the one. */
  function effect(name) {
    number += 1;
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    if (trace) {
      // It calls what is patched here.
      nested += 1;
      real.appendFileSync(trace, `${name}#${nth}\n`);
      nested -= 1;
    }
    const hit = at && (at.number === undefined ? at.name === name && at.nth === nth : at.number === number);
    return hit ? at.how : undefined;
  }

  function around(name, act, torn) {
    const how = effect(name);
    if (how === 'before') die();
    if (how === 'torn') {
      torn?.();
      die();
    }
    nested += 1;
    let result;
    try {
      result = act();
    } catch (error) {
      // The effect did not take place; it is over all the same.
      if (how) die(how);
      throw error;
    } finally {
      nested -= 1;
    }
    if (how === undefined) return result;
    if (typeof result?.then !== 'function') die(how);
    return result.finally(() => die(how));
  }

  const safeAfter = (path, options) => {
    const file = resolve(String(path));
    if (typeof options === 'object' && options?.flush) unsafe.delete(file);
    else unsafe.add(file);
  };
  const moved = (from, to) => {
    const [a, b] = [resolve(String(from)), resolve(String(to))];
    if (unsafe.delete(a)) unsafe.add(b);
    else unsafe.delete(b);
    for (const path of unsafe) {
      if (path.startsWith(`${a}/`) && unsafe.delete(path)) unsafe.add(b + path.slice(a.length));
    }
  };
  const note = {
    writeFile: (path, _data, options) => safeAfter(path, options),
    copyFile: (_from, to) => unsafe.add(resolve(String(to))),
    rename: moved,
    link: (from, to) => unsafe.has(resolve(String(from))) && unsafe.add(resolve(String(to))),
    unlink: (path) => unsafe.delete(resolve(String(path))),
    rm: (path) => unsafe.delete(resolve(String(path))),
  };

  for (const name of [
    'writeFile',
    'appendFile',
    'rename',
    'link',
    'symlink',
    'mkdir',
    'mkdtemp',
    'rm',
    'unlink',
    'rmdir',
    'copyFile',
    'truncate',
    'chmod',
  ]) {
    for (const [holder, key] of [
      [fs, `${name}Sync`],
      [promises, name],
    ]) {
      const original = holder[key];
      holder[key] = function patched(...args) {
        const path = name === 'rename' || name === 'link' || name === 'copyFile' ? args[1] : args[0];
        if (nested > 0 || !inWorld(path) || isNothing(name, path)) return original.apply(this, args);
        const torn = () => {
          if (name !== 'writeFile' && name !== 'appendFile') return;
          const data = Buffer.from(args[1]);
          real[`${name}Sync`](args[0], data.subarray(0, data.length >> 1));
        };
        const result = around(`${name} ${named(path)}`, () => original.apply(this, args), torn);
        note[name]?.(...args);
        return result;
      };
    }
  }

  const open = promises.open;
  let patched = false;
  promises.open = async function opened(path, flags = 'r', ...more) {
    const handle = await open.call(this, path, flags, ...more);
    if (!inWorld(path)) return handle;
    if (!patched) patchHandles(Object.getPrototypeOf(handle));
    patched = true;
    handle.chaosPath = resolve(String(path));
    if (String(flags).startsWith('a')) {
      const { size } = await handle.stat();
      if (!grown.has(handle.chaosPath)) grown.set(handle.chaosPath, size);
    }
    return handle;
  };

  function patchHandles(proto) {
    for (const name of ['write', 'truncate', 'sync', 'datasync']) {
      const original = proto[name];
      proto[name] = function patched(...args) {
        const path = this.chaosPath;
        if (path === undefined) return original.apply(this, args);
        const torn = () => {
          if (name === 'write') real.writeSync(this.fd, args[0], 0, args[0].length >> 1);
        };
        const isSync = name === 'sync' || name === 'datasync';
        const act = async () => {
          if (!isSync) return original.apply(this, args);
          if (noSync && name === 'datasync') return undefined;
          await original.apply(this, args);
          unsafe.delete(path);
          if (grown.has(path)) grown.set(path, (await this.stat()).size);
          return undefined;
        };
        return around(`${name} ${named(path)}${name === 'write' ? said(args[0]) : ''}`, act, torn);
      };
    }
  }

  /** What a line of a ledger or transcript tells. */
  function said(bytes) {
    try {
      const { type, scope, ruling, outcome, role } = JSON.parse(String(bytes));
      return ` ${[type, scope, ruling, outcome, role].filter(Boolean).join(' ')}`;
    } catch {
      return '';
    }
  }

  const spawn = child.spawn;
  child.spawn = function patched(file, args, options) {
    const how = effect(`spawn ${started(file, args, options)}`);
    if (how === 'before') die();
    const running = spawn.call(this, file, args, options);
    if (how === 'torn') die();
    if (how) running.on('exit', () => die(how));
    return running;
  };

  function started(file, args, options) {
    if (basename(file) !== 'git') return `${basename(file)} ${place(args)}`;
    const rest = [...args];
    while (rest[0] === '-c' || rest[0]?.startsWith('--')) rest.splice(0, rest[0] === '-c' ? 2 : 1);
    const where = /(vault|shelf)\.git/.exec(options?.env?.GIT_DIR ?? '')?.[1] ?? 'user';
    const words = rest.filter((word) => /^(--?)?[a-z][a-z-]*(=[a-z]+)?$/.test(word));
    return `git ${where} ${words.join(' ')}`;
  }

  /** Which checkout a fenced command works in. */
  function place(args) {
    const slot = args.map((one) => /slots\/([a-z]+)/.exec(one)?.[1]).find(Boolean);
    return slot ?? 'elsewhere';
  }
}
