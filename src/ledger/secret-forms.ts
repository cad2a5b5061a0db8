/** A text under which a known secret may show up. */
export interface Form {
  readonly text: string;
  /** Whether the character before it, or after it, holds some of the secret's bits too (base64). */
  readonly before: boolean;
  readonly after: boolean;
}

/** Shortest secret that is looked for, in characters: shorter ones would be found in honest text. */
const shortestSecret = 8;

/** From this length on half of a secret is looked for too: what was cut off by a cap, or printed in two pieces. */
const longEnoughToHalve = 32;

/**
 * A secret as it is, trimmed, with its escapes resolved, backwards, JSON-escaped (once and twice), URL-encoded (what must
 * be, or every byte), as hex and with an escape for each byte, and as base64 and base64url at each of the three places
 * where it can start in what is encoded; of a long one each half, too. None for a short one.
 */
export function formsOf(secret: string): readonly Form[] {
  const forms = new Map<string, Form>();
  const add = (text: string, before = false, after = false) => {
    if (text.length >= shortestSecret && !forms.has(text)) forms.set(text, { text, before, after });
  };
  for (const value of new Set([secret, secret.trim(), unescaped(secret)])) {
    if (value.length < shortestSecret) continue;
    const once = escaped(value);
    for (const text of [value, once, escaped(once), asciiEscaped(once)]) add(text);
    add([...value].reverse().join(''));
    for (const half of halves(value)) add(half);
    const bytes = Buffer.from(value);
    for (const mark of ['%', '\\x', '\\u00']) for (const text of eachByte(bytes, mark)) add(text);
    for (const kept of ["-_.!~*'()", '-_.~', '*-._']) {
      const url = urlEncoded(bytes, kept);
      for (const text of [url, url.replaceAll('%20', '+')]) {
        add(text);
        add(text.replace(/%../g, (code) => code.toLowerCase()));
      }
    }
    add(bytes.toString('hex'));
    add(bytes.toString('hex').toUpperCase());
    for (const start of [0, 1, 2]) {
      const text = Buffer.concat([Buffer.alloc(start), bytes])
        .toString('base64')
        .replace(/=+$/, '');
      const after = (start + bytes.length) % 3 !== 0;
      // The characters that depend on these bytes alone, whatever the `start` bytes before them and those after them.
      const own = text.slice(start === 0 ? 0 : start + 1, text.length - (after ? 1 : 0));
      add(own, start !== 0, after);
      add(own.replaceAll('+', '-').replaceAll('/', '_'), start !== 0, after);
    }
  }
  return [...forms.values()];
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Both halves of a secret that nobody could take for words: long, of letters and digits, and without any blank. */
function halves(value: string): readonly string[] {
  const random = /[A-Za-z]/.test(value) && /\d/.test(value) && !/[\s/]/.test(value);
  if (value.length < longEnoughToHalve || !random) return [];
  const middle = Math.floor(value.length / 2);
  return [value.slice(0, middle), value.slice(middle)];
}

/** An escape for each byte, in small letters and in capitals. */
function eachByte(bytes: Buffer, mark: string): readonly string[] {
  const hex = bytes.toString('hex');
  return [hex, hex.toUpperCase()].map((digits) => digits.replace(/../g, (two) => mark + two));
}

/** As Python and others write JSON. */
function asciiEscaped(text: string): string {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What "\n" and the like in a value from an environment file stand for; the value itself where there are none. */
function unescaped(text: string): string {
  try {
    return text.includes('\\') ? String(JSON.parse(`"${text}"`)) : text;
  } catch {
    return text;
  }
}

/** Works on bytes: half a surrogate pair, which encodeURIComponent refuses, is no trouble. */
function urlEncoded(bytes: Buffer, kept: string): string {
  let text = '';
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    const plain = /[A-Za-z0-9]/.test(char) || kept.includes(char);
    text += plain ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}
