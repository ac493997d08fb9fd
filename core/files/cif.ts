import { message } from '../contracts/messages.ts';
import type { Message } from '../contracts/quantity.ts';
import type { Structure } from '../contracts/structure.ts';
import { atomicMass, isElement } from '../crystal/elements.ts';
import { standardOperations } from '../crystal/settings.ts';
import { PointIndex } from '../crystal/point-index.ts';
import { cartesianPositions, cellFromParameters, checkStructure, formulaOf, structureLimits } from '../crystal/structure.ts';
import { multiply3, transpose3 } from '../math/matrix3.ts';
import { readCifBlocks } from './cif-syntax.ts';
import type { CifBlock, CifItem, CifValue } from './cif-syntax.ts';
import { parseDecimal } from './line-reader.ts';
import { quoted } from './source-text.ts';
import type { SourceText } from './source-text.ts';
import { operationsOfName } from './space-group-names.ts';
import { parseSpecies } from './species.ts';
import type { Species } from './species.ts';
import type { StructureFile } from './structure-file.ts';
import { Orbits, specialPositionTolerance } from './orbits.ts';
import { distinctOperations, missingProduct, parseOperation, pointGroupOrder } from './symmetry-operations.ts';
import type { Operation } from './symmetry-operations.ts';

/** No space group has more operations in its conventional cell. */
const maximumOperations = 192;

/**
 * Every structure of a CIF (core dictionary 2.4 and 3): one per data block that has atom sites. Sites are expanded by the operations of
 * the file, or of its space group where the name fixes them exactly. Disorder of any kind is refused: a potential needs every atom.
 */
export function readCif(source: SourceText): StructureFile {
  const blocks = readCifBlocks(source);
  const withSites = blocks.filter((block) => [...block.items.keys()].some((tag) => /^_atom_site_(fract|cartn)_/.test(tag)));
  if (withSites.length === 0) {
    source.refuse('files.cifNoSites', blocks[0]?.offset ?? 0, { block: quoted(blocks.map((block) => `data_${block.name}`).join(', ') || 'none', 80) });
  }
  const notes: Message[] = [];
  if (withSites.length < blocks.length) {
    const unused = blocks.filter((block) => !withSites.includes(block)).map((block) => `data_${block.name}`);
    notes.push(message('files.noteCifBlocks', { file: source.file, blocks: quoted(unused.join(', '), 120) }));
  }
  const structures = withSites.map((block) => new BlockReader(source, block, notes).structure());
  return { format: 'cif', structures, labels: structures.map(() => null), notes };
}

interface Site {
  readonly label: string;
  readonly offset: number;
  readonly species: Species;
  readonly mass: number | null;
  readonly fractional: readonly [number, number, number];
}

/** Reads one data block; every question to it is a method, so that each refusal knows its place. */
class BlockReader {
  readonly #source: SourceText;
  readonly #block: CifBlock;
  readonly #notes: Message[];
  readonly #known = new Map<string, Species>();

  constructor(source: SourceText, block: CifBlock, notes: Message[]) {
    this.#source = source;
    this.#block = block;
    this.#notes = notes;
  }

  structure(): Structure {
    this.#refuseForeignSymmetry();
    const { cell, angles } = this.#cell();
    const operations = this.#operations(cell, angles);
    const sites = this.#sites();
    const atoms = this.#expand(sites, operations, cell);
    this.#noteComposition(atoms.species);
    const isotopes = sites.filter((site) => site.species.mass !== undefined).length;
    if (isotopes > 0) this.#notes.push(message('files.noteIsotopes', { file: this.#source.file, atoms: isotopes }));
    const structure: Structure = { cell, periodic: [true, true, true], ...atoms, title: this.#title() };
    checkStructure(structure, `${this.#source.place(this.#item('_cell_length_a')?.offset ?? this.#block.offset)} (sites: line ${this.#source.position(sites[0]!.offset).line})`);
    return structure;
  }

  #item(...tags: string[]): CifItem | undefined {
    for (const tag of tags) {
      const item = this.#block.items.get(tag);
      if (item) return item;
    }
    return undefined;
  }

  /** The single value of the first of these tags that has one. */
  #text(...tags: string[]): CifValue | undefined {
    for (const tag of tags) {
      const item = this.#block.items.get(tag);
      if (item && item.count > 0 && !item.value(0).missing) return item.value(0);
    }
    return undefined;
  }

  #number(value: CifValue, expected: string): number {
    // `5.4310(2)`: the standard uncertainty of the last digits.
    const number = value.text.length < 100 ? parseDecimal(value.text.replace(/\(\d+\)$/, '')) : undefined;
    if (number === undefined) this.#source.refuse('files.notANumber', value.offset, { text: quoted(value.text), expected });
    if (!Number.isFinite(number)) this.#source.refuse('files.numberRange', value.offset, { text: quoted(value.text), expected });
    return number;
  }

  #title(): string {
    const name = this.#text('_chemical_name_common', '_chemical_name_mineral', '_chemical_name_systematic')?.text ?? this.#block.name;
    return name.replace(/\s+/g, ' ').trim();
  }

  #refuseForeignSymmetry(): void {
    for (const [tag, item] of this.#block.items) {
      if (/^_(cell_modulation_dimension|space_group_ssg_|atom_site_moment|space_group_magn_|space_group_symop_magn_)/.test(tag)) {
        this.#source.refuse('files.cifForeign', item.offset, { tag: quoted(item.tag, 80) });
      }
    }
  }

  #cell(): { cell: Float64Array; angles: number[] } {
    const parameter = (tag: string, name: string): number => {
      const value = this.#text(tag) ?? this.#source.refuse('files.cifMissing', this.#item(tag)?.offset ?? this.#block.offset, { tag, name });
      return this.#number(value, name);
    };
    const lengths = ['a', 'b', 'c'].map((axis) => parameter(`_cell_length_${axis}`, `the cell length ${axis} in Å`));
    const angles = ['alpha', 'beta', 'gamma'].map((angle) => parameter(`_cell_angle_${angle}`, `the cell angle ${angle} in degrees`));
    const standard = cellFromParameters(lengths[0]!, lengths[1]!, lengths[2]!, angles[0]!, angles[1]!, angles[2]!);
    if (!standard) {
      this.#source.refuse('files.cifCell', this.#item('_cell_length_a')!.offset, { lengths: lengths.join(' '), angles: angles.join(' ') });
    }
    return { cell: this.#orientedCell(standard) ?? standard, angles };
  }

  /**
   * `_atom_sites_Cartn_tran_matrix_*` gives Cartesian from fractional coordinates, and with it how the crystal lies in space; used where it
   * describes the same cell.
   */
  #orientedCell(standard: Float64Array): Float64Array | undefined {
    const first = this.#item('_atom_sites_cartn_tran_matrix_11');
    if (!first) return undefined;
    const matrix = Float64Array.from({ length: 9 }, (_, i) => {
      const tag = `_atom_sites_cartn_tran_matrix_${Math.floor(i / 3) + 1}${(i % 3) + 1}`;
      const value = this.#text(tag) ?? this.#source.refuse('files.cifMissing', first.offset, { tag, name: 'all nine components of the matrix' });
      return this.#number(value, 'a component of the matrix');
    });
    const cell = transpose3(matrix);
    const own = metric(cell);
    const expected = metric(standard);
    const differs = own.some((value, i) => !(Math.abs(value - expected[i]!) < 1e-5 * Math.sqrt(expected[i - (i % 3) + Math.floor(i / 3)]! * expected[4 * (i % 3)]!)));
    if (differs) this.#source.refuse('files.cifMatrix', first.offset);
    return cell;
  }

  #operations(cell: Float64Array, angles: readonly number[]): Operation[] {
    const listed = this.#item('_space_group_symop_operation_xyz', '_symmetry_equiv_pos_as_xyz');
    const number = this.#text('_space_group_it_number', '_symmetry_int_tables_number');
    const symbol = this.#text('_space_group_name_h-m_alt', '_symmetry_space_group_name_h-m', '_space_group_name_h-m_full');
    const hall = this.#text('_space_group_name_hall', '_symmetry_space_group_name_hall');
    const group = number && this.#groupNumber(number);

    if (!listed || listed.count === 0 || listed.value(0).missing) {
      const name = hall ?? symbol ?? number;
      if (!name) this.#source.refuse('files.cifNoSymmetry', listed?.offset ?? this.#block.offset);
      const found = operationsOfName({ ...(group !== undefined && { number: group }), ...(symbol && { symbol: symbol.text }), ...(hall && { hall: hall.text }) }, angles);
      if ('open' in found) {
        this.#source.refuse(found.open === 0 ? 'files.cifGroupUnknown' : 'files.cifGroupOpen', name.offset, { text: quoted(name.text), settings: found.open });
      }
      this.#checkMetric(found.operations, cell, () => name.offset);
      if (found.operations.length > 1) this.#notes.push(this.#source.message('files.noteCifGroup', name.offset, { text: quoted(name.text), operations: found.operations.length }));
      return found.operations;
    }

    if (listed.count > maximumOperations) this.#source.refuse('files.cifManyOperations', listed.offset, { count: listed.count, limit: maximumOperations });
    const all = Array.from({ length: listed.count }, (_, row) => {
      const value = listed.value(row);
      return parseOperation(value.text) ?? this.#source.refuse('files.cifOperation', value.offset, { text: quoted(value.text) });
    });
    const operations = distinctOperations(all);
    const missing = missingProduct(operations);
    if (missing) {
      const rows = missing.map((index) => all.indexOf(operations[index]!));
      this.#source.refuse('files.cifNotAGroup', listed.value(rows[0]!).offset, { first: quoted(listed.value(rows[0]!).text), second: quoted(listed.value(rows[1]!).text) });
    }
    this.#checkMetric(operations, cell, (index) => listed.value(all.indexOf(operations[index]!)).offset);
    if (group !== undefined) {
      const listedOrder = pointGroupOrder(operations);
      // In a primitive cell the point group has as many operations as the space group.
      const order = standardOperations(group).rotations.length / 9;
      if (order !== listedOrder) this.#notes.push(this.#source.message('files.noteCifOperations', number!.offset, { number: group, named: order, listed: listedOrder }));
    }
    return operations;
  }

  #groupNumber(value: CifValue): number {
    const number = this.#number(value, 'the number of a space group');
    if (!Number.isInteger(number) || number < 1 || number > 230) this.#source.refuse('files.cifGroupNumber', value.offset, { text: quoted(value.text) });
    return number;
  }

  /** Symmetry maps the lattice onto itself: Wᵀ G W = G. 0.2 % leaves room for cells given with few digits. */
  #checkMetric(operations: readonly Operation[], cell: Float64Array, offset: (index: number) => number): void {
    const g = metric(cell);
    operations.forEach(({ rotation }, index) => {
      const image = multiply3(multiply3(transpose3(rotation), g), rotation);
      for (let i = 0; i < 9; i++) {
        const scale = Math.sqrt(g[4 * Math.floor(i / 3)]! * g[4 * (i % 3)]!);
        if (!(Math.abs(image[i]! - g[i]!) < 2e-3 * scale)) this.#source.refuse('files.cifSymmetryCell', offset(index), { operation: index + 1 });
      }
    });
  }

  #sites(): Site[] {
    const x = this.#item('_atom_site_fract_x');
    if (!x) this.#source.refuse('files.cifNoFractional', this.#item('_atom_site_cartn_x')?.offset ?? this.#block.offset);
    const y = this.#item('_atom_site_fract_y') ?? this.#source.refuse('files.cifMissing', x.offset, { tag: '_atom_site_fract_y', name: 'the y coordinates' });
    const z = this.#item('_atom_site_fract_z') ?? this.#source.refuse('files.cifMissing', x.offset, { tag: '_atom_site_fract_z', name: 'the z coordinates' });
    const labels = this.#item('_atom_site_label');
    const types = this.#item('_atom_site_type_symbol');
    const named = types ?? labels ?? this.#source.refuse('files.cifMissing', x.offset, { tag: '_atom_site_type_symbol', name: 'the element of each site' });
    const formula = this.#formula();
    // A column from another loop would pair the wrong rows.
    for (const item of [y, z, labels, types]) {
      if (item && item.count !== x.count) this.#source.refuse('files.cifColumns', item.offset, { tag: quoted(item.tag, 80), found: item.count, expected: x.count });
    }
    const column = (tag: string): CifItem | undefined => {
      const item = this.#item(tag);
      return item?.count === x.count ? item : undefined;
    };
    const calculated = column('_atom_site_calc_flag');
    const masses = column('_phonolite_atom_site_mass');
    const occupancies = column('_atom_site_occupancy');
    const hydrogens = column('_atom_site_attached_hydrogens');
    const disorder = ['_atom_site_disorder_group', '_atom_site_disorder_assembly'].map(column);
    let dummies = 0;
    let unknownOccupancies = 0;
    const sites: Site[] = [];
    for (let row = 0; row < x.count; row++) {
      const name = named.value(row);
      const label = quoted((labels ?? named).value(row).text);
      if (calculated && /^dum/i.test(calculated.value(row).text)) {
        dummies++;
        continue;
      }
      for (const item of disorder) {
        const value = item?.value(row);
        if (value && !value.missing && value.text !== '0') this.#source.refuse('files.cifDisorder', value.offset, { label, text: quoted(value.text) });
      }
      const occupancy = occupancies?.value(row);
      if (occupancy?.missing) {
        if (occupancy.text === '?') unknownOccupancies++;
      } else if (occupancy && this.#number(occupancy, `the occupancy of ${label}`) !== 1) {
        this.#source.refuse('files.cifOccupancy', occupancy.offset, { label, text: quoted(occupancy.text) });
      }
      const attached = hydrogens?.value(row);
      if (attached && !attached.missing && attached.text !== '0') this.#source.refuse('files.cifHydrogens', attached.offset, { label, text: quoted(attached.text) });
      const coordinate = (item: CifItem, axis: string): number => {
        const value = item.value(row);
        if (value.missing) this.#source.refuse('files.cifNoCoordinate', value.offset, { label, axis });
        return this.#number(value, `the ${axis} coordinate of ${label}`);
      };
      const mass = masses?.value(row);
      sites.push({
        label, offset: name.offset, species: this.#species(name, types !== undefined, formula),
        mass: mass && !mass.missing ? this.#number(mass, `the mass of ${label}`) : null,
        fractional: [coordinate(x, 'x'), coordinate(y, 'y'), coordinate(z, 'z')],
      });
    }
    if (sites.length === 0) this.#source.refuse('files.cifNoSites', x.offset, { block: quoted(`data_${this.#block.name}`) });
    if (dummies > 0) this.#notes.push(this.#source.message('files.noteCifDummies', calculated!.offset, { sites: dummies }));
    if (unknownOccupancies > 0) this.#notes.push(this.#source.message('files.noteCifOccupancies', occupancies!.offset, { sites: unknownOccupancies }));
    return sites;
  }

  /** `Mg2+`, `O2-`, `SI1` are symbols with charge or number; a label may go on behind the symbol, as in `CA1` for carbon A1. */
  #species(value: CifValue, isType: boolean, formula: ReadonlyMap<string, number> | undefined): Species {
    const known = this.#known.get(value.text);
    if (known) return known;
    const letters = /^[A-Za-z]*/.exec(value.text)![0];
    const two = parseSpecies(letters.slice(0, 2));
    const one = parseSpecies(letters.slice(0, 1));
    let possible: (Species | undefined)[];
    if (isType) possible = /^[A-Za-z]{1,2}[0-9+.-]*$/.test(value.text) ? [two] : [];
    else if (letters.length === 1) possible = [one];
    else if (/^[A-Z][a-z]/.test(letters)) possible = [two ?? one];
    else possible = [two, one];
    const found = possible.filter((species) => species !== undefined);
    // `Ca1` can only be calcium; whether `CA1` is calcium or a carbon atom, the elements of the formula tell.
    const plausible = found.length > 1 && formula ? found.filter((species) => formula.has(species.symbol)) : found;
    if (plausible.length === 1) {
      this.#known.set(value.text, plausible[0]!);
      return plausible[0]!;
    }
    return this.#source.refuse(found.length === 0 ? 'files.notAnElement' : 'files.cifLabel', value.offset, { text: quoted(value.text) });
  }

  /** Elements and numbers of `_chemical_formula_sum`, where it can be read; deuterium counts as hydrogen. */
  #formula(): Map<string, number> | undefined {
    const text = this.#text('_chemical_formula_sum')?.text;
    if (text === undefined || text.length > 1000) return undefined;
    const counts = new Map<string, number>();
    for (const word of text.trim().split(/\s+/)) {
      const match = /^([A-Z][a-z]?)(\d*\.?\d*)$/.exec(word);
      if (!match) return undefined;
      const symbol = match[1] === 'D' ? 'H' : match[1]!;
      if (!isElement(symbol)) return undefined;
      counts.set(symbol, (counts.get(symbol) ?? 0) + (match[2] === '' ? 1 : Number(match[2])));
    }
    return counts;
  }

  /** Says where the atoms are not what the file's own formula and number of formula units say, e.g. without hydrogens. */
  #noteComposition(species: readonly string[]): void {
    const formula = this.#formula();
    if (!formula) return;
    const units = this.#text('_cell_formula_units_z');
    const count = units && parseDecimal(units.text);
    const found = new Map<string, number>();
    for (const symbol of species) found.set(symbol, (found.get(symbol) ?? 0) + 1);
    const [first] = formula;
    const factor = count ?? (found.get(first![0]) ?? 0) / first![1];
    const agrees = formula.size === found.size && [...formula].every(([symbol, number]) => Math.abs((found.get(symbol) ?? 0) - factor * number) < 1e-3 * factor * number);
    if (agrees) return;
    const { reduced, formulaUnits } = formulaOf({ species });
    const value = this.#text('_chemical_formula_sum')!;
    this.#notes.push(this.#source.message('files.noteCifFormula', value.offset, {
      formula: quoted(value.text) + (count === undefined ? '' : `, Z = ${count}`), found: `${reduced}, Z = ${formulaUnits}`,
    }));
  }

  #expand(sites: readonly Site[], operations: readonly Operation[], cell: Float64Array): Pick<Structure, 'species' | 'positions' | 'masses'> {
    const orbits = new Orbits(operations, metric(cell));
    const fractional: number[] = [];
    const owners: number[] = [];
    let moved = 0;
    let farthest = 0;
    sites.forEach((site, index) => {
      const { images, shift } = orbits.of(site.fractional) ?? this.#source.refuse('files.cifSpecialPosition', site.offset, { label: site.label, tolerance: specialPositionTolerance });
      if (owners.length + images.length / 3 > structureLimits.atoms) {
        this.#source.refuse('structure.tooMany', site.offset, { count: sites.length * operations.length, limit: structureLimits.atoms });
      }
      for (let i = 0; i < images.length; i++) {
        fractional.push(images[i]!);
        if (i % 3 === 0) owners.push(index);
      }
      if (shift > 1e-6) moved++;
      farthest = Math.max(farthest, shift);
    });
    if (moved > 0) {
      this.#notes.push(message('files.noteCifSpecial', { file: this.#source.file, sites: moved, distance: farthest, tolerance: specialPositionTolerance }));
    }

    const all = cartesianPositions(fractional, cell);
    const repeated = operations.length > 1 ? this.#repeatedSites(sites, owners, all, cell) : new Set<number>();
    const kept = owners.map((_, atom) => atom).filter((atom) => !repeated.has(owners[atom]!));
    const positions = new Float64Array(3 * kept.length);
    kept.forEach((atom, i) => positions.set(all.subarray(3 * atom, 3 * atom + 3), 3 * i));
    const siteOf = (atom: number): Site => sites[owners[atom]!]!;
    const hasMasses = sites.some((site) => site.mass !== null || site.species.mass !== undefined);
    return {
      species: kept.map((atom) => siteOf(atom).species.symbol), positions,
      ...(hasMasses && { masses: Float64Array.from(kept, (atom) => siteOf(atom).mass ?? siteOf(atom).species.mass ?? atomicMass(siteOf(atom).species.symbol)) }),
    };
  }

  /**
   * A site that lies on an image of an earlier one: the same element means that the file lists atoms which the symmetry makes anyway
   * (left out, and said), another element a mixed occupation.
   */
  #repeatedSites(sites: readonly Site[], owners: readonly number[], positions: Float64Array, cell: Float64Array): Set<number> {
    const points = new PointIndex(cell, [true, true, true], specialPositionTolerance, owners.length);
    const added: number[] = [];
    const repeated = new Set<number>();
    for (let atom = 0; atom < owners.length; atom++) {
      const site = owners[atom]!;
      // Its first image tells for the whole orbit.
      const isFirst = atom === 0 || owners[atom - 1] !== site;
      const x = positions[3 * atom]!, y = positions[3 * atom + 1]!, z = positions[3 * atom + 2]!;
      const near = isFirst ? points.find(x, y, z) : null;
      if (near) {
        const [a, b] = [sites[added[near.index]!]!, sites[site]!];
        if (a.species.symbol !== b.species.symbol || a.species.mass !== b.species.mass) {
          this.#source.refuse('files.cifShared', b.offset, { first: a.label, second: b.label });
        }
        repeated.add(site);
      } else if (!repeated.has(site)) {
        points.add(x, y, z);
        added.push(site);
      }
    }
    if (repeated.size > 0) {
      const one = sites[repeated.values().next().value!]!;
      this.#notes.push(this.#source.message('files.noteCifRepeated', one.offset, { sites: repeated.size, label: one.label }));
    }
    return repeated;
  }
}

/** G = H Hᵀ: dot products of the lattice vectors, Å². */
function metric(cell: Float64Array): Float64Array {
  return multiply3(cell, transpose3(cell));
}
