/** What a kernel and its plain reference have in common. */
interface Moving<Moved extends readonly unknown[]> {
  /** Moves the atoms. Returns false where it cannot. */
  update(...moved: Moved): boolean;
}

/** Moves the atoms and returns what evaluates them: the kernel where there is one and it has room, else the reference, made when it is first needed. */
export function kernelOrReference<Moved extends readonly unknown[], E extends Moving<Moved>>(kernel: E | undefined, makeReference: () => E): (...moved: Moved) => E {
  let reference: E | undefined;
  return (...moved) => {
    if (kernel?.update(...moved)) return kernel;
    reference ??= makeReference();
    reference.update(...moved);
    return reference;
  };
}
