import { cross3, dot3, norm3, vectorTimesMatrix3 } from '../math/matrix3.ts';

/** Fractional difference brought to the nearest image, into [−½, ½]. */
export const wrapSigned = (x: number): number => x - Math.round(x);

/**
 * Answers which atom of a kind lies nearest to a fractional position, periodic images included, within `radius` (Å, small
 * against the cell); −1 where none does. Atoms are sorted into about as many bins as there are atoms, so that an answer
 * costs constant time.
 */
export function atomFinder(
  fractional: Float64Array, cell: Float64Array, kinds: readonly number[], radius: number,
): (kind: number, at: ArrayLike<number>) => number {
  const count = kinds.length;
  const side = Math.max(1, Math.floor(Math.cbrt(count)));
  const bins = new Map<number, number[]>();
  const wrapped = (bin: number): number => ((bin % side) + side) % side;
  for (let i = 0; i < count; i++) {
    const [p, q, r] = [0, 1, 2].map((x) => wrapped(Math.floor(fractional[3 * i + x]! * side)));
    const key = (p! * side + q!) * side + r!;
    const members = bins.get(key);
    if (members) members.push(i);
    else bins.set(key, [i]);
  }
  // Moving by the radius changes a fractional coordinate by at most radius / (distance between the faces of the cell).
  const reach = [0, 1, 2].map((x) => {
    const [a, b, c] = [x, (x + 1) % 3, (x + 2) % 3].map((row) => cell.subarray(3 * row, 3 * row + 3));
    const normal = cross3(b!, c!);
    return (radius * norm3(normal)) / Math.abs(dot3(a!, normal));
  });
  const binsAround = (x: number, margin: number): Set<number> => {
    const near = new Set<number>();
    for (let bin = Math.floor((x - margin) * side); bin <= Math.floor((x + margin) * side) && near.size < side; bin++) near.add(wrapped(bin));
    return near;
  };
  return (kind, at) => {
    let nearest = -1, smallest = radius;
    for (const p of binsAround(at[0]!, reach[0]!)) for (const q of binsAround(at[1]!, reach[1]!)) for (const r of binsAround(at[2]!, reach[2]!)) {
      for (const j of bins.get((p * side + q) * side + r) ?? []) {
        if (kinds[j] !== kind) continue;
        const distance = norm3(vectorTimesMatrix3([0, 1, 2].map((x) => wrapSigned(fractional[3 * j + x]! - at[x]!)), cell));
        if (distance <= smallest) {
          smallest = distance;
          nearest = j;
        }
      }
    }
    return nearest;
  };
}
