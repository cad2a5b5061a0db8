import { looksDrawn } from './secrets.ts';

/** A key that can be told from everything else by its shape. */
interface CertainKey {
  readonly what: string;
  find(text: string): Iterable<{ readonly at: number; readonly value: string }>;
}

/** The shape, where what stands for the secret (the first group, or all of it) looks drawn by lot. */
function shape(what: string, pattern: RegExp): CertainKey {
  return {
    what,
    *find(text) {
      for (const match of text.matchAll(pattern))
        if (looksDrawn(match[1] ?? match[0])) yield { at: match.index, value: match[0] };
    },
  };
}

// Every pattern takes time linear in the text. A key stands alone: no letter or digit goes on from it.
const end = '(?![A-Za-z0-9])';

const pem =
  /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----([A-Za-z0-9+/=\s\\:,."'-]{60,20000}?)-----END /g;

/** A private key whose body could be one: what is cut short with dots, or says that it is an example, opens nothing. */
const privateKey: CertainKey = {
  what: 'a private key',
  *find(text) {
    for (const match of text.matchAll(pem)) {
      const body = (match[1] ?? '').replace(/\\[nrt]|[^A-Za-z0-9+/=]/g, '');
      if (body.length >= 48 && !/\.\.\./.test(match[1] ?? '') && looksDrawn(body))
        yield { at: match.index, value: match[0] };
    }
  },
};

/** How far from its id the secret half of an AWS key may stand, in characters. */
const near = 300;

/** The id alone opens nothing and stands in many an honest text: refused is the pair. */
const awsKey: CertainKey = {
  what: 'an AWS access key with its secret',
  *find(text) {
    for (const { index, 0: id } of text.matchAll(/(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])/g)) {
      if (/EXAMPLE/.test(id)) continue;
      const from = Math.max(0, index - near);
      const around = text.slice(from, index + near);
      for (const secret of around.matchAll(/(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=_-])/g)) {
        const [value] = secret;
        // Forty hex digits are a commit.
        if (/^[0-9a-f]+$/i.test(value) || !/[a-z]/.test(value) || !/[A-Z]/.test(value)) continue;
        if (looksDrawn(value)) yield { at: from + secret.index, value };
      }
    }
  },
};

/** Keys for which work is refused that would commit them, though nobody told us their values. */
export const certainKeys: readonly CertainKey[] = [
  privateKey,
  awsKey,
  shape('an Anthropic key', /(?<![A-Za-z0-9])sk-ant-(?:api|admin|sid|oat)\d\d-([A-Za-z0-9_-]{40,200})/g),
  shape('an OpenAI key', /(?<![A-Za-z0-9])sk-(?:proj|svcacct|admin)-([A-Za-z0-9_-]{40,300})/g),
  shape('a GitHub token', new RegExp(`(?<![A-Za-z0-9])gh[pousr]_([A-Za-z0-9]{36})${end}`, 'g')),
  shape(
    'a GitHub token',
    new RegExp(`(?<![A-Za-z0-9])github_pat_([A-Za-z0-9]{22}_[A-Za-z0-9]{59})${end}`, 'g'),
  ),
  shape('a GitLab token', /(?<![A-Za-z0-9])glpat-([A-Za-z0-9_-]{20,100})/g),
  shape('an npm token', new RegExp(`(?<![A-Za-z0-9])npm_([A-Za-z0-9]{36})${end}`, 'g')),
  shape('a PyPI token', /(?<![A-Za-z0-9])pypi-AgEIcHlwaS5vcmc([A-Za-z0-9_-]{50,300})/g),
  shape(
    'a Slack token',
    /(?<![A-Za-z0-9])xox[abeoprs]-\d{6,20}-\d{6,20}-(?:\d{6,20}-)?([A-Za-z0-9]{20,64})/g,
  ),
  shape('a Stripe key', new RegExp(`(?<![A-Za-z0-9])[rs]k_live_([A-Za-z0-9]{24,120})${end}`, 'g')),
  shape('a SendGrid key', /(?<![A-Za-z0-9])SG\.([A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])/g),
];
