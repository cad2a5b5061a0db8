import { posix } from 'node:path';
import { languageOf } from '../syntax.ts';

/**
 * What a changed file that is no test can be to a test, by its name. `program`: functions in any language. `page`: what
 * is shown, styled, filled in or asked of others, and is work of its own. `data`: texts, tables, marks, all the rest.
 */
export type FileSort = 'program' | 'page' | 'data';

const programs =
  /\.(go|rs|rb|rake|php|java|kts?|scala|groovy|clj[cs]?|cs|fsx?|vb|swift|mm?|cc?|cpp|cxx|hh?|hpp|zig|nim|d|dart|exs?|erl|hs|elm|ml|mli|lua|pl|pm|r|jl|sh|bash|zsh|fish|ps1|vue|svelte|astro|coffee|pyx|sol|v|cr)$/i;
const pages =
  /\.(x?html?|css|s[ac]ss|less|styl|sql|graphql|gql|proto|svg|xslt?|hbs|handlebars|mustache|ejs|pug|njk|liquid|j2|jinja2?|tmpl|tpl|twig|erb|haml|slim|h?eex|cshtml|jsp|vm|mjml|tf|hcl|prisma|thrift|ipynb|mdx|wasm|png|jpe?g|gif|webp|ico|d\.[cm]?ts|pyi)$|(^|\/)(Dockerfile|Containerfile|Procfile)[^/]*$/i;
/** Folders of programs that show how something is used, or measure it. */
const companions = /(^|\/)(docs?|examples?|demos?|samples?|bench(marks?)?)\//;

/** `runs`: it may be executed. */
export function fileSort(name: string, runs: boolean): FileSort {
  if (pages.test(name)) return 'page';
  const isProgram = languageOf(name) !== undefined || programs.test(name);
  if (!isProgram && !(runs && !posix.basename(name).includes('.'))) return 'data';
  return companions.test(name) ? 'page' : 'program';
}
