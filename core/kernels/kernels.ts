/**
 * WebAssembly comes into `core` as bytes, once per process or worker. Without it everything works on the plain TypeScript
 * references, slower.
 */
export const kernelNames = ['hermitian', 'nep', 'neural'] as const;
export type KernelName = (typeof kernelNames)[number];

/** The code of every kernel; one that is left out is replaced by its reference. */
export type KernelBytes = Readonly<Partial<Record<KernelName, Uint8Array>>>;

const modules = new Map<KernelName, WebAssembly.Module>();

/** Compiles what it is given. Calling it again replaces. */
export function loadKernels(bytes: KernelBytes): void {
  for (const [name, code] of Object.entries(bytes)) modules.set(name as KernelName, new WebAssembly.Module(code));
}

export function kernelModule(name: KernelName): WebAssembly.Module | null {
  return modules.get(name) ?? null;
}
