// A reporter for vitest, from version 1 on, beside the one people read. It tells all tests when the run is over: they
// ran elsewhere, and this process loads no test.
import { createRequire } from 'node:module';

const { take } = createRequire(import.meta.url)('./teller.cjs');

export default class {
  #teller = take('vitest');
  #context;

  onInit(context) {
    this.#context = context;
  }

  // Up to version 2; later ones call it too, or no more.
  onFinished(files = []) {
    this.#tell(files);
  }

  onTestRunEnd(modules) {
    this.#tell(modules.map((module) => module.task));
  }

  #tell(files) {
    const teller = this.#teller;
    this.#teller = undefined;
    if (teller === undefined) return;
    for (const file of files) {
      const tests = [...testsOf(file, [])].map((test) => ({ kind: 'test', file: file.filepath, ...test }));
      for (const test of tests) teller.tell(test);
      // A file that did not load, or broke outside its tests, is a failing test named by the file.
      const broke = file.result?.state === 'fail' && !tests.some(({ status }) => status === 'fail');
      if (broke) teller.tell({ kind: 'test', file: file.filepath, path: [], status: 'fail' });
    }
    teller.done({ isolated: isolates(this.#context) });
  }
}

function* testsOf(task, path) {
  for (const one of task.tasks ?? []) {
    const own = [...path, one.name];
    if (one.type === 'suite') yield* testsOf(one, own);
    else yield { path: own, status: statusOf(one), ms: one.result?.duration };
  }
}

function statusOf({ mode, result }) {
  if (mode === 'todo') return 'todo';
  if (mode === 'skip' || result?.state === 'skip') return 'skip';
  return result?.state === 'pass' ? 'pass' : 'fail';
}

// Whether each test file gets a process or thread of its own, whatever file or option says so.
function isolates(context) {
  const projects = context?.projects?.length > 0 ? context.projects : [context];
  return projects.every((project) => {
    const config = project?.config ?? {};
    const pools = Object.values(config.poolOptions ?? {}).filter(
      (one) => typeof one === 'object' && one !== null,
    );
    const shared = (one) => one.isolate === false || one.singleThread === true || one.singleFork === true;
    const browser = config.browser?.enabled === true && config.browser.isolate === false;
    return !shared(config) && !browser && !pools.some(shared) && !/^vm/.test(String(config.pool ?? ''));
  });
}
