const forNode =
  /^(?:(?:node:)?assert(?:\/strict)?|node:test(?:\/reporters)?|bun:test|vitest|@vitest\/.+|jest|@jest\/.+|jest-circus.*|jest-jasmine2.*|mocha(?:\/.+)?|ava|tap|tape|chai|should|expect|expect\.js|sinon|uvu(?:\/.+)?|jasmine.*|@japa\/.+|power-assert|unexpected)$/;
const forPython =
  /^(?:unittest|pytest|_pytest|pluggy|nose|nose2|hypothesis|testtools|doctest|numpy\.testing)(?:\.|$)/;

/** Whether a module runs tests, or is there to assert or mock. */
export function isTestLibrary(module: string): boolean {
  return forNode.test(module) || forPython.test(module);
}

/** The same without what sources use by right: assertions of their own. */
export function isOnlyForTests(module: string): boolean {
  return (
    isTestLibrary(module) &&
    !/^(?:node:)?assert(?:\/strict)?$|^(?:should|expect|doctest|numpy\.testing)/.test(module)
  );
}
