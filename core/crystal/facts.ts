/** What is said about a crystal before anything is computed: formula, cell, density, space group, shortest distance. */
import type { CrystalFacts, ToleranceScan } from '../contracts/library.ts';
import { Refusal } from '../contracts/messages.ts';
import type { Structure } from '../contracts/structure.ts';
import { cellParameters, cellVolume, densityOf, formulaOf } from './structure.ts';
import type { Symmetry } from './crystal.ts';
import { neighbourList } from './neighbours.ts';
import { symmetryOf } from './symmetry.ts';

/** @param symmetry of this very cell, or of the one that it repeats; sites are then left out */
export function crystalFacts(structure: Structure, symmetry: Symmetry | null): CrystalFacts {
  const { lengths, angles } = cellParameters(structure.cell);
  const { reduced, formulaUnits } = formulaOf(structure);
  return {
    formula: reduced, atoms: structure.species.length, formulaUnits, elements: [...new Set(structure.species)],
    lengths: [...lengths], angles: [...angles], volume: cellVolume(structure.cell), density: densityOf(structure),
    spaceGroup: symmetry && { number: symmetry.number, symbol: symmetry.symbol, tolerance: symmetry.tolerance },
    crystalSystem: symmetry?.crystalSystem ?? null,
    sites: symmetry && symmetry.wyckoffs.length === structure.species.length ? symmetry.wyckoffs.map((wyckoff, i) => ({ wyckoff, siteSymmetry: symmetry.siteSymmetries[i] ?? '' })) : [],
    shortestDistance: shortestDistance(structure),
  };
}

/** Å, periodic images of an atom included; null for a single atom without images. */
export function shortestDistance(structure: Structure): number | null {
  const { positions, cell, periodic } = structure;
  const repeats = periodic.some(Boolean);
  if (structure.species.length < 2 && !repeats) return null;
  // Radii grow until a pair is found: nearest neighbours of matter lie within a few Å, of a dilute gas farther out.
  for (let cutoff = 3; ; cutoff *= 2) {
    const { distances } = neighbourList(positions, cell, periodic, cutoff);
    let shortest = Infinity;
    for (const distance of distances) if (distance < shortest) shortest = distance;
    if (shortest < Infinity) return shortest;
    if (cutoff > 1e5) return null;
  }
}

/** From what only exact files hold to what a drawing would: two steps to a decade. */
const tolerances = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3];

/** Space groups of one structure at growing tolerances; where none is found, the reason. Empty for what does not repeat along all three vectors. */
export function toleranceScan(structure: Structure, place: string): ToleranceScan {
  if (!structure.periodic.every(Boolean)) return [];
  return tolerances.map((tolerance) => {
    try {
      const { number, symbol } = symmetryOf(structure, tolerance, place);
      return { tolerance, spaceGroup: { number, symbol, tolerance }, reason: null };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { tolerance, spaceGroup: null, reason: error.message };
    }
  });
}
