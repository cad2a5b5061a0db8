/** A well-known shape of a key. With a group, only what the group matches is secret; it must end the match. */
export interface KeyPattern {
  readonly kind: string;
  readonly pattern: RegExp;
}

// Every pattern takes time linear in the text: brains write what goes through here.

// At the start of a word. What an escape sequence ends with ("\n" inside JSON, a terminal colour) is no part of it.
const wordStart = '(?:(?<![A-Za-z0-9_-])|(?<=\\\\[nrtbf])|(?<=\\x1b\\[[0-9;]{0,12}m))';
const pemEnd = '-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----';
const pemBody = '[A-Za-z0-9+/=\\s\\\\:,.()-]';
const header = `["'\\\\]{0,4}\\s{0,4}[:=]\\s{0,4}["'\\\\]{0,4}`;

/** Shapes of keys that are taken out though nobody told us the value. The first that matches names it. */
export const keyPatterns: readonly KeyPattern[] = [
  { kind: 'anthropic-key', pattern: /sk-ant-[A-Za-z0-9_-]{20,}/g },
  {
    kind: 'openai-key',
    pattern: new RegExp(
      `${wordStart}sk-(?:(?:proj|svcacct|admin|or-v1)-[A-Za-z0-9_-]{20,}|[A-Za-z0-9]{32,})`,
      'g',
    ),
  },
  { kind: 'github-token', pattern: /gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}/g },
  { kind: 'aws-key', pattern: /(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])/g },
  { kind: 'slack-token', pattern: /xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[0-9]-[A-Za-z0-9-]{10,}/g },
  { kind: 'google-key', pattern: /AIza[A-Za-z0-9_-]{35}/g },
  {
    kind: 'jwt',
    pattern: new RegExp(`${wordStart}eyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}`, 'g'),
  },
  {
    kind: 'private-key',
    pattern: new RegExp(
      `-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----${pemBody}{16,}?(?:${pemEnd}|(?!${pemBody}))`,
      'g',
    ),
  },
  {
    kind: 'credential',
    pattern: new RegExp(
      `(?:authorization${header}(?:bearer|basic|token)\\s{1,4}|x-api-key${header})([A-Za-z0-9._~+/=-]{8,})`,
      'gi',
    ),
  },
];
