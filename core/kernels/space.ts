/** A kernel that threads can share, and the memory in which it works. */
import { kernelModule, type KernelName } from './kernels.ts';
import type { SharedKernel } from './team.ts';

/** All of 32-bit addresses: a shared memory must say how far it may grow; what is not used costs nothing. */
const mostPages = 65536;
const pageBytes = 65536;

type Exports = SharedKernel['exports'] & { heapBase(): number };

export class KernelSpace<E extends Exports> implements SharedKernel {
  readonly module: WebAssembly.Module;
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: mostPages, shared: true });
  readonly exports: E;
  /** Whoever laid out what lies behind the tables: another one lays it out anew. */
  owner: object | null = null;
  /** Whose tables these are. */
  potential: WeakRef<object> | null = null;
  #next = 0;

  constructor(module: WebAssembly.Module) {
    this.module = module;
    this.exports = new WebAssembly.Instance(module, { env: { memory: this.memory } }).exports as unknown as E;
  }

  /** Where the next stretch will begin. */
  get next(): number { return this.#next; }

  /** Gives back everything behind an address that `next` was. */
  release(address: number): void {
    this.#next = address;
  }

  /** A stretch of bytes that begins with a line of the cache. Throws a RangeError where 32-bit addresses do not reach. */
  take(bytes: number): number {
    const start = this.#next;
    const next = start + Math.ceil(bytes / 64) * 64;
    if (next > mostPages * pageBytes) throw new RangeError('A kernel’s memory ends at 4 GiB.');
    const missing = next - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / pageBytes));
    this.#next = next;
    return start;
  }

  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, length);
  }

  integers(address: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, length);
  }

  takeDoubles(values: ArrayLike<number>): number {
    const address = this.take(8 * values.length);
    this.doubles(address, values.length).set(values);
    return address;
  }

  takeIntegers(values: ArrayLike<number>): number {
    const address = this.take(4 * values.length);
    this.integers(address, values.length).set(values);
    return address;
  }
}

/**
 * Spaces of a kernel, the last used one last. Engines do not know what such a memory holds and would let many of them fill a
 * machine before they collect one: so there are never more than these, enough for a committee, and potentials take turns.
 */
const mostSpaces = 16;
const spaces = new Map<KernelName, KernelSpace<never>[]>();

/**
 * The space of a potential; `writeTables` is called where it is new or was taken by another since. Null where the kernel is not
 * loaded.
 */
export function spaceOf<E extends Exports>(name: KernelName, potential: object, writeTables: (space: KernelSpace<E>) => void): KernelSpace<E> | null {
  const module = kernelModule(name);
  if (!module) return null;
  const known = (spaces.get(name) ?? []) as unknown as KernelSpace<E>[], last = known.at(-1);
  if (last?.module === module && last.potential?.deref() === potential) return last;
  // Loading a kernel again leaves the spaces of the old one behind.
  const all = known.filter((each) => each.module === module);
  const own = all.find((each) => each.potential?.deref() === potential);
  const space = own ?? all.find((each) => each.potential?.deref() === undefined) ?? (all.length < mostSpaces ? new KernelSpace<E>(module) : all[0]!);
  spaces.set(name, [...all.filter((each) => each !== space), space] as unknown as KernelSpace<never>[]);
  if (own) return own;
  space.owner = null;
  space.potential = new WeakRef(potential);
  space.release(space.exports.heapBase());
  writeTables(space);
  return space;
}
