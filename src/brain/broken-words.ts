import type * as z from 'zod';

/** The first thing that is wrong with a JSON value, as a sentence with its place: `sessions[0].steps[2].edit.old is missing`. */
export function brokenWords(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'something is wrong with it';
  const place = placeOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => JSON.stringify(key)).join(', ');
    return `${place} has the unknown ${issue.keys.length === 1 ? 'key' : 'keys'} ${names}`;
  }
  if (issue.code === 'invalid_type') {
    if (/received undefined$/.test(issue.message)) return `${place} is missing`;
    return `${place} must be ${article(issue.expected)}`;
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map((value) => JSON.stringify(value));
    return `${place} must be ${values.length === 1 ? '' : 'one of '}${values.join(', ')}`;
  }
  return `${place}: ${issue.message}`;
}

function placeOf(path: readonly PropertyKey[]): string {
  let place = '';
  for (const part of path) {
    if (typeof part === 'number') place += `[${part}]`;
    else place += place === '' ? String(part) : `.${String(part)}`;
  }
  return place === '' ? 'it' : place;
}

function article(type: string): string {
  if (type === 'int') return 'a whole number';
  if (type === 'record') return 'an object';
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}
