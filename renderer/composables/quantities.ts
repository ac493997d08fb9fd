/** Reading nested values: a dash stays a dash, whatever the shape. */
import type { Nested, Quantity } from '../../core/contracts/quantity.ts';

export type Value = number | null;

export function scalarOf(value: Nested | undefined): Value {
  return typeof value === 'number' ? value : null;
}
export function listOf(value: Nested | undefined): Nested[] {
  return Array.isArray(value) ? value : [];
}
export function vectorOf(value: Nested | undefined): Value[] {
  return listOf(value).map(scalarOf);
}
export function matrixOf(value: Nested | undefined): Value[][] {
  return listOf(value).map(vectorOf);
}
export function cubeOf(value: Nested | undefined): Value[][][] {
  return listOf(value).map(matrixOf);
}
/** Column `k` of a [row][component] value. */
export function componentOf(value: Nested | undefined, k: number): Value[] {
  return listOf(value).map((row) => scalarOf(listOf(row)[k]));
}
export function scaled(values: readonly Value[], factor: number): Value[] {
  return values.map((value) => (value === null ? null : value * factor));
}
/** Numbers where a value must be there (geometry). */
export function numbersOf(value: Nested | undefined): number[] {
  return vectorOf(value).map((part) => part ?? 0);
}

function inSquares(first: Nested | undefined, second: Nested | undefined): Nested {
  if (Array.isArray(first) || Array.isArray(second)) {
    const [a, b] = [listOf(first), listOf(second)];
    return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => inSquares(a[i], b[i]));
  }
  const [a, b] = [scalarOf(first), scalarOf(second)];
  return a === null && b === null ? null : Math.hypot(a ?? 0, b ?? 0);
}
/** Uncertainty in the shape of the value: the spread of a committee and the error of the evaluation, added in squares; null where none is known. */
export function uncertaintyOf(quantity: Quantity): Nested {
  return inSquares(quantity.uncertainty?.committee, quantity.uncertainty?.numerical);
}
/** The same for a list; null where it has none, so that nothing is drawn. */
export function uncertaintiesOf(quantity: Quantity): Value[] | null {
  const errors = uncertaintyOf(quantity);
  return errors === null ? null : vectorOf(errors);
}
