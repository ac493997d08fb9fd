/** 17 significant digits, which every reader turns back into the same bits. */
export function seventeenDigits(value: number): string {
  return value.toExponential(16);
}

/** `weights.008.data`: files are named by atomic number. */
export function numbered(prefix: string, atomicNumber: number): string {
  return `${prefix}.${String(atomicNumber).padStart(3, '0')}.data`;
}
