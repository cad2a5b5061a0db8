import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeRedactor, redactRecord } from '../../src/ledger/redact.ts';

// The forms are made here by other means than in src, so that a mistake there is not repeated here.

/** What base64 of any text that holds `secret` at this place (mod 3) has in common. */
function sharedBase64(secret: string, before: number): string {
  const encode = (byte: number) => {
    const whole = Buffer.concat([Buffer.alloc(before, byte), Buffer.from(secret), Buffer.alloc(3, byte)]);
    return whole.toString('base64').replaceAll('=', '');
  };
  const [zeros, ones] = [encode(0), encode(255)];
  return [...zeros]
    .map((char, at) => (char === ones[at] ? char : ' '))
    .join('')
    .trim();
}

/** Every text under which the secret must not survive. */
function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = [0, 1, 2].map((before) => sharedBase64(secret, before));
  return [
    secret,
    json,
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
    Buffer.from(secret).toString('hex'),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/** A text as a program might print it, with the secret somewhere in it. */
function withSecret(secret: string): fc.Arbitrary<string> {
  const around = fc.tuple(fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }));
  return around.chain(([before, after]) => {
    const whole = before + secret + after;
    return fc.constantFrom(
      whole,
      JSON.stringify({ [before]: whole }),
      JSON.stringify({ text: JSON.stringify([secret]) }),
      encodeURIComponent(whole),
      Buffer.from(whole).toString('hex'),
      Buffer.from(whole).toString('base64'),
      Buffer.from(whole).toString('base64url'),
      new URLSearchParams({ whole }).toString(),
    );
  });
}

const letter = fc.constantFrom(...'abcxyzABCXYZ0189', ...'"\\\'/+-_=%&?.:;{}[]<> \n\t', ...'äß✓😀');
const secret = fc
  .string({ unit: letter, minLength: 8, maxLength: 40 })
  .filter((text) => text.trim().length >= 8);

const sample = fc.array(secret, { minLength: 1, maxLength: 4 }).chain((secrets) => {
  const text = fc.oneof(fc.string(), ...secrets.map(withSecret));
  const value = fc.oneof(
    text,
    fc.array(text, { maxLength: 4 }),
    fc.dictionary(text, fc.oneof(text, fc.integer()), { maxKeys: 4 }),
  );
  return fc.record({
    secrets: fc.constant(secrets),
    record: fc.dictionary(text, value, { minKeys: 1, maxKeys: 4 }),
  });
});

/** Every string and key of a JSON value. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => [key, ...strings(one)]);
}

it('no known value, nor a form of it, survives anywhere in a record', () => {
  fc.assert(
    fc.property(sample, ({ secrets, record }) => {
      const clean = strings(redactRecord(record, makeRedactor(secrets)));
      for (const form of secrets.flatMap(formsOf)) {
        // Half a mark cannot be told from the text of a secret that looks like it.
        if ('[redacted][secret]'.includes(form)) continue;
        for (const text of clean) expect(text).not.toContain(form);
      }
    }),
    { numRuns: 400 },
  );
});

it('a record with a secret of letters and digits shows it in no line of JSON', () => {
  const plain = fc.stringMatching(/^[a-z0-9]{8,30}$/);
  fc.assert(
    fc.property(plain, fc.jsonValue(), fc.string(), (known, value, text) => {
      const record = {
        value,
        [`${text}${known}`]: [known, `${known}${text}`, { text: `${text}${known}${text}` }],
      };
      const line = JSON.stringify(redactRecord(record, makeRedactor([known])));
      if (!JSON.stringify(value).includes(known)) expect(line).not.toContain(known);
      expect(() => JSON.parse(line)).not.toThrow();
    }),
    { numRuns: 400 },
  );
});

it('a text never gets longer, and cleaning it twice changes nothing', () => {
  fc.assert(
    fc.property(
      fc
        .array(secret, { maxLength: 3 })
        .chain((secrets) =>
          fc.tuple(fc.constant(secrets), fc.oneof(fc.string(), ...secrets.map(withSecret))),
        ),
      ([secrets, text]) => {
        const redact = makeRedactor(secrets);
        const once = redact(text);
        expect(once.length).toBeLessThanOrEqual(text.length);
        expect(redact(once)).toBe(once);
      },
    ),
    { numRuns: 400 },
  );
});
