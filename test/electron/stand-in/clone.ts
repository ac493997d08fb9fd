/**
 * Structured clone through text: what Electron sends between processes is an object graph, what reaches a page here is a
 * string. Each function stands alone, so that its source can be put into a page.
 */

export function pack(value: unknown): string {
  const table: unknown[] = [];
  const seen = new Map<unknown, number>();
  const base64 = (bytes: Uint8Array): string => {
    let text = '';
    for (let k = 0; k < bytes.length; k += 8192) text += String.fromCharCode(...bytes.subarray(k, k + 8192));
    return btoa(text);
  };
  const put = (part: unknown): number => {
    const known = seen.get(part);
    if (known !== undefined && typeof part === 'object') return known;
    const at = table.push(null) - 1;
    if (typeof part === 'object' && part !== null) seen.set(part, at);
    const entry = (): unknown => {
      if (part === undefined) return ['undefined'];
      if (part === null || typeof part === 'boolean' || typeof part === 'string') return ['plain', part];
      if (typeof part === 'number') return Number.isFinite(part) && !Object.is(part, -0) ? ['plain', part] : ['number', Object.is(part, -0) ? '-0' : String(part)];
      if (typeof part === 'bigint') return ['bigint', String(part)];
      if (typeof part !== 'object') throw new Error('An object could not be cloned.');
      const kind = Object.prototype.toString.call(part).slice(8, -1);
      if (part instanceof ArrayBuffer) return ['ArrayBuffer', base64(new Uint8Array(part))];
      if (ArrayBuffer.isView(part)) return [kind, base64(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))];
      if (Array.isArray(part)) return ['array', part.map(put)];
      if (part instanceof Map) return ['map', [...part].map(([key, item]) => [put(key), put(item)])];
      if (part instanceof Set) return ['set', [...part].map(put)];
      if (part instanceof Date) return ['date', part.getTime()];
      if (part instanceof Error) return ['error', part.name, part.message];
      return ['object', Object.entries(part).map(([key, item]) => [key, put(item)])];
    };
    table[at] = entry();
    return at;
  };
  put(value);
  return JSON.stringify(table);
}

export function unpack(text: string): unknown {
  const table = JSON.parse(text) as [string, ...unknown[]][];
  const made = new Map<number, unknown>();
  const bytes = (base64: string): Uint8Array<ArrayBuffer> => {
    const letters = atob(base64);
    const out = new Uint8Array(letters.length);
    for (let k = 0; k < letters.length; k++) out[k] = letters.charCodeAt(k);
    return out;
  };
  const get = (at: number): unknown => {
    if (made.has(at)) return made.get(at);
    const [kind, content, more] = table[at]!;
    const keep = <T>(value: T): T => {
      made.set(at, value);
      return value;
    };
    switch (kind) {
      case 'undefined': return undefined;
      case 'plain': return content;
      case 'number': return Number(content);
      case 'bigint': return BigInt(content as string);
      case 'array': {
        const list = keep<unknown[]>([]);
        for (const item of content as number[]) list.push(get(item));
        return list;
      }
      case 'map': {
        const map = keep(new Map());
        for (const [key, item] of content as [number, number][]) map.set(get(key), get(item));
        return map;
      }
      case 'set': return keep(new Set((content as number[]).map(get)));
      case 'date': return keep(new Date(content as number));
      case 'error': return keep(Object.assign(new Error(more as string), { name: content }));
      case 'object': {
        const object = keep<Record<string, unknown>>({});
        // As structured clone does it: a key named `__proto__` is an ordinary key.
        for (const [key, item] of content as [string, number][]) Object.defineProperty(object, key, { value: get(item), enumerable: true, writable: true, configurable: true });
        return object;
      }
      case 'ArrayBuffer': return keep(bytes(content as string).buffer);
      default: {
        const Type = (globalThis as unknown as Record<string, new (buffer: ArrayBuffer) => unknown>)[kind]!;
        return keep(new Type(bytes(content as string).buffer));
      }
    }
  };
  return get(0);
}
