/** Points in space sorted into boxes, so that neighbours of one are found without looking at all. */
export interface PointGrid {
  /** Calls `found` for each point within `radius` of a place, with its squared distance; a point at the place itself included. */
  within(x: number, y: number, z: number, radius: number, found: (index: number, squared: number) => void): void;
}

/** Boxes along one axis: beyond this the memory for empty ones outweighs the search. */
const mostBoxes = 128;

/** @param points x y z of each; @param edge wanted size of a box, about the distance that is asked for */
export function pointGrid(points: Float64Array, edge: number): PointGrid {
  const count = points.length / 3;
  const low = [0, 1, 2].map((axis) => points.reduce((least, value, k) => (k % 3 === axis && value < least ? value : least), Infinity));
  const high = [0, 1, 2].map((axis) => points.reduce((most, value, k) => (k % 3 === axis && value > most ? value : most), -Infinity));
  const boxes = low.map((from, axis) => Math.max(1, Math.min(mostBoxes, Math.floor((high[axis]! - from) / edge)))) as [number, number, number];
  const perLength = boxes.map((number, axis) => (high[axis]! > low[axis]! ? number / (high[axis]! - low[axis]!) : 0)) as [number, number, number];
  const boxAlong = (axis: number, value: number): number => Math.floor((value - low[axis]!) * perLength[axis]!);
  const clamped = (axis: number, box: number): number => Math.max(0, Math.min(boxes[axis]! - 1, box));
  const [n, m, l] = boxes;
  const boxOf = new Int32Array(count);
  const first = new Int32Array(n * m * l + 1);
  for (let i = 0; i < count; i += 1) {
    const box = (clamped(0, boxAlong(0, points[3 * i]!)) * m + clamped(1, boxAlong(1, points[3 * i + 1]!))) * l + clamped(2, boxAlong(2, points[3 * i + 2]!));
    boxOf[i] = box;
    first[box + 1]! += 1;
  }
  for (let box = 0; box < n * m * l; box += 1) first[box + 1]! += first[box]!;
  const members = new Int32Array(count);
  const fill = first.slice();
  for (let i = 0; i < count; i += 1) members[fill[boxOf[i]!]!++] = i;
  return {
    within: (x, y, z, radius, found) => {
      const squaredRadius = radius * radius;
      const a = clamped(0, boxAlong(0, x - radius)), b = clamped(0, boxAlong(0, x + radius));
      const c = clamped(1, boxAlong(1, y - radius)), d = clamped(1, boxAlong(1, y + radius));
      const e = clamped(2, boxAlong(2, z - radius)), f = clamped(2, boxAlong(2, z + radius));
      for (let i = a; i <= b; i += 1) for (let j = c; j <= d; j += 1) {
        const row = (i * m + j) * l;
        for (let at = first[row + e]!; at < first[row + f + 1]!; at += 1) {
          const point = members[at]!;
          const dx = points[3 * point]! - x, dy = points[3 * point + 1]! - y, dz = points[3 * point + 2]! - z;
          const squared = dx * dx + dy * dy + dz * dz;
          if (squared <= squaredRadius) found(point, squared);
        }
      }
    },
  };
}
