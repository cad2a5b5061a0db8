import { posix } from 'node:path';
import { insideOf } from '../meaning/strings.ts';
import { parseJson, steering } from '../merge-manifest.ts';
import { childrenOf, parse, type SyntaxNode, textOf, visit } from '../syntax.ts';
import type { About } from './closure.ts';

/** Keys of configuration whose files are loaded before tests, or in the place of a part of their runner. */
const keys =
  /^(setupFiles|setupFilesAfterEnv|globalSetup|globalTeardown|setup|require|import|file|loader|reporters?|testEnvironment|environment|resolver|runner|testRunner|transform|snapshotSerializers|snapshotEnvironment|snapshotResolver|sequencer|testSequencer|dependencyExtractor|testResultsProcessor|preload|plugins|rulesDirectory|extends|presets?)$/;
/** Flags of commands that load a file first. */
const flags =
  /^(-r|--require|--import|--loader|--experimental-loader|-p|--setup|--file|--reporter|--test-reporter|--config|-c|--globalSetup|--setupFiles(AfterEnv)?|--test-global-setup|--preload|--rootdir|--resolver|--runner|--testRunner|--environment)$/;

/** Whether configuration of the base, or a flag in its commands, names this file as one to be loaded. */
export function setUpBy(file: string, { shelf, kind, commands }: About): boolean {
  if (namedByFlag(commands, file)) return true;
  const stem = posix.basename(file).replace(/\.\w+$/, '');
  const configs = shelf
    .mentions(stem)
    .filter((name) => kind(name) === 'config' || posix.basename(name) === 'package.json');
  return configs.some((config) => named(config, shelf.text(config), (text) => standsFor(config, text, file)));
}

function namedByFlag(commands: string, file: string): boolean {
  const words = commands.split(/[\s;&|()'"`<>=]+/);
  return words.some((word, at) => flags.test(words[at - 1] ?? '') && standsFor('x', word, file));
}

/** Paths in configuration begin at its folder, with or without `./`; the ending may be left out. Modules have dots. */
function standsFor(config: string, text: string, file: string): boolean {
  const plain = text.replace(/^<rootDir>\/?/, '');
  const path = posix.join(posix.dirname(config), plain);
  const bare = file.replace(/\.\w+$/, '');
  return (
    path === file ||
    path === bare ||
    plain === file ||
    (/^[\w.]+$/.test(plain) && plain.replaceAll('.', '/') === bare)
  );
}

function named(config: string, text: string, fits: (text: string) => boolean): boolean {
  const json = /\.json[c5]?$|rc$/.test(config) ? parseJson(text) : undefined;
  if (json !== undefined) {
    // The rest of package.json tells others what to load, with the same words.
    const own = Object.entries(json).filter(([key]) => steering.includes(key) && key !== 'scripts');
    const rules = posix.basename(config) === 'package.json' ? Object.fromEntries(own) : json;
    return inValue(rules, false, fits);
  }
  const program = parse(config, text);
  if (program !== undefined) {
    const inside = (node: SyntaxNode): boolean => {
      let found = false;
      visit(node, (one) => {
        if (one.name === 'String') found ||= fits(insideOf(program, one));
        return !found;
      });
      return found;
    };
    let found = false;
    visit(program.top, (node) => {
      if (node.name !== 'Property') return !found;
      const [key, , value] = childrenOf(node);
      if (key && value && keys.test(textOf(program, key).replace(/['"]/g, ''))) found ||= inside(value);
      return !found;
    });
    return found;
  }
  return inLines(text, fits);
}

function inValue(value: unknown, within: boolean, fits: (text: string) => boolean): boolean {
  if (typeof value === 'string') return within && fits(value);
  if (Array.isArray(value)) return value.some((one) => inValue(one, within, fits));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, one]) => inValue(one, within || keys.test(key), fits));
}

/** YAML, TOML and INI: a key and what follows on its line, or on the lines below it that are indented or begin with `-`. */
function inLines(text: string, fits: (text: string) => boolean): boolean {
  let within = false;
  for (const line of text.split('\n')) {
    const [, key, rest] = /^\s*["']?([\w-]+)["']?\s*[:=](.*)$/.exec(line) ?? [];
    if (key !== undefined) within = keys.test(key) || key === 'addopts';
    const words = (rest ?? line).split(/[\s,[\]"']+/).filter((word) => word !== '' && word !== '-');
    if (within && words.some(fits)) return true;
  }
  return false;
}
