/** A crystal as the program sends it, as the 3D views take it. */
import type { CrystalFacts, ShownCrystal } from '../../core/contracts/library.ts';
import type { MaterialFile } from '../../core/contracts/project.ts';
import type { StructureJson } from '../../core/contracts/structure.ts';
import { fixed, formatFraction, formatText, superscript } from '../../core/units/format.ts';
import type { Vector } from './crystal-model.ts';
import type { Geometry } from './geometry.ts';
import { angleAt } from './measure.ts';

const itself: readonly Vector[] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];

export function geometryOfStructure({ cell, positions, species, periodic }: StructureJson): Geometry & { readonly periodic: readonly boolean[] } {
  return { cell: cell as unknown as Vector[], positions: positions as unknown as Vector[], species, conventional: itself, periodic };
}

/** A crystal of the library as it was imported, before the program has answered: enough for its picture. What takes longer is left out. */
export function pictured({ structure, formula, atoms, elements, spaceGroup }: MaterialFile): ShownCrystal {
  const [a, b, c] = structure.cell as unknown as [Vector, Vector, Vector];
  const lengths = [a, b, c].map((vector) => Math.hypot(...vector));
  const angles = [[b, c], [a, c], [a, b]].map(([first, second]) => angleAt(first!, [0, 0, 0], second!));
  return { structure, facts: { formula, atoms, formulaUnits: 0, elements, lengths, angles, volume: 0, density: 0, spaceGroup, crystalSystem: null, sites: [], shortestDistance: null } };
}

/** Blue, vermilion, green, ochre, violet, sky, yellow, grey: after Okabe and Ito (2008); again from the beginning for more. */
const siteColours = ['#0b62a4', '#d55e00', '#00966e', '#b8860b', '#a0528f', '#56b4e9', '#e6d23c', '#7a8594'] as const;

export interface SiteLegend {
  /** Of each atom. */
  readonly colours: readonly string[];
  readonly legend: readonly { readonly label: string; readonly colour: string }[];
}

/** A colour for each group of atoms that symmetry makes of one; null where there are none. */
export function coloursBySite({ sites, atoms }: CrystalFacts): SiteLegend | null {
  if (sites.length === 0) return null;
  const colours = Array.from({ length: atoms }, () => '');
  const legend = sites.map((site, k) => {
    const colour = siteColours[k % siteColours.length]!;
    for (const atom of site.atoms) colours[atom] = colour;
    return { label: siteName(site), colour };
  });
  return { colours, legend };
}

/** `Mg 4a`: letter and multiplicity in the cell that is shown. */
export const siteName = ({ element, wyckoff, atoms }: CrystalFacts['sites'][number]): string => `${element} ${String(atoms.length)}${wyckoff}`;

/** `0.03 Å`, `10⁻⁴ Å`, `3 × 10⁻⁵ Å`. */
export function toleranceText(tolerance: number): string {
  if (tolerance >= 1e-3) return formatText(tolerance, 'Å');
  const [mantissa, exponent] = tolerance.toExponential().split('e') as [string, string];
  return `${mantissa === '1' ? '' : `${mantissa} × `}10${superscript(Number(exponent))} Å`;
}

/** A fractional coordinate: a simple fraction where it is one, within what files are exact to, else five decimals. */
export function coordinateText(part: number): string {
  const near = Math.round(24 * part) / 24;
  const text = formatFraction(Math.abs(part - near) < 1e-6 ? near : part);
  return text.includes('.') ? fixed(part, 5) : text;
}

/** The name of a formula in a file: nothing but letters and digits. */
export const fileStem = ({ facts }: ShownCrystal): string => facts.formula.replace(/[^A-Za-z0-9]/g, '');
