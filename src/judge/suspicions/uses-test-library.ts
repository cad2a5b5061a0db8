import { lineOf } from '../syntax.ts';
import { moduleOf, type originsOf } from './origins.ts';
import { type Hit, nodesOf, type Scanned, type Scanner } from './scan.ts';
import { isOnlyForTests } from './test-libraries.ts';

/** Sources that load what only tests need. Files that are there to help tests are named so. */
export const usesTestLibrary: Scanner = {
  of: ['source'],
  look({ program, path }: Scanned): readonly Hit[] {
    if (program === undefined || /test|spec|mock|fixture|bench|example|stories|vite|jest/i.test(path))
      return [];
    // In-source tests of vitest load it themselves.
    if (program.text.includes('import.meta.vitest')) return [];
    const loaded = nodesOf(
      program,
      'ImportDeclaration',
      'ImportStatement',
      'CallExpression',
      'DynamicImport',
    );
    return loaded.flatMap((node) => {
      const text = program.text.slice(node.from, node.to);
      const module =
        /^import\b[^'"]*['"]([^'"]+)['"]/.exec(text)?.[1] ??
        /^(?:from|import)\s+([\w.]+)/.exec(text)?.[1] ??
        moduleOf(program, node, none);
      if (module === undefined || !isOnlyForTests(module)) return [];
      return [
        { kind: 'uses-test-library', line: lineOf(program, node.from), says: `It loads ${module}.` } as const,
      ];
    });
  },
};

const none: ReturnType<typeof originsOf> = new Map();
