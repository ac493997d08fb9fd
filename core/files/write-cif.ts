import { refuse } from '../contracts/messages.ts';
import type { Structure } from '../contracts/structure.ts';
import type { Symmetry } from '../crystal/crystal.ts';
import { cellParameters, formulaOf, fractionalPositions } from '../crystal/structure.ts';
import { formatOperation } from './symmetry-operations.ts';
import { decimals, oneLine } from './text-form.ts';

/**
 * Writes a CIF with every number so that it is read back exactly. With `symmetry` it lists the operations in this cell and one site of
 * each orbit; without, all atoms in P 1. How the cell lies in space is kept in `_atom_sites_Cartn_tran_matrix_*`, masses in the
 * data name `_phonolite_atom_site_mass`. Refuses axes without periodicity.
 */
export function writeCif(structure: Structure, symmetry?: Symmetry): string {
  if (structure.periodic.includes(false)) refuse('files.writeLossy', { format: 'CIF', what: 'axes without periodicity', other: 'extended XYZ' });
  const { cell, species, masses } = structure;
  const { lengths, angles } = cellParameters(cell);
  const { reduced, formulaUnits } = formulaOf(structure);
  const title = oneLine(structure.title ?? '') || reduced;
  const fractional = fractionalPositions(structure);
  const operations = symmetry?.operations;
  const listed = operations
    ? Array.from({ length: operations.count }, (_, k) => formatOperation({
        rotation: Array.from(operations.rotations.subarray(9 * k, 9 * k + 9)), translation: Array.from(operations.translations.subarray(3 * k, 3 * k + 3)),
      }))
    : ['x,y,z'];
  const sites = species.map((_, i) => i).filter((i) => !symmetry || symmetry.orbits[i] === i);

  const lines = [
    `data_${title.replace(/[^\w.-]+/g, '_').slice(0, 60)}`,
    `_chemical_name_common ${cifText(title)}`,
    `_chemical_formula_sum '${formulaSum(species, formulaUnits)}'`,
    `_cell_formula_units_Z ${formulaUnits}`,
    ...['a', 'b', 'c'].map((axis, i) => `_cell_length_${axis} ${decimals([lengths[i]!])}`),
    ...['alpha', 'beta', 'gamma'].map((angle, i) => `_cell_angle_${angle} ${decimals([angles[i]!])}`),
    `_space_group_IT_number ${symmetry?.number ?? 1}`,
    // The symbol of the standard setting; the operations are those of the cell above.
    `_space_group_name_H-M_ref '${symmetry?.symbol ?? 'P 1'}'`,
    'loop_', '_space_group_symop_operation_xyz', ...listed.map((operation) => `'${operation}'`),
    "_atom_sites_Cartn_transform_axes 'given by the matrix'",
    ...[0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => `_atom_sites_Cartn_tran_matrix_${row + 1}${column + 1} ${decimals([cell[3 * column + row]!])}`)),
    'loop_', '_atom_site_label', '_atom_site_type_symbol', '_atom_site_fract_x', '_atom_site_fract_y', '_atom_site_fract_z', '_atom_site_occupancy',
    ...(masses ? ['_phonolite_atom_site_mass'] : []),
  ];
  const numbers = new Map<string, number>();
  for (const i of sites) {
    const symbol = species[i]!;
    const number = (numbers.get(symbol) ?? 0) + 1;
    numbers.set(symbol, number);
    lines.push(`${symbol}${number} ${symbol} ${decimals(fractional.subarray(3 * i, 3 * i + 3))} 1${masses ? ` ${decimals([masses[i]!])}` : ''}`);
  }
  return `${lines.join('\n')}\n`;
}

/** `Mg O`, `O2 Si`: alphabetical, as the dictionary asks for without carbon. */
function formulaSum(species: readonly string[], formulaUnits: number): string {
  const counts = new Map<string, number>();
  for (const symbol of species) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([symbol, count]) => `${symbol}${count === formulaUnits ? '' : count / formulaUnits}`).join(' ');
}

/** One line of text as a CIF value: quoted, or a text field where it holds both kinds of quotes followed by a space. */
function cifText(text: string): string {
  for (const quote of ["'", '"']) if (!new RegExp(`${quote}(\\s|$)`).test(text)) return `${quote}${text}${quote}`;
  return `\n;${text}\n;`;
}
