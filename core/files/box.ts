/** Å left free on both sides of the atoms of a file without a cell. */
export const margin = 10;

/** A rectangular cell wider than the atoms (3 coordinates each) by `margin` on each side. */
export function boxAround(positions: ArrayLike<number>): Float64Array {
  const cell = new Float64Array(9);
  for (let x = 0; x < 3; x++) {
    let low = Infinity;
    let high = -Infinity;
    for (let i = x; i < positions.length; i += 3) {
      low = Math.min(low, positions[i]!);
      high = Math.max(high, positions[i]!);
    }
    cell[4 * x] = high - low + 2 * margin;
  }
  return cell;
}
