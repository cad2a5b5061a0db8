/** How many bytes of `data` end with a whole character. */
export function wholeChars(data: Buffer): number {
  for (let back = 1; back <= Math.min(3, data.length); back++) {
    const byte = data[data.length - back] as number;
    if (byte < 0x80) break;
    if (byte >= 0xc0)
      return byte >= (back === 1 ? 0xc0 : back === 2 ? 0xe0 : 0xf0) ? data.length - back : data.length;
  }
  return data.length;
}

/** Where the first whole character of `data` starts. */
export function firstChar(data: Buffer): number {
  let at = 0;
  while (at < 3 && at < data.length && ((data[at] as number) & 0xc0) === 0x80) at++;
  return at;
}
