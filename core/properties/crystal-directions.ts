import type { Crystal } from '../crystal/crystal.ts';
import { multiply3, norm3, vectorTimesMatrix3 } from '../math/matrix3.ts';

/** Directions [uvw] of the conventional lattice along which crystals of each system are usually measured. */
const usual: Readonly<Record<Crystal['symmetry']['crystalSystem'], readonly (readonly [number, number, number])[]>> = {
  cubic: [[1, 0, 0], [1, 1, 0], [1, 1, 1]],
  tetragonal: [[1, 0, 0], [1, 1, 0], [0, 0, 1], [1, 0, 1]],
  hexagonal: [[1, 0, 0], [2, 1, 0], [0, 0, 1], [1, 0, 1]],
  trigonal: [[1, 0, 0], [2, 1, 0], [0, 0, 1], [1, 0, 1]],
  orthorhombic: [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]],
  monoclinic: [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1]],
  triclinic: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
};

/** Unit vectors in the frame of the crystal, labelled `[110]`. */
export function crystalDirections({ structure, symmetry }: Crystal): { readonly label: string; readonly direction: [number, number, number] }[] {
  const conventional = multiply3(symmetry.conventionalMatrix, structure.cell);
  return usual[symmetry.crystalSystem].map((indices) => {
    const vector = vectorTimesMatrix3(indices, conventional);
    const length = norm3(vector);
    return { label: `[${indices.join('')}]`, direction: [vector[0]! / length, vector[1]! / length, vector[2]! / length] };
  });
}
