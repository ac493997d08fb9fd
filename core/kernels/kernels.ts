/**
 * WebAssembly comes into `core` as bytes, once per process or worker. Without it everything works on the plain TypeScript
 * references, slower.
 */
export type KernelName = 'hermitian';

const modules = new Map<KernelName, WebAssembly.Module>();

/** Compiles what it is given. Calling it again replaces. */
export function loadKernels(bytes: Readonly<Partial<Record<KernelName, Uint8Array>>>): void {
  for (const [name, code] of Object.entries(bytes)) modules.set(name as KernelName, new WebAssembly.Module(code));
}

export function kernelModule(name: KernelName): WebAssembly.Module | null {
  return modules.get(name) ?? null;
}
