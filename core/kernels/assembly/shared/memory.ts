/** Doubles in linear memory, by the address of an array and an index. */

// @ts-ignore: decorator of AssemblyScript
@inline
export function at(base: usize, index: i32): f64 {
  return load<f64>(base + (<usize>index << 3));
}

// @ts-ignore: decorator of AssemblyScript
@inline
export function put(base: usize, index: i32, value: f64): void {
  store<f64>(base + (<usize>index << 3), value);
}
