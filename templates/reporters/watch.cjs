// Written into the out folder of a judge's checkout, in the probe run only, and loaded by every Node process of a check
// (`--require` in NODE_OPTIONS) before anything of the project. It remembers what the global state is like. The tests
// planted at the end of each test file call it, and it writes down which functions are others by then, and in whose
// file the new ones stand: that tells a library that instruments, and a test that fakes a clock, from sources that do.
// It also tries whether assertions still throw. Its own name is the word that the plants know it by.
const { readFileSync, writeFileSync } = require('node:fs');
const { basename, join } = require('node:path');
const { threadId } = require('node:worker_threads');

const { entries, getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { apply, ownKeys } = Reflect;
const sourceOf = Function.prototype.toString;
const { parse, stringify } = JSON;
const builtin = process.getBuiltinModule ?? require;
const { pid } = process;
const word = basename(__filename, '.cjs');
const { out } = parse(readFileSync(join(__dirname, `${word}.json`), 'utf8'));
const most = 100;

const languages = (
  'Object,Function,Array,String,Number,Boolean,Symbol,BigInt,Date,RegExp,Error,Map,Set,WeakMap,Promise,JSON,Math,' +
  'Reflect,Intl,Uint8Array,ArrayBuffer,parseInt,parseFloat,isNaN,isFinite'
).split(',');
const hosts =
  'setTimeout,setInterval,setImmediate,clearTimeout,queueMicrotask,performance,fetch,console'.split(',');
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

/** Functions of an object by name: its own, without asking accessors. */
function* functionsOf(name, holder) {
  if (holder === null || (typeof holder !== 'object' && typeof holder !== 'function')) return;
  for (const key of ownKeys(holder)) {
    const value = getOwnPropertyDescriptor(holder, key)?.value;
    if (typeof value === 'function' && key !== 'constructor') yield [`${name}.${String(key)}`, value];
  }
}

/** Everything that is watched, in the realm that these globals belong to. */
function* watched(globals) {
  for (const name of [...languages, ...hosts]) {
    const value = getOwnPropertyDescriptor(globals, name)?.value;
    if (typeof value === 'function') yield [name, value];
    yield* functionsOf(name, value ?? null);
    if (typeof value === 'function') yield* functionsOf(`${name}.prototype`, value.prototype ?? null);
  }
  const own = globals.process ?? process;
  yield* functionsOf('process', own);
  const emitter = getPrototypeOf(getPrototypeOf(process));
  yield* functionsOf('process', emitter);
  for (const [name, id] of entries(modules)) {
    const loaded = builtin(id);
    if (typeof loaded === 'function') yield [name, loaded];
    yield* functionsOf(name, loaded);
    if (name === 'assert') yield* functionsOf('assert.strict', loaded.strict);
    if (name === 'module') {
      yield* functionsOf('module.prototype', loaded.prototype);
      yield* functionsOf('module._extensions', loaded._extensions);
    }
  }
}

const before = new Map(watched(globalThis));
const timezone = process.env.TZ;

/** Functions that are not those of the start; in a realm of its own, those that somebody wrote. */
function changed(globals) {
  const own = globals === globalThis;
  const found = new Map();
  for (const [name, value] of watched(globals)) {
    const was = before.get(name);
    if (was === value || found.has(name) || found.size >= most) continue;
    if (own ? was !== undefined : !isNative(value)) found.set(name, value);
  }
  const at = found.size === 0 ? [] : places([...found.values()]);
  const changes = [...found.keys()].map((name, n) => ({ name, by: at[n] ?? '' }));
  if (process.env.TZ !== timezone) changes.push({ name: 'process.env.TZ', by: '' });
  return changes;
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
