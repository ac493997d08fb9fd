import type { NeighbourList } from '../crystal/neighbours.ts';

/** The neighbours of one atom within a cutoff, gathered for the descriptors; reused from atom to atom. */
export interface Environment {
  count: number;
  /** 3 per neighbour, Å: r_j − r_i. */
  vectors: Float64Array;
  /** Å */
  distances: Float64Array;
  /** Index of the neighbour's element in the potential's list. */
  elements: Int32Array;
  /** Index of the neighbour itself. */
  atoms: Int32Array;
}

export function createEnvironment(): Environment {
  return { count: 0, vectors: new Float64Array(0), distances: new Float64Array(0), elements: new Int32Array(0), atoms: new Int32Array(0) };
}

/** Fills `environment` with the neighbours of atom i that are nearer than `cutoff` (Å). `types`: element index of every atom. */
export function gatherEnvironment(environment: Environment, list: NeighbourList, types: Int32Array, i: number, cutoff: number): void {
  const { first, atoms, vectors, distances } = list;
  const start = first[i]!, end = first[i + 1]!;
  if (end - start > environment.distances.length) {
    const room = 2 * (end - start);
    environment.vectors = new Float64Array(3 * room);
    environment.distances = new Float64Array(room);
    environment.elements = new Int32Array(room);
    environment.atoms = new Int32Array(room);
  }
  let count = 0;
  for (let p = start; p < end; p++) {
    if (distances[p]! >= cutoff) continue;
    environment.vectors[3 * count] = vectors[3 * p]!;
    environment.vectors[3 * count + 1] = vectors[3 * p + 1]!;
    environment.vectors[3 * count + 2] = vectors[3 * p + 2]!;
    environment.distances[count] = distances[p]!;
    environment.elements[count] = types[atoms[p]!]!;
    environment.atoms[count] = atoms[p]!;
    count++;
  }
  environment.count = count;
}
