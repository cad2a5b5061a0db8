// Written into the out folder of a judge's checkout, in the probe run only, and loaded by every Node process of a check
// (`--require` in NODE_OPTIONS) before anything of the project. It remembers what the global state is like. The tests
// planted at the end of each test file call it, and it writes down which functions are others by then, and in whose
// file the new ones stand: that tells a library that instruments, and a test that fakes a clock, from sources that do.
// It also tries whether assertions still throw. Its own name is the word that the plants know it by.
const { readFileSync, writeFileSync } = require('node:fs');
const { basename, join } = require('node:path');
const { threadId } = require('node:worker_threads');

const { defineProperty, entries, getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { apply, ownKeys } = Reflect;
const sourceOf = Function.prototype.toString;
const { parse, stringify } = JSON;
const builtin = process.getBuiltinModule ?? require;
const { pid } = process;
const word = basename(__filename, '.cjs');
const { out } = parse(readFileSync(join(__dirname, `${word}.json`), 'utf8'));
const most = 100;
const deepest = 3;

const modules = {
  assert: 'node:assert',
  fs: 'node:fs',
  'fs.promises': 'node:fs/promises',
  child_process: 'node:child_process',
  module: 'node:module',
  util: 'node:util',
  timers: 'node:timers',
  perf_hooks: 'node:perf_hooks',
};
// Loading it costs, and only its own processes use it.
if (process.env.NODE_TEST_CONTEXT !== undefined || process.execArgv.includes('--test'))
  modules.test = 'node:test';

/** What is watched is reached from here, by the names programs know it by, in the realm of these globals. */
function* roots(globals) {
  yield ['', globals];
  // Most accessors of the globals load something: these two are asked for, the others are compared as they are.
  yield* withAbove('performance', globals.performance);
  yield* withAbove('process', globals.process ?? process);
  for (const [name, id] of entries(modules)) {
    yield [name, builtin(id)];
    if (name === 'module') yield ['module._extensions', builtin(id)._extensions];
  }
}

/** A thing of its own kind, and what it inherits from, which no other name leads to. */
function* withAbove(name, value) {
  for (let holder = value; !isCommon(holder); holder = getPrototypeOf(holder)) yield [name, holder];
}

/** Whether everything inherits from it, in any realm. What stands there has no second name. */
function isCommon(holder) {
  if (holder === null || (typeof holder !== 'object' && typeof holder !== 'function')) return true;
  const above = getPrototypeOf(holder);
  return above === null || (typeof holder === 'function' && getPrototypeOf(above) === null);
}

/** Whether what stands in an object belongs to it: a function with all that hangs on it, or a plain object of such. */
function isNamespace(key, value, isGlobal) {
  if (typeof value === 'function') return true;
  if (value === null || typeof value !== 'object' || String(key).startsWith('_')) return false;
  return isGlobal || isCommon(value) || isCommon(getPrototypeOf(value));
}

/**
 * Every object and function that the globals and the modules lead to in a few steps, by the name of its place: there is
 * no list of names to keep. Accessors are not asked.
 */
function holders(globals) {
  const left = [...roots(globals)].map(([name, holder]) => ({ name, holder, depth: 0 }));
  const done = new Map();
  for (const { name, holder, depth } of left) {
    if (holder === null || (typeof holder !== 'object' && typeof holder !== 'function')) continue;
    if (done.has(holder)) continue;
    done.set(holder, name);
    if (depth === deepest) continue;
    for (const key of ownKeys(holder)) {
      const value = key === 'constructor' ? undefined : getOwnPropertyDescriptor(holder, key)?.value;
      if (isNamespace(key, value, name === ''))
        left.push({ name: nameIn(name, key), holder: value, depth: depth + 1 });
    }
  }
  return done;
}

function nameIn(name, key) {
  return name === '' ? String(key) : `${name}.${String(key)}`;
}

/** What an object has of its own that can be replaced: functions, accessors, and of the globals their objects too. */
function* partsOf(name, holder) {
  for (const key of ownKeys(holder)) {
    const { value, get } = getOwnPropertyDescriptor(holder, key) ?? {};
    if (key === 'constructor') continue;
    const part = get ?? value;
    const counts = typeof part === 'function' || (name === '' && isNamespace(key, value, true));
    yield { key, name: nameIn(name, key), part, get, counts };
  }
}

/** As it was at first: each holder with its name and its parts, and all parts by their names. */
const known = holders(globalThis);
const atFirst = new Map();
const byName = new Map();
for (const [holder, name] of known) {
  const parts = new Map();
  for (const one of partsOf(name, holder)) {
    if (!one.counts) continue;
    parts.set(one.key, one);
    if (!byName.has(one.name)) byName.set(one.name, one);
  }
  atFirst.set(holder, parts);
}
const timezone = process.env.TZ;

/**
 * What is another one than at the start, or stands before one that was inherited; in a realm of its own, what of that
 * somebody wrote. What was not there before is an addition, and no replacement.
 */
function changed(globals) {
  const own = globals === globalThis;
  const found = new Map();
  for (const [holder, name] of own ? known : holders(globals)) {
    for (const { key, name: full, part, get } of partsOf(name, holder)) {
      if (found.has(full) || found.size >= most) continue;
      const was = own ? (atFirst.get(holder).get(key) ?? inherited(holder, key)) : byName.get(full);
      if (was === undefined || was.part === part) continue;
      // Where it is made when it is first asked for, only the one who makes it knows what it should be.
      if (was.get !== undefined && get === undefined && (!own || isMade(was.get, holder, key, part)))
        continue;
      if (own || (typeof part === 'function' && !isNative(part))) found.set(full, part);
    }
  }
  const at = found.size === 0 ? [] : places([...found.values()].map(speaker));
  const changes = [...found.keys()].map((name, n) => ({ name, by: at[n] ?? '' }));
  if (process.env.TZ !== timezone) changes.push({ name: 'process.env.TZ', by: '' });
  return changes;
}

/** What the object gave under this name at the start, when it had none of its own. */
function inherited(holder, key) {
  for (let above = getPrototypeOf(holder); !isCommon(above); above = getPrototypeOf(above)) {
    const was = atFirst.get(above)?.get(key);
    if (was !== undefined) return was;
  }
  return undefined;
}

/** Whether this is what an accessor gives that puts a value in its own place. */
function isMade(get, holder, key, part) {
  const now = getOwnPropertyDescriptor(holder, key);
  try {
    return apply(get, holder, []) === part;
  } catch {
    return false;
  } finally {
    try {
      defineProperty(holder, key, now);
    } catch {}
  }
}

/** A function that tells whose file an object is from. */
function speaker(part) {
  for (let holder = part; typeof part === 'object' && !isCommon(holder); holder = getPrototypeOf(holder))
    for (const { part: one, get } of partsOf('x', holder))
      if (typeof one === 'function' && get === undefined) return one;
  return part;
}

function isNative(value) {
  const source = apply(sourceOf, value, []);
  return source.length < 200 && source.includes('[native code]');
}

/** The script each function stands in, as the engine knows it; empty where it does not say. */
function places(functions) {
  const session = new (builtin('node:inspector').Session)();
  const scripts = new Map();
  const shelf = `watched_${word}`;
  const ask = (method, params) => {
    let answer;
    session.post(method, params, (_, result) => {
      answer = result;
    });
    return answer;
  };
  const look = (objectId) => ask('Runtime.getProperties', { objectId, ownProperties: true }) ?? {};
  const locate = (objectId, depth) => {
    const { internalProperties: inner = [] } = look(objectId);
    const find = (name) => inner.find((one) => one.name === name)?.value;
    const at = find('[[FunctionLocation]]')?.value;
    if (at !== undefined) return scripts.get(at.scriptId) ?? '';
    // What is bound or mocked is as good as what stands behind it.
    const bound = find('[[TargetFunction]]')?.objectId;
    const handler = find('[[Handler]]')?.objectId;
    const trap =
      handler && look(handler).result?.find((one) => one.value?.type === 'function')?.value.objectId;
    const next = bound ?? trap;
    return next === undefined || depth === 0 ? '' : locate(next, depth - 1);
  };
  try {
    session.connect();
    session.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, params.url));
    ask('Debugger.enable');
    globalThis[shelf] = functions;
    return functions.map((_, at) => {
      const expression = `globalThis.${shelf}[${at}]`;
      const id = ask('Runtime.evaluate', { expression })?.result?.objectId;
      return id === undefined ? '' : locate(id, 3);
    });
  } catch {
    return [];
  } finally {
    delete globalThis[shelf];
    session.disconnect();
  }
}

/** Names of assertions that did not throw though they should have. */
function silent({ globals, own: imported, expect, assert, chai }) {
  const quiet = new Set();
  const must = (name, attempt) => {
    try {
      const answer = attempt();
      // An assertion that answers later is not asked.
      if (typeof answer?.then === 'function') answer.then(undefined, () => {});
      else quiet.add(name);
    } catch {}
  };
  const asserts = (name, own) => {
    const wrong = {
      equal: [1, 2],
      strictEqual: [1, 2],
      deepEqual: [{ a: 1 }, { a: 2 }],
      deepStrictEqual: [{ a: 1 }, { a: 2 }],
      notEqual: [1, 1],
      notStrictEqual: [1, 1],
      ok: [false],
      isTrue: [false],
      match: ['a', /b/],
      throws: [() => {}],
    };
    if (typeof own === 'function') must(name, () => own(false));
    for (const [method, words] of entries(wrong)) {
      if (typeof own[method] === 'function') must(`${name}.${method}`, () => own[method](...words));
    }
  };
  const expects = (own) => {
    const jest = {
      toBe: [1, 2],
      toEqual: [{ a: 1 }, { a: 2 }],
      toStrictEqual: [{ a: 1 }, { a: 2 }],
      toMatchObject: [{ a: 1 }, { a: 2 }],
      toBeTruthy: [0],
      toBeDefined: [undefined],
      toBeGreaterThan: [1, 2],
      toContain: [[1], 2],
      toHaveLength: [[1], 2],
      toMatch: ['a', /b/],
      toThrow: [() => {}],
    };
    const chain = own(1);
    for (const [method, [value, ...words]] of entries(jest)) {
      if (typeof chain?.[method] === 'function') must(`expect.${method}`, () => own(value)[method](...words));
    }
    if (typeof chain?.not?.toBe === 'function') must('expect.not.toBe', () => own(1).not.toBe(1));
    if (typeof chain?.to?.equal !== 'function') return;
    must('expect.to.equal', () => own(1).to.equal(2));
    must('expect.to.deep.equal', () => own({ a: 1 }).to.deep.equal({ a: 2 }));
    must('expect.to.be.true', () => own(false).to.be.true);
    must('expect.to.throw', () => own(() => {}).to.throw());
  };
  const node = builtin('node:assert');
  asserts('assert', node);
  asserts('assert.strict', node.strict);
  for (const own of new Set([assert, chai?.assert])) if (own && own !== node) asserts('assert', own);
  for (const own of new Set([globals.expect, imported, expect, chai?.expect])) {
    try {
      if (typeof own === 'function') expects(own);
    } catch {}
  }
  return [...quiet];
}

let count = 0;
/** Looks at once and, by what it gives, once more: whether an assertion is silent then. */
const watch = (id, scope) => {
  const load = changed(scope.globals);
  return () => {
    const quiet = silent(scope);
    const at = count++;
    const line = { id, process: `${pid}-${threadId}`, at, load, run: changed(scope.globals), silent: quiet };
    writeFileSync(join(out, `${word}-${pid}-${threadId}-${at}.json`), stringify(line));
    return quiet.length > 0;
  };
};
Object.defineProperty(process, Symbol.for(word), { value: watch });
