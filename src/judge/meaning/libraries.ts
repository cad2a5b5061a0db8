/** Packages that are there for tests alone: who takes something from them is part of the tests. */
const testing =
  /^(node:test(\/.*)?|vitest(\/.*)?|@vitest\/.*|@?jest(\/.*|-.*)?|@jest\/.*|mocha|ava|tap|tape|uvu(\/.*)?|bun:test|qunit|jasmine(-core)?|@japa\/.*|@playwright\/test|cypress|@testing-library\/.*|supertest|nock|msw(\/.*)?|sinon(-.*)?|testdouble|proxyquire|rewire|mock-fs|fast-check|chai(-.*)?|should|expect(\.js)?|must|unexpected|power-assert|pytest(_\w+)?|unittest|_pytest|hypothesis|doctest|nose|responses|freezegun|factory|faker)$/;
/** Assertions that sources use too. */
const asserting = /^(node:)?assert(\/strict)?$/;

/** Whether a module is there for tests: their runner, assertions, mocks. Of Python the first part of a name counts. */
export function isTestLibrary(module: string): boolean {
  return testing.test(module) || testing.test(module.split('.')[0] ?? '');
}

/** Whether a module gives assertions; sources may use some of them as well. */
export function isAssertion(module: string): boolean {
  return asserting.test(module) || isTestLibrary(module);
}
