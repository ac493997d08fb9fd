/** JSON that a person can read: objects one key a line, arrays of plain numbers and strings on one line. Full precision. */
export function readableJson(value: unknown): string {
  return `${shown(value, '')}\n`;
}

function shown(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== 'object' || item === null)) return `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
    const inner = `${indent}  `;
    return `[\n${value.map((item) => inner + shown(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    if (entries.length === 0) return '{}';
    const inner = `${indent}  `;
    return `{\n${entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${shown(item, inner)}`).join(',\n')}\n${indent}}`;
  }
  return JSON.stringify(value);
}
