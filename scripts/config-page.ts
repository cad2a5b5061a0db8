import { Config } from '../src/config.ts';
import { envOfFlag, type Option, options } from '../src/project/config-names.ts';
import { type JsonSchema, jsonSchemaOf } from '../src/project/schema-leaves.ts';
import { code, prose, table, typeWords } from './markdown.ts';

/** docs/config.md. */
export function configPage(): string {
  const sections = Object.entries(jsonSchemaOf(Config).properties ?? {}).filter(
    ([name]) => name !== '$schema',
  );
  const of = (name: string): Option[] =>
    options().filter(({ path }) => path === name || path.startsWith(`${name}.`));
  const checks = options().find(({ path }) => path === 'judge.checks')?.schema.items;
  return [
    '# Configuration',
    '<!-- Made by `npm run generate` from src/config.ts. Do not edit. -->',
    'Options stand in `agentloop.config.json` at the top of the repository, or under the key `agentloop` of',
    '`package.json`; not in both. What is not set has its default. Stronger to weaker:',
    '',
    '1. flags of the command line, such as `--max-cost 5`',
    '2. environment variables: every option has one, made from its path; options with a flag have a short one, too.',
    '   Where both are set, the long one wins. Lists are written as JSON or with commas.',
    '3. the file',
    '4. the defaults',
    '',
    '`agentloop config --show-origin` shows what is in effect and who set it. While judging, `judge` is read from the',
    'commit the work is judged against: nothing a session writes changes how it is judged.',
    '',
    'Durations are numbers with units, one after the other: `90s`, `10m`, `1h30m`, `2d`.',
    ...sections.flatMap(([name, schema]) => [
      '',
      `## ${name}`,
      '',
      ...(schema.properties ? [`${prose(schema.description)}\n`] : []),
      table(['option', 'type', 'default', 'meaning'], of(name).map(row)),
      '',
      namesTable(of(name)),
      ...(name === 'judge' && checks ? ['', ...checksPart(checks)] : []),
    ]),
    '',
  ].join('\n');
}

function row({ path, schema }: Option): string[] {
  return [code(path), typeWords(schema), defaultWords(schema), prose(schema.description)];
}

/** Without a column of flags where no option of the section has one. */
function namesTable(all: readonly Option[]): string {
  if (all.every(({ flag }) => flag === undefined)) {
    return table(
      ['option', 'variable'],
      all.map(({ path, env }) => [code(path), code(env)]),
    );
  }
  const names = all.map(({ path, env, flag }) =>
    flag === undefined
      ? [code(path), '', code(env)]
      : [code(path), code(`--${flag}`), `${code(envOfFlag(flag))} ${code(env)}`],
  );
  return table(['option', 'flag', 'variables'], names);
}

function defaultWords({ default: value }: JsonSchema): string {
  return value === undefined ? '' : code(JSON.stringify(value));
}

function checksPart(item: JsonSchema): string[] {
  const fields = Object.entries(item.properties ?? {});
  const rows = fields.map(([name, schema]) => [
    code(name),
    typeWords(schema),
    item.required?.includes(name) ? 'must be given' : defaultWords(schema),
    prose(schema.description),
  ]);
  return ['Each entry of `judge.checks`:', '', table(['field', 'type', 'default', 'meaning'], rows)];
}
