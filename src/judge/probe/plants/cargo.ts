import type { Plant } from '../plant.ts';

/** One function more; in a file of the library or program inside a module that only tests compile. */
export const cargoPlant: Plant = ({ file }, { id }) => {
  if (!file.endsWith('.rs')) return undefined;
  const one = `#[test]\n    fn t${id}() {\n        panic!("planted by the judge");\n    }`;
  return { append: `\n\n#[cfg(test)]\nmod m${id} {\n    ${one}\n}\n` };
};
