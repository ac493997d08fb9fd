/**
 * Plain data (numbers, strings, booleans, null, undefined, arrays, objects, typed arrays) to bytes and back without
 * loss: −0, NaN, infinities, typed arrays and the order of keys survive, which JSON does not give. One encoding serves
 * the hash of a task's input, the journal that keeps its result, and calls from a browser page.
 *
 * Layout: one tag byte, then the content; numbers are f64 and lengths u32, little-endian. Typed arrays are stored as
 * their bytes (every platform Node runs on in practice is little-endian; neither a journal nor a call leaves its machine).
 */
const tags = { undefined: 0, null: 1, false: 2, true: 3, number: 4, string: 5, array: 6, object: 7 } as const;

const typedArrays = [
  [8, Float64Array], [9, Float32Array], [10, Int32Array], [11, Uint32Array], [12, Uint8Array], [13, Int16Array], [14, Uint16Array], [15, Int8Array],
] as const;

type TypedArray = InstanceType<(typeof typedArrays)[number][1]>;

class Writer {
  private bytes = new Uint8Array(1024);
  private view = new DataView(this.bytes.buffer);
  private length = 0;

  private reserve(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.length, 2 * this.bytes.length));
      larger.set(this.bytes);
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    return at;
  }
  tag(value: number): void { const at = this.reserve(1); this.bytes[at] = value; }
  count(value: number): void { const at = this.reserve(4); this.view.setUint32(at, value, true); }
  number(value: number): void { const at = this.reserve(8); this.view.setFloat64(at, value, true); }
  raw(value: Uint8Array): void { const at = this.reserve(value.length); this.bytes.set(value, at); }
  text(value: string): void { const utf8 = new TextEncoder().encode(value); this.count(utf8.length); this.raw(utf8); }
  finish(): Uint8Array { return this.bytes.slice(0, this.length); }
}

function write(value: unknown, out: Writer): void {
  if (value === undefined) out.tag(tags.undefined);
  else if (value === null) out.tag(tags.null);
  else if (value === false) out.tag(tags.false);
  else if (value === true) out.tag(tags.true);
  else if (typeof value === 'number') { out.tag(tags.number); out.number(value); }
  else if (typeof value === 'string') { out.tag(tags.string); out.text(value); }
  else if (Array.isArray(value)) {
    out.tag(tags.array);
    out.count(value.length);
    for (const item of value) write(item, out);
  } else if (ArrayBuffer.isView(value)) {
    const entry = typedArrays.find(([, type]) => value instanceof type);
    if (!entry) throw new TypeError(`a ${value.constructor.name} is not plain data`);
    out.tag(entry[0]);
    out.count(value.byteLength);
    out.raw(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else if (typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)) {
    const entries = Object.entries(value);
    out.tag(tags.object);
    out.count(entries.length);
    for (const [key, item] of entries) { out.text(key); write(item, out); }
  } else throw new TypeError(`a ${typeof value === 'object' ? value.constructor.name : typeof value} is not plain data`);
}

/** Throws TypeError for anything but plain data (functions, class instances, Map, bigint). */
export function encodePlain(value: unknown): Uint8Array {
  const out = new Writer();
  write(value, out);
  return out.finish();
}

class Reader {
  private at = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  constructor(bytes: Uint8Array) {
    // A Buffer of Node is a Uint8Array whose slices share its memory; what is read must own its own.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  tag(): number { return this.view.getUint8(this.at++); }
  /** Of things that take at least a byte each: a count that the bytes cannot hold must not fill the memory. */
  count(): number {
    const value = this.view.getUint32(this.at, true);
    this.at += 4;
    if (value > this.bytes.length - this.at) throw new RangeError('plain data ends early');
    return value;
  }
  number(): number { const value = this.view.getFloat64(this.at, true); this.at += 8; return value; }
  raw(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) throw new RangeError('plain data ends early');
    this.at += length;
    return this.bytes.slice(this.at - length, this.at);
  }
  text(): string { return new TextDecoder().decode(this.raw(this.count())); }
}

function read(input: Reader): unknown {
  const tag = input.tag();
  switch (tag) {
    case tags.undefined: return undefined;
    case tags.null: return null;
    case tags.false: return false;
    case tags.true: return true;
    case tags.number: return input.number();
    case tags.string: return input.text();
    case tags.array: return Array.from({ length: input.count() }, () => read(input));
    case tags.object: {
      const count = input.count();
      const object: Record<string, unknown> = {};
      for (let i = 0; i < count; i++) {
        const key = input.text();
        // defineProperty: a key named `__proto__` must stay an ordinary key.
        Object.defineProperty(object, key, { value: read(input), enumerable: true, writable: true, configurable: true });
      }
      return object;
    }
    default: {
      const entry = typedArrays.find(([number]) => number === tag);
      if (!entry) throw new RangeError(`unknown tag ${tag} in plain data`);
      const bytes = input.raw(input.count());
      const Type = entry[1] as new (buffer: ArrayBufferLike) => TypedArray;
      return new Type(bytes.buffer);
    }
  }
}

/** Throws RangeError for bytes that `encodePlain` did not write. */
export function decodePlain(bytes: Uint8Array): unknown {
  return read(new Reader(bytes));
}
