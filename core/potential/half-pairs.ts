import type { NeighbourList, Neighbours } from '../crystal/neighbours.ts';

/**
 * Entries of a full neighbour list that name every pair once: j > i, or an atom's own image with a positive shift.
 * Remade only when the list was.
 */
export interface HalfPairs {
  /** N + 1 */
  readonly first: Int32Array;
  /** Positions in the full list, per half entry. */
  readonly entries: Int32Array;
}

export function createHalfPairs(neighbours: Neighbours, atoms: number): (list: NeighbourList) => HalfPairs {
  const half = { first: new Int32Array(atoms + 1), entries: new Int32Array(0) };
  let made = -1;
  return (list) => {
    if (made === neighbours.rebuilds) return half;
    made = neighbours.rebuilds;
    const most = list.first[atoms]! / 2;
    if (half.entries.length < most) half.entries = new Int32Array(Math.ceil(1.1 * most));
    let count = 0;
    for (let i = 0; i < atoms; i++) {
      for (let p = list.first[i]!; p < list.first[i + 1]!; p++) {
        const j = list.atoms[p]!;
        const sign = list.shifts[3 * p]! || list.shifts[3 * p + 1]! || list.shifts[3 * p + 2]!;
        if (j > i || (j === i && sign > 0)) half.entries[count++] = p;
      }
      half.first[i + 1] = count;
    }
    return half;
  };
}
