import fc from 'fast-check';
import type { Structure } from '../../core/contracts/structure.ts';
import { checkStructure } from '../../core/crystal/structure.ts';
import type { StructureLabels } from '../../core/files/structure-file.ts';

/** Spread evenly, with all 53 bits, and now and then very small: `fc.double` alone yields almost only denormal numbers. */
const number = (bound: number): fc.Arbitrary<number> => fc.oneof(
  { weight: 9, arbitrary: fc.maxSafeInteger().map((n) => (n / Number.MAX_SAFE_INTEGER) * bound) },
  { weight: 1, arbitrary: fc.double({ min: -bound, max: bound, noNaN: true }) },
);

/** Cells of any handedness and skewness that are far from flat: a diagonal of 4 to 9 Å, up to ±1.5 Å beside it, rows in any order. */
const cells: fc.Arbitrary<Float64Array> = fc.record({
  diagonal: fc.array(number(2.5).map((value) => 6.5 + value), { minLength: 3, maxLength: 3 }),
  beside: fc.array(number(1.5), { minLength: 9, maxLength: 9 }),
  order: fc.shuffledSubarray([0, 1, 2], { minLength: 3, maxLength: 3 }),
}).map(({ diagonal, beside, order }) => Float64Array.from(order.flatMap((row) => [0, 1, 2].map((x) => (x === row ? diagonal[row]! : beside[3 * row + x]!)))));

/** Titles are one line without white space at the ends, of any characters that a text file may hold. */
export const title: fc.Arbitrary<string> = fc.string({ unit: fc.oneof(fc.constantFrom(...' \'"#;\\=[]{}_-?.,$aZ09'), fc.constantFrom('é', 'α', '→', '𝑥')), minLength: 1, maxLength: 30 })
  .map((text) => text.replace(/\s+/g, ' ').trim()).filter((text) => text !== '');

export const species: fc.Arbitrary<string> = fc.constantFrom('H', 'O', 'Si', 'Mg', 'Cl', 'Xe', 'Og', 'Fe');

function isPossible(structure: Structure): boolean {
  try {
    checkStructure(structure, 'sample');
    return true;
  } catch {
    return false;
  }
}

export interface StructureOptions {
  readonly periodic: fc.Arbitrary<readonly [boolean, boolean, boolean]>;
  readonly masses: boolean;
  readonly titled: fc.Arbitrary<string | undefined>;
}

/** Possible structures, with positions in and outside of the cell; those with overlapping atoms are few and left out. */
export function structures({ periodic, masses, titled }: StructureOptions): fc.Arbitrary<Structure> {
  return fc.integer({ min: 1, max: 6 }).chain((atoms) => fc.record({
    cell: cells,
    periodic,
    species: fc.array(species, { minLength: atoms, maxLength: atoms }),
    positions: fc.array(number(20), { minLength: 3 * atoms, maxLength: 3 * atoms }).map((values) => Float64Array.from(values)),
    masses: masses ? fc.option(fc.array(fc.double({ min: 1, max: 300, noNaN: true }), { minLength: atoms, maxLength: atoms }).map((values) => Float64Array.from(values)), { nil: undefined }) : fc.constant(undefined),
    title: titled,
  })).map(({ masses: ownMasses, title: ownTitle, ...rest }): Structure => ({ ...rest, ...(ownMasses && { masses: ownMasses }), ...(ownTitle !== undefined && { title: ownTitle }) })).filter(isPossible);
}

/** Labels of any kind for a structure with so many atoms. */
export function labels(atoms: number): fc.Arbitrary<StructureLabels | null> {
  const vector = (length: number): fc.Arbitrary<Float64Array> => fc.array(number(1e3), { minLength: length, maxLength: length }).map((values) => Float64Array.from(values));
  const key = fc.oneof(fc.constantFrom('config_type', '__proto__', 'constructor', 'a b', 'x="y"'), fc.string({ minLength: 1, maxLength: 8 }).map((text) => `k${text.replace(/\s|\p{Cc}/gu, '')}`));
  return fc.record({
    energy: number(1e6), forces: vector(3 * atoms), stress: vector(6), charges: vector(atoms),
    info: fc.uniqueArray(fc.tuple(key, fc.oneof(title, fc.constant(''), fc.constant('two\nlines'))), { minLength: 1, maxLength: 4, selector: ([name]) => name.toLowerCase() }).map((entries) => new Map(entries)),
  }, { requiredKeys: [] }).map((value) => (Object.keys(value).length === 0 ? null : value));
}
