/** A title is one line in every format: white space of any kind becomes a single space, other control characters vanish. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\p{Cc}/gu, '').trim();
}

/** The shortest decimals that are read back as exactly these numbers, separated by spaces. */
export function decimals(values: Iterable<number>): string {
  return Array.from(values, (value) => (Object.is(value, -0) ? '-0' : String(value))).join(' ');
}
