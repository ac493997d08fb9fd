/** Small model lattices with known answers, and crystals stripped of their symmetry. */
import type { Structure } from '../../core/contracts/structure.ts';
import type { Crystal } from '../../core/crystal/crystal.ts';
import type { ForceConstants } from '../../core/phonons/force-constants.ts';

/** Atoms on a line along x, masses in amu, equidistant in a cell of length `length` Å. */
export function chainStructure(masses: readonly number[], length: number): Structure {
  return {
    cell: Float64Array.of(length, 0, 0, 0, 5, 0, 0, 0, 6),
    periodic: [true, true, true],
    species: masses.map(() => 'H'),
    positions: Float64Array.from(masses.flatMap((_, i) => [(i * length) / masses.length, 0, 0])),
    masses: Float64Array.from(masses),
  };
}

/** Springs between neighbours along x: `along` for motion along the chain, `across` for both transverse motions, eV/Å². */
export function chainForceConstants(atoms: number, along: number, across: number): ForceConstants {
  const pairs: number[] = [], values: number[] = [];
  const add = (i: number, j: number, n: number, sign: number): void => {
    pairs.push(i, j, n, 0, 0);
    values.push(sign * along, 0, 0, 0, sign * across, 0, 0, 0, sign * across);
  };
  for (let i = 0; i < atoms; i++) {
    add(i, i, 0, 2);
    if (atoms === 1) {
      add(0, 0, 1, -1);
      add(0, 0, -1, -1);
    } else {
      const right = (i + 1) % atoms, left = (i + atoms - 1) % atoms;
      add(i, right, right < i || right === i ? 1 : 0, -1);
      add(i, left, left > i ? -1 : 0, -1);
    }
  }
  return { atoms, pairs: Int32Array.from(pairs), values: Float64Array.from(values) };
}

/** The same crystal, of which nothing but the identity is known. */
export function withoutSymmetry({ structure, symmetry }: Crystal): Crystal {
  const atoms = structure.species.length;
  const identity = Int32Array.from({ length: atoms }, (_, i) => i);
  return {
    structure,
    symmetry: {
      ...symmetry, orbits: identity,
      operations: {
        count: 1, rotations: Int32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), translations: new Float64Array(3), permutations: identity,
        cartesian: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
      },
    },
  };
}
