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

function square(value: Value): number {
  return value === null ? 0 : value * value;
}
/** Independent errors add in squares; null where none is known. */
export function uncertaintyOf(quantity: Quantity): Value {
  const committee = scalarOf(quantity.uncertainty?.committee);
  const numerical = scalarOf(quantity.uncertainty?.numerical);
  return committee === null && numerical === null ? null : Math.sqrt(square(committee) + square(numerical));
}
/** The same for a one-dimensional quantity; null where it has none. */
export function uncertaintiesOf(quantity: Quantity): Value[] | null {
  const committee = quantity.uncertainty?.committee === undefined ? null : vectorOf(quantity.uncertainty.committee);
  const numerical = quantity.uncertainty?.numerical === undefined ? null : vectorOf(quantity.uncertainty.numerical);
  if (committee === null && numerical === null) return null;
  return vectorOf(quantity.value).map((value, i) => (value === null ? null : Math.sqrt(square(committee?.[i] ?? null) + square(numerical?.[i] ?? null))));
}
