/** Names of variables whose values are taken for secrets. */
const secretName = /(KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|AUTH)/i;

/** Values of the environment that must never reach the ledger, a brief or a commit. Short values are words, not secrets. */
export function knownSecrets(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && value.length >= 8 && secretName.test(name) && !value.startsWith('/')
      ? [value]
      : [],
  );
}

/**
 * Those of them for which work is refused that would commit them. A setting that merely has such a name (an address,
 * a word) stands in honest files too: it must look like something that was drawn by lot, or be a password in an address.
 */
export function secretsToRefuse(env: Readonly<Record<string, string | undefined>>): string[] {
  return knownSecrets(env).flatMap((value) => {
    const trimmed = value.trim();
    const password = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:([^/\s@]{8,})@/i.exec(trimmed)?.[1];
    if (password !== undefined) return [password];
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)) return [];
    if (/-----BEGIN [A-Z ]*PRIVATE KEY/.test(trimmed)) return [trimmed];
    return looksDrawn(trimmed, 3) && !isName(trimmed) ? [trimmed] : [];
  });
}

/** "production-eu-west-1" is a name; four long words and more are what people take for a password. */
function isName(text: string): boolean {
  const parts = text.split(/[-_.]/);
  if (!parts.every((part) => /^(?:[A-Z]?[a-z]+|[A-Z]+|\d{1,4})$/.test(part))) return false;
  return parts.filter((part) => /^[A-Za-z]{4,}$/.test(part)).length < 4;
}

/** Words that nobody puts into a key that opens anything. */
const madeUp =
  /example|fake|dummy|placeholder|sample|your[-_]?|redacted|not-?real|change-?me|x{4}|\*{4}|\.{3}|123456|abcdef/i;

/**
 * Whether this looks drawn by lot: 12 characters and more, no blanks, letters and digits, hardly any repeated, nothing
 * that says it is made up. `bits`: how much each character must tell at least.
 */
export function looksDrawn(text: string, bits = 3.6): boolean {
  if (text.length < 12 || /\s/.test(text) || madeUp.test(text)) return false;
  if (!/\d/.test(text) || !/[A-Za-z]/.test(text)) return false;
  return entropyOf(text) >= Math.min(bits, Math.log2(text.length) * 0.8);
}

/** Bits in a character of this text, by how often each stands in it. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
