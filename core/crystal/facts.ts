/** What is said about a crystal before anything is computed: formula, cell, density, space group, shortest distance. */
import type { CrystalFacts, ToleranceScan } from '../contracts/library.ts';
import { message, Refusal } from '../contracts/messages.ts';
import type { Structure } from '../contracts/structure.ts';
import { cellParameters, cellVolume, densityOf, formulaOf } from './structure.ts';
import { createNeighbours } from './neighbours.ts';
import { siteSymmetryOf, symmetryLimit, type SiteSymmetry } from './sites.ts';
import { kindsOf } from './symmetry.ts';
import { primitiveCell } from './primitive-cell.ts';

/** @param symmetry of this very cell; null where it does not repeat along all three vectors or none was found */
export function crystalFacts(structure: Structure, symmetry: SiteSymmetry | null): CrystalFacts {
  const { lengths, angles } = cellParameters(structure.cell);
  const { reduced, formulaUnits } = formulaOf(structure);
  return {
    formula: reduced, atoms: structure.species.length, formulaUnits, elements: [...new Set(structure.species)],
    lengths: [...lengths], angles: [...angles], volume: cellVolume(structure.cell), density: densityOf(structure),
    spaceGroup: symmetry && { number: symmetry.number, symbol: symmetry.symbol, tolerance: symmetry.tolerance },
    crystalSystem: symmetry?.crystalSystem ?? null,
    sites: symmetry ? sitesOf(structure, symmetry) : [],
    shortestDistance: shortestDistance(structure),
  };
}

function sitesOf({ species }: Structure, { orbits, wyckoffs, siteSymmetries }: SiteSymmetry): CrystalFacts['sites'] {
  const sites = new Map<number, CrystalFacts['sites'][number]>();
  orbits.forEach((orbit, atom) => {
    const known = sites.get(orbit);
    if (known) known.atoms.push(atom);
    else sites.set(orbit, { element: species[atom]!, wyckoff: wyckoffs[atom]!, siteSymmetry: siteSymmetries[atom]!, atoms: [atom] });
  });
  return [...sites.values()];
}

/** Å, periodic images of an atom included; null for a single atom without images. */
export function shortestDistance(structure: Structure): number | null {
  const { positions, cell, periodic } = structure;
  const repeats = periodic.some(Boolean);
  if (structure.species.length < 2 && !repeats) return null;
  // Radii grow until a pair is found: nearest neighbours of matter lie within a few Å, of a dilute gas farther out.
  for (let cutoff = 3; ; cutoff *= 2) {
    const { first, distances } = createNeighbours({ periodic, cutoff, skin: 0, half: true }).update(positions, cell);
    let shortest = Infinity;
    for (let entry = 0; entry < first[structure.species.length]!; entry++) shortest = Math.min(shortest, distances[entry]!);
    if (shortest < Infinity) return shortest;
    if (cutoff > 1e5) return null;
  }
}

/** From what only exact files hold to what a drawing would: two steps to a decade. */
const tolerances = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3];
/** Atoms: in so large a cell a looser tolerance would take the thermal motion for noise, and a minute to do so. */
const largeCell = 2000, largeCellTolerance = 0.01;

/** Space groups of one structure at growing tolerances; where none is found, the reason. Empty for what does not repeat along all three vectors. */
export function toleranceScan(structure: Structure, place: string): ToleranceScan {
  if (!structure.periodic.every(Boolean)) return [];
  const wanted = structure.species.length > largeCell ? tolerances.filter((tolerance) => tolerance <= largeCellTolerance) : tolerances;
  // A translation within one tolerance is one within all larger ones: each step goes on from the cell of the step before.
  let small = structure;
  let hopeless: string | null = null;
  return wanted.map((tolerance) => {
    try {
      if (hopeless !== null) return { tolerance, spaceGroup: null, reason: hopeless };
      const reduced = primitiveCell(small, kindsOf(small), tolerance);
      small = reduced.structure;
      // Trying again with more room for errors would take as long and find as little.
      if (reduced.doubtful && small.species.length > symmetryLimit) hopeless = message('symmetry.tooMany', { place, atoms: small.species.length, limit: symmetryLimit }).sentence;
      if (hopeless !== null) return { tolerance, spaceGroup: null, reason: hopeless };
      const { number, symbol } = siteSymmetryOf(small, tolerance, place);
      return { tolerance, spaceGroup: { number, symbol, tolerance }, reason: null };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { tolerance, spaceGroup: null, reason: error.message };
    }
  });
}
