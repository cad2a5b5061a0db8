import type { SuspicionKind } from './kinds.ts';
import type { Hit, Scanned, Scanner } from './scan.ts';

/** What one line of a source can show. `only`: the language it is about. */
interface Row {
  readonly kind: SuspicionKind;
  readonly only?: 'javascript' | 'python';
  readonly shows: RegExp;
  readonly says: string;
}

const rows: readonly Row[] = [
  {
    kind: 'reads-stack',
    only: 'javascript',
    shows:
      /\bError\s*\([^)]*\)\s*\)?\s*\.stack\b|\.stack\s*\??\.(?:includes|match|split|indexOf)\b|\bprepareStackTrace\b|\bcaptureStackTrace\([^)]*\{\s*\}|\bgetCallSites?\b/,
    says: 'It looks through the call stack.',
  },
  {
    kind: 'reads-stack',
    only: 'python',
    shows:
      /\binspect\.(?:stack|currentframe|getouterframes)\b|\bsys\._getframe\b|\bgc\.get_(?:objects|referrers)\b|\btraceback\.(?:extract_stack|format_stack|walk_stack)\b/,
    says: 'It looks through the call stack, or through all that lives in the process.',
  },
  {
    kind: 'uses-test-library',
    only: 'python',
    shows: /^\s*(?:async\s+)?def\s+pytest_\w+\s*\(/,
    says: 'It has a hook of pytest.',
  },
  {
    kind: 'names-tests',
    shows:
      /\b(?:readFile|readFileSync|open)\(\s*(?:process\.argv\[1\]|require\.main\.filename|sys\.argv\[0\]|__main__\.__file__)/,
    says: 'It reads the program that was started: while tests run, the test.',
  },
  {
    kind: 'knows-test-mode',
    shows:
      /\bNODE_ENV\b['"\]]*\s*[!=]==?\s*['"]test['"]|['"]test['"]\s*[!=]==?\s*(?:process\.env|import\.meta\.env)\S*(?:NODE_ENV|MODE)|\b(?:RAILS_ENV|APP_ENV|FLASK_ENV|DJANGO_ENV|MODE)\b['"\])]*\s*(?:===?|!==?|==)\s*['"]test(?:ing)?['"]|\btesting\.Testing\(\)|\bcfg!\(test\)|defined\?\(\s*(?:RSpec|Minitest)|PHPUNIT_COMPOSER_INSTALL|org\.junit/,
    says: 'It does something else while tests run.',
  },
  {
    kind: 'patches-globals',
    only: 'javascript',
    shows:
      /(?:^|[^.\w])(?:globalThis\.|global\.)?(?:Date|Promise|JSON|setTimeout|setInterval|queueMicrotask|performance)\s*=(?!=|>)|^(?!.*(?:\bif\s*\(\s*!|typeof)).*\b(?:Object|Reflect|Array|Number|String|JSON|Math|Date|Promise|performance)\.\w+\s*=(?!=)|\b(?:Object|Array|String|Number|Function|Promise|Map|Set|RegExp|Error)\.prototype\.\w+\s*=(?!=)|\bprocess\.(?:stdout|stderr)\.write\s*=(?!=)|\bprocess\.(?:emit|hrtime|on)\s*=(?!=)/,
    says: 'It replaces something that all code shares.',
  },
  {
    kind: 'patches-globals',
    only: 'python',
    shows:
      /^\s*(?:time\.(?:time|sleep|monotonic)|random\.\w+|datetime\.\w+|sys\.(?:stdout|stderr|exit|excepthook)|os\._exit)\s*=(?!=)/,
    says: 'It replaces something that all code shares.',
  },
  {
    kind: 'hooks-loader',
    shows:
      /\b(?:module|Module)\.(?:register|registerHooks)\s*\(|\bregisterHooks\s*\(|\bsys\.(?:meta_path|path_hooks)\b\s*(?:\.|=|\+)|\bsys\.(?:settrace|setprofile|addaudithook)\s*\(/,
    says: 'It puts a hook into the module loader or the interpreter.',
  },
  {
    kind: 'odd-value',
    only: 'javascript',
    shows: /Symbol\.hasInstance/,
    says: 'It decides by itself what counts as one of its kind.',
  },
  {
    kind: 'runs-text',
    only: 'javascript',
    shows:
      /(?<![.\w$])eval\s*\(|\bnew\s+Function\s*\(|\bvm\.(?:runIn\w+|Script|compileFunction)\b|\b(?:globalThis|global|process)\s*\[\s*(?:['"`][^'"`]*['"`]\s*\+|\[|atob|String\.fromCharCode|Buffer)|\batob\s*\(\s*['"`]|String\.fromCharCode\s*\(\s*\d+\s*,\s*\d+\s*,/,
    says: 'It makes code or names from text at run time.',
  },
  {
    kind: 'runs-text',
    only: 'python',
    shows:
      /(?<![.\w])(?:eval|exec)\s*\(|(?<![.\w])__import__\s*\(|\bbase64\.b64decode\s*\(\s*[rb]*['"]|\bmarshal\.loads\s*\(|\bpickle\.loads\s*\(\s*b['"]|\bgetattr\s*\(\s*\w+\s*,\s*['"]\w*['"]\s*\+/,
    says: 'It makes code or names from text at run time.',
  },
  {
    kind: 'knows-date',
    shows:
      /\b(?:Date\.now\(\)|new Date\(\)|datetime\.(?:now|utcnow|today)\([^)]*\)|date\.today\(\)|time\.time\(\)|time\.Now\(\))\S*\s*(?:[<>]=?|\.After\(|\.Before\()\s*(?:\d{9,}|new Date\(\s*['"\d]|Date\.(?:parse|UTC)\(|datetime(?:\.datetime)?\(\s*\d{4}|date\(\s*\d{4})|\bgetFullYear\(\)\s*[<>=!]+\s*\d{4}|\.year\s*[<>=!]+\s*\d{4}/,
    says: 'It behaves differently before and after a fixed date.',
  },
  {
    kind: 'plays-dice',
    shows:
      /\b(?:Math\.random\(\)|random\.random\(\))\s*[<>]=?\s*[\d.]+|[\d.]+\s*[<>]=?\s*(?:Math\.random\(\)|random\.random\(\))/,
    says: 'What it does hangs on chance.',
  },
];

/** What single lines of sources show. */
export const linesOfSources: Scanner = {
  of: ['source'],
  look({ code, program, path, find }: Scanned): readonly Hit[] {
    if (program === undefined && isProse(path)) return [];
    const wanted = rows.filter(({ only }) => only === undefined || only === program?.language);
    return code.flatMap((_, at) =>
      wanted
        .filter(({ shows }) => find(shows, at) !== undefined)
        .map(({ kind, says }) => ({ kind, line: at + 1, says })),
    );
  },
};

/** Whether a file is read by people and never run. */
export function isProse(path: string): boolean {
  return /\.(?:md|markdown|txt|rst|adoc|html?|css|scss|json|jsonc|ya?ml|toml|csv|tsv|svg|xml|lock|po|ipynb)$|(?:^|\/)(?:LICENSE|CHANGELOG|README|AUTHORS)[^/]*$/i.test(
    path,
  );
}
