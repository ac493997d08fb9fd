/** A kernel that threads can share, and the memory in which it works. */
import { kernelModule, type KernelName } from './kernels.ts';
import type { SharedKernel } from './team.ts';

/** All of 32-bit addresses: a shared memory must say how far it may grow; what is not used costs nothing. */
const mostPages = 65536;
const pageBytes = 65536;

export class KernelSpace<E extends SharedKernel['exports'] & { heapBase(): number }> implements SharedKernel {
  readonly module: WebAssembly.Module;
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: mostPages, shared: true });
  readonly exports: E;
  /** Whoever laid out what lies behind `release`: another one lays it out anew. */
  owner: object | null = null;
  #next: number;

  private constructor(module: WebAssembly.Module) {
    this.module = module;
    this.exports = new WebAssembly.Instance(module, { env: { memory: this.memory } }).exports as unknown as E;
    this.#next = this.exports.heapBase();
  }

  /** Null where the kernel is not loaded. */
  static open<E extends SharedKernel['exports'] & { heapBase(): number }>(name: KernelName): KernelSpace<E> | null {
    const module = kernelModule(name);
    return module && new KernelSpace<E>(module);
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
