import { cross3, determinant3, inverse3, multiply3 } from '../math/matrix3.ts';
import { minkowskiReduction } from './reduction.ts';

/**
 * Full neighbour list: every pair stands in it from both ends, with exactly opposite vectors. The neighbours of atom i are
 * the entries first[i] … first[i + 1] − 1, sorted by atom, then by shift. Arrays may be longer than first[N] entries.
 */
export interface NeighbourList {
  /** N + 1 */
  readonly first: Int32Array;
  /** Neighbour's index j, per entry. */
  readonly atoms: Int32Array;
  /** 3 per entry: the periodic image of j, in lattice vectors. */
  readonly shifts: Int32Array;
  /** 3 per entry, Å: r_j + shift · H − r_i. */
  readonly vectors: Float64Array;
  /** Length of the vector, per entry, Å. */
  readonly distances: Float64Array;
}

export interface NeighbourSettings {
  readonly periodic: readonly [boolean, boolean, boolean];
  /** Å */
  readonly cutoff: number;
  /** Å: pairs up to cutoff + skin are kept, so that the list outlives small moves. */
  readonly skin: number;
  /** Keeps every pair once only (j > i, or an atom's own image with a positive shift): enough for sums over pairs. */
  readonly half?: boolean;
  /** false leaves vectors and distances unset, for kernels that form them from atoms and shifts. */
  readonly geometry?: boolean;
}

export interface Neighbours {
  /** Times the list was made anew. */
  readonly rebuilds: number;
  /**
   * The list at these positions (3N, Å) and this cell. It is made anew only where atoms or cell moved so far that a pair
   * within the cutoff could be missing; otherwise vectors and distances are refreshed in place. Entries may lie beyond
   * the cutoff: compare `distances`. The list belongs to this object and is overwritten by the next call.
   */
  update(positions: Float64Array, cell: Float64Array): NeighbourList;
}

interface MutableList {
  first: Int32Array;
  atoms: Int32Array;
  shifts: Int32Array;
  vectors: Float64Array;
  distances: Float64Array;
}

/**
 * The cell in which atoms are sorted into bins: a Minkowski basis of the periodic vectors, so that a skewed cell costs no
 * more than a compact one, completed by unit normals where the structure does not repeat.
 * `matrix`: rows are its vectors in lattice vectors (zero rows for the normals).
 */
export function binningCell(cell: Float64Array, periodic: readonly boolean[]): { cell: Float64Array; matrix: Int32Array; dimension: number } {
  const axes = [0, 1, 2].filter((axis) => periodic[axis]);
  const dimension = axes.length;
  const gathered = new Float64Array(9);
  axes.forEach((axis, row) => gathered.set(cell.subarray(3 * axis, 3 * axis + 3), 3 * row));
  if (dimension === 0) return { cell: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), matrix: new Int32Array(9), dimension };
  const reduced = minkowskiReduction(gathered, dimension as 1 | 2 | 3);
  const out = reduced.cell;
  const setUnit = (row: number, vector: Float64Array): void => {
    const length = Math.hypot(vector[0]!, vector[1]!, vector[2]!);
    for (let x = 0; x < 3; x++) out[3 * row + x] = vector[x]! / length;
  };
  if (dimension === 1) {
    const a = out.subarray(0, 3);
    const smallest = [0, 1, 2].reduce((best, x) => (Math.abs(a[x]!) < Math.abs(a[best]!) ? x : best), 0);
    setUnit(1, cross3(a, [0, 1, 2].map((x) => (x === smallest ? 1 : 0))));
  }
  if (dimension < 3) setUnit(2, cross3(out.subarray(0, 3), out.subarray(3, 6)));
  const matrix = new Int32Array(9);
  for (let row = 0; row < dimension; row++) axes.forEach((axis, k) => { matrix[3 * row + axis] = reduced.matrix[3 * row + k]!; });
  return { cell: out, matrix, dimension };
}

/** Pairs in no order, each once: i < j, or i = j with a positive shift. Arrays may be longer than `count`. */
interface Pairs {
  count: number;
  /** 2 per pair: i, j */
  ends: Int32Array;
  /** 3 per pair: the periodic image of j as seen from i. */
  shifts: Int32Array;
}

/** All pairs closer than `radius`. */
function findPairs(positions: Float64Array, cell: Float64Array, periodic: readonly boolean[], radius: number): Pairs {
  const count = positions.length / 3;
  const { cell: bins, matrix, dimension } = binningCell(cell, periodic);
  const inverse = inverse3(bins);

  // Fractional coordinates in the binning cell; along repeating axes wrapped into [0, 1), remembering by how much.
  const fractional = new Float64Array(3 * count);
  const wraps = new Int32Array(3 * count);
  const low = [0, 0, 0], high = [1, 1, 1];
  for (let axis = 0; axis < 3; axis++) {
    const u = inverse[axis]!, v = inverse[3 + axis]!, w = inverse[6 + axis]!;
    let smallest = Infinity, largest = -Infinity;
    for (let i = 0; i < count; i++) {
      let f = positions[3 * i]! * u + positions[3 * i + 1]! * v + positions[3 * i + 2]! * w;
      if (axis < dimension) {
        const whole = Math.floor(f);
        f -= whole;
        wraps[3 * i + axis] = whole;
      }
      fractional[3 * i + axis] = f;
      if (f < smallest) smallest = f;
      if (f > largest) largest = f;
    }
    if (axis >= dimension && count > 0) {
      low[axis] = smallest;
      high[axis] = largest;
    }
  }
  const wrapped = new Float64Array(3 * count);
  for (let i = 0; i < count; i++) {
    for (let x = 0; x < 3; x++) {
      wrapped[3 * i + x] = fractional[3 * i]! * bins[x]! + fractional[3 * i + 1]! * bins[3 + x]! + fractional[3 * i + 2]! * bins[6 + x]!;
    }
  }

  // Bins of about half the radius (fewer far pairs are looked at), but not below two atoms per bin on average.
  const spans = [0, 1, 2].map((axis) => high[axis]! - low[axis]!);
  const heights = [0, 1, 2].map((axis) => 1 / Math.hypot(inverse[axis]!, inverse[3 + axis]!, inverse[6 + axis]!));
  const extents = spans.map((span, axis) => Math.max(span * heights[axis]!, axis < dimension ? 0 : radius / 2));
  const volume = dimension === 3 ? Math.abs(determinant3(bins)) : extents[0]! * extents[1]! * extents[2]!;
  const edge = Math.max(radius / 2, Math.cbrt((2 * volume) / Math.max(count, 1)));
  const numbers = extents.map((extent) => Math.max(1, Math.min(1024, Math.floor(extent / edge))));
  const [n0, n1, n2] = numbers as [number, number, number];
  const reach = numbers.map((n, axis) => {
    const needed = Math.ceil((radius * (1 + 1e-9) * n) / extents[axis]!);
    return axis < dimension ? needed : Math.min(needed, n - 1);
  }) as [number, number, number];

  const binOf = new Int32Array(3 * count);
  const start = new Int32Array(n0 * n1 * n2 + 1);
  for (let i = 0; i < count; i++) {
    for (let axis = 0; axis < 3; axis++) {
      const span = spans[axis]!;
      const b = span > 0 ? Math.floor(((fractional[3 * i + axis]! - low[axis]!) / span) * numbers[axis]!) : 0;
      binOf[3 * i + axis] = Math.min(Math.max(b, 0), numbers[axis]! - 1);
    }
    start[(binOf[3 * i]! * n1 + binOf[3 * i + 1]!) * n2 + binOf[3 * i + 2]! + 1]!++;
  }
  for (let bin = 0; bin < n0 * n1 * n2; bin++) start[bin + 1]! += start[bin]!;
  const members = new Int32Array(count);
  const fill = start.slice();
  for (let i = 0; i < count; i++) members[fill[(binOf[3 * i]! * n1 + binOf[3 * i + 1]!) * n2 + binOf[3 * i + 2]!]!++] = i;

  // Of two opposite offsets between bins one is enough: half of space in lexicographic order, and pairs within one bin.
  const offsets: number[] = [];
  for (let d0 = 0; d0 <= reach[0]; d0++) {
    for (let d1 = d0 === 0 ? 0 : -reach[1]; d1 <= reach[1]; d1++) {
      for (let d2 = d0 === 0 && d1 === 0 ? 0 : -reach[2]; d2 <= reach[2]; d2++) offsets.push(d0, d1, d2);
    }
  }
  // What even density makes of it and some more; a crowd of atoms in a huge cell must not reserve memory that it does not need.
  let capacity = 64 + Math.ceil(Math.min(1 << 21, (1.1 * (2 / 3) * Math.PI * radius ** 3 * count * count) / volume));
  let ends = new Int32Array(2 * capacity), shifts = new Int32Array(3 * capacity);
  let found = 0;
  const square = radius * radius;
  for (let home = 0; home < n0 * n1 * n2; home++) {
    const homeStart = start[home]!, homeEnd = start[home + 1]!;
    if (homeStart === homeEnd) continue;
    const b2 = home % n2, b1 = ((home - b2) / n2) % n1, b0 = (home - b2 - b1 * n2) / (n1 * n2);
    for (let offset = 0; offset < offsets.length; offset += 3) {
      const g0 = b0 + offsets[offset]!, s0 = Math.floor(g0 / n0);
      const g1 = b1 + offsets[offset + 1]!, s1 = Math.floor(g1 / n1);
      const g2 = b2 + offsets[offset + 2]!, s2 = Math.floor(g2 / n2);
      if ((dimension < 1 && s0 !== 0) || (dimension < 2 && s1 !== 0) || (dimension < 3 && s2 !== 0)) continue;
      const bin = ((g0 - s0 * n0) * n1 + (g1 - s1 * n1)) * n2 + (g2 - s2 * n2);
      const otherStart = start[bin]!, otherEnd = start[bin + 1]!;
      if (otherStart === otherEnd) continue;
      const tx = s0 * bins[0]! + s1 * bins[3]! + s2 * bins[6]!;
      const ty = s0 * bins[1]! + s1 * bins[4]! + s2 * bins[7]!;
      const tz = s0 * bins[2]! + s1 * bins[5]! + s2 * bins[8]!;
      for (let m = homeStart; m < homeEnd; m++) {
        const i = members[m]!;
        const xi = wrapped[3 * i]! - tx, yi = wrapped[3 * i + 1]! - ty, zi = wrapped[3 * i + 2]! - tz;
        for (let other = offset === 0 ? m + 1 : otherStart; other < otherEnd; other++) {
          const j = members[other]!;
          const x = wrapped[3 * j]! - xi, y = wrapped[3 * j + 1]! - yi, z = wrapped[3 * j + 2]! - zi;
          if (x * x + y * y + z * z > square) continue;
          const m0 = s0 - wraps[3 * j]! + wraps[3 * i]!, m1 = s1 - wraps[3 * j + 1]! + wraps[3 * i + 1]!, m2 = s2 - wraps[3 * j + 2]! + wraps[3 * i + 2]!;
          const a = m0 * matrix[0]! + m1 * matrix[3]! + m2 * matrix[6]!;
          const b = m0 * matrix[1]! + m1 * matrix[4]! + m2 * matrix[7]!;
          const c = m0 * matrix[2]! + m1 * matrix[5]! + m2 * matrix[8]!;
          if (found === capacity) {
            capacity *= 2;
            const moreEnds = new Int32Array(2 * capacity), moreShifts = new Int32Array(3 * capacity);
            moreEnds.set(ends);
            moreShifts.set(shifts);
            ends = moreEnds;
            shifts = moreShifts;
          }
          const sign = j > i || (j === i && (a || b || c) > 0) ? 1 : -1;
          ends[2 * found] = sign > 0 ? i : j;
          ends[2 * found + 1] = sign > 0 ? j : i;
          shifts[3 * found] = sign * a;
          shifts[3 * found + 1] = sign * b;
          shifts[3 * found + 2] = sign * c;
          found++;
        }
      }
    }
  }
  return { count: found, ends, shifts };
}

/**
 * Orders the images of one neighbour by their shifts, entries from … to − 1. A cell much smaller than the cutoff has
 * hundreds of them: each becomes one number, its place in the box that encloses all shifts.
 */
function sortImages(shifts: Int32Array, from: number, to: number): void {
  const low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity];
  for (let p = from; p < to; p++) {
    for (let x = 0; x < 3; x++) {
      const shift = shifts[3 * p + x]!;
      if (shift < low[x]!) low[x] = shift;
      if (shift > high[x]!) high[x] = shift;
    }
  }
  const [a, b, c] = low as [number, number, number];
  // Shifts reach a few times cutoff / shortest lattice vector: the box has far fewer than 2^53 places.
  const middle = high[1]! - b + 1, inner = high[2]! - c + 1;
  const places = new Float64Array(to - from);
  for (let p = from; p < to; p++) places[p - from] = ((shifts[3 * p]! - a) * middle + (shifts[3 * p + 1]! - b)) * inner + (shifts[3 * p + 2]! - c);
  places.sort();
  for (let p = from; p < to; p++) {
    const place = places[p - from]!;
    const row = Math.floor(place / inner), plane = Math.floor(row / middle);
    shifts[3 * p] = a + plane;
    shifts[3 * p + 1] = b + row - plane * middle;
    shifts[3 * p + 2] = c + place - row * inner;
  }
}

/**
 * Writes the sorted list (without vectors) of these pairs, of each from both ends or once, reusing `list` where it is large
 * enough. Sorted by counting, first by neighbour, then, keeping that order, by atom.
 */
function sortPairs({ count: pairCount, ends, shifts: found }: Pairs, atomCount: number, half: boolean, geometry: boolean, list: MutableList): void {
  const total = half ? pairCount : 2 * pairCount;
  const first = list.first.length === atomCount + 1 ? list.first : new Int32Array(atomCount + 1);
  first.fill(0);
  const firstOfNeighbour = new Int32Array(atomCount + 1);
  for (let p = 0; p < pairCount; p++) {
    const i = ends[2 * p]!, j = ends[2 * p + 1]!;
    first[i + 1]!++;
    firstOfNeighbour[j + 1]!++;
    if (!half) {
      first[j + 1]!++;
      firstOfNeighbour[i + 1]!++;
    }
  }
  for (let i = 0; i < atomCount; i++) {
    first[i + 1]! += first[i]!;
    firstOfNeighbour[i + 1]! += firstOfNeighbour[i]!;
  }
  list.first = first;
  if (list.atoms.length < total) {
    const capacity = Math.ceil(1.1 * total);
    list.atoms = new Int32Array(capacity);
    list.shifts = new Int32Array(3 * capacity);
    list.vectors = new Float64Array(geometry ? 3 * capacity : 0);
    list.distances = new Float64Array(geometry ? capacity : 0);
  }
  const { atoms, shifts } = list;

  /** Pair p seen from its first end as p, from its second as −1 − p; in the order of the neighbours. */
  const byNeighbour = new Int32Array(total);
  for (let p = 0; p < pairCount; p++) {
    byNeighbour[firstOfNeighbour[ends[2 * p + 1]!]!++] = p;
    if (!half) byNeighbour[firstOfNeighbour[ends[2 * p]!]!++] = -1 - p;
  }
  const next = first.slice(0, atomCount);
  for (let at = 0; at < total; at++) {
    const code = byNeighbour[at]!;
    const p = code < 0 ? -1 - code : code;
    const i = ends[2 * p]!, j = ends[2 * p + 1]!;
    const to = next[code < 0 ? j : i]!++;
    const sign = code < 0 ? -1 : 1;
    atoms[to] = code < 0 ? i : j;
    shifts[3 * to] = sign * found[3 * p]!;
    shifts[3 * to + 1] = sign * found[3 * p + 1]!;
    shifts[3 * to + 2] = sign * found[3 * p + 2]!;
  }
  for (let i = 0; i < atomCount; i++) {
    for (let from = first[i]!; from < first[i + 1]!;) {
      let to = from + 1;
      while (to < first[i + 1]! && atoms[to] === atoms[from]) to++;
      if (to > from + 1) sortImages(shifts, from, to);
      from = to;
    }
  }
}

/**
 * Vectors and distances of all entries. (r_j − r_i) and shift · H are each exactly odd under exchange of the two ends, so
 * a pair's two vectors are exact opposites: Newton's third law holds to the last bit.
 */
function refresh(list: MutableList, positions: Float64Array, cell: Float64Array): void {
  const { first, atoms, shifts, vectors, distances } = list;
  const count = first.length - 1;
  const [a0, a1, a2, b0, b1, b2, c0, c1, c2] = cell as unknown as [number, number, number, number, number, number, number, number, number];
  for (let i = 0; i < count; i++) {
    const xi = positions[3 * i]!, yi = positions[3 * i + 1]!, zi = positions[3 * i + 2]!;
    const end = first[i + 1]!;
    for (let p = first[i]!; p < end; p++) {
      const j = 3 * atoms[p]!;
      const n0 = shifts[3 * p]!, n1 = shifts[3 * p + 1]!, n2 = shifts[3 * p + 2]!;
      let x = positions[j]! - xi, y = positions[j + 1]! - yi, z = positions[j + 2]! - zi;
      if ((n0 | n1 | n2) !== 0) {
        x += n0 * a0 + n1 * b0 + n2 * c0;
        y += n0 * a1 + n1 * b1 + n2 * c1;
        z += n0 * a2 + n1 * b2 + n2 * c2;
      }
      vectors[3 * p] = x;
      vectors[3 * p + 1] = y;
      vectors[3 * p + 2] = z;
      distances[p] = Math.sqrt(x * x + y * y + z * z);
    }
  }
}

const identity = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);

/** A neighbour list that lives as long as its atoms: see `Neighbours.update`. */
export function createNeighbours(settings: NeighbourSettings): Neighbours {
  const { periodic, cutoff, skin, geometry = true } = settings;
  const radius = cutoff + skin;
  const list: MutableList = {
    first: new Int32Array(1), atoms: new Int32Array(0), shifts: new Int32Array(0), vectors: new Float64Array(0), distances: new Float64Array(0),
  };
  const builtCell = new Float64Array(9);
  let builtPositions = new Float64Array(0);
  let rebuilds = 0;

  /**
   * A pair that is not in the list was more than `radius` apart. Under the strain r' = r F (from the cells) and further
   * moves δ it is now at least radius · σ_min(F) − |δ_i| − |δ_j| apart, and σ_min(F) ≥ 1 − |F − 1|.
   */
  const isCurrent = (positions: Float64Array, cell: Float64Array): boolean => {
    if (rebuilds === 0 || positions.length !== builtPositions.length) return false;
    const f = cell.every((value, k) => value === builtCell[k])
      ? identity
      : multiply3(inverse3(builtCell), cell);
    const strain = Math.hypot(f[0]! - 1, f[1]!, f[2]!, f[3]!, f[4]! - 1, f[5]!, f[6]!, f[7]!, f[8]! - 1);
    const allowed = (radius * (1 - strain) - cutoff) / 2;
    if (!(allowed >= 0)) return false;
    const square = allowed * allowed;
    for (let i = 0; i < positions.length; i += 3) {
      const x = builtPositions[i]!, y = builtPositions[i + 1]!, z = builtPositions[i + 2]!;
      const dx = positions[i]! - (x * f[0]! + y * f[3]! + z * f[6]!);
      const dy = positions[i + 1]! - (x * f[1]! + y * f[4]! + z * f[7]!);
      const dz = positions[i + 2]! - (x * f[2]! + y * f[5]! + z * f[8]!);
      if (!(dx * dx + dy * dy + dz * dz <= square)) return false;
    }
    return true;
  };

  return {
    get rebuilds() { return rebuilds; },
    update(positions, cell) {
      if (!isCurrent(positions, cell)) {
        sortPairs(findPairs(positions, cell, periodic, radius), positions.length / 3, settings.half === true, geometry, list);
        builtCell.set(cell);
        builtPositions = positions.slice();
        rebuilds++;
      }
      if (geometry) refresh(list, positions, cell);
      return list;
    },
  };
}

/** The pairs up to and including `cutoff` (Å), once. Arrays have exactly first[N] entries. */
export function neighbourList(
  positions: Float64Array, cell: Float64Array, periodic: readonly [boolean, boolean, boolean], cutoff: number,
): NeighbourList {
  // The tiny skin covers rounding in the search; the exact distances then decide.
  const wide = createNeighbours({ periodic, cutoff, skin: 1e-9 * (1 + cutoff) }).update(positions, cell);
  const count = positions.length / 3;
  const first = new Int32Array(count + 1);
  const kept: number[] = [];
  for (let i = 0; i < count; i++) {
    for (let p = wide.first[i]!; p < wide.first[i + 1]!; p++) if (wide.distances[p]! <= cutoff) kept.push(p);
    first[i + 1] = kept.length;
  }
  const shifts = new Int32Array(3 * kept.length), vectors = new Float64Array(3 * kept.length);
  kept.forEach((p, k) => {
    shifts.set(wide.shifts.subarray(3 * p, 3 * p + 3), 3 * k);
    vectors.set(wide.vectors.subarray(3 * p, 3 * p + 3), 3 * k);
  });
  return {
    first, shifts, vectors,
    atoms: Int32Array.from(kept, (p) => wide.atoms[p]!),
    distances: Float64Array.from(kept, (p) => wide.distances[p]!),
  };
}
