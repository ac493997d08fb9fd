/**
 * `input.data`: structures with reference energies, forces and charges, between `begin` and `end`. The format names no
 * units; they are those of the potential that belongs to it.
 */
import { message, refuse } from '../../contracts/messages.ts';
import type { Message } from '../../contracts/quantity.ts';
import type { Structure } from '../../contracts/structure.ts';
import { isElement } from '../../crystal/elements.ts';
import { checkStructure, structureLimits } from '../../crystal/structure.ts';
import { angstromPer, electronvoltPer, type FileUnits } from '../../units/file-units.ts';
import { boxAround, margin } from '../box.ts';
import { firstWord, LineReader } from '../line-reader.ts';
import { placeOfStructure, type SourceText } from '../source-text.ts';
import type { StructureFile, StructureLabels } from '../structure-file.ts';
import { decimals, oneLine } from '../text-form.ts';
import { inferLengthUnit, unitNames } from './units.ts';

/** One structure as the file has it, in the file's units. */
export interface RawStructure {
  /** Offsets of `begin` and of the first atom. */
  readonly begin: number;
  readonly firstAtom: number;
  /** 9; null for a molecule. */
  readonly lattice: Float64Array | null;
  readonly species: readonly string[];
  readonly positions: Float64Array;
  readonly forces: Float64Array;
  readonly charges: Float64Array;
  readonly energy: number | null;
  readonly totalCharge: number | null;
  readonly comment: string | null;
  /** `train` or `test`, where the structure is assigned. */
  readonly set: string | null;
  /** Atoms whose seventh value is not zero. */
  readonly unused: number;
}

/** Whether the text begins like such data. */
export function recogniseData(source: SourceText): boolean {
  return firstWord(source) === 'begin';
}

const atomForm = 'atom x y z element charge unused fx fy fz';

/** `wholeOnly`: stops before a structure that the text does not finish (the head of a large file). */
export function readRawData(source: SourceText, wholeOnly = false): RawStructure[] {
  const reader = new LineReader(source);
  const structures: RawStructure[] = [];
  while (reader.next()) {
    if (reader.count === 0 || reader.word(0).startsWith('#')) continue;
    if (reader.word(0) !== 'begin') reader.refuse('data.outside', 0);
    const structure = readOne(reader);
    if (structure) structures.push(structure);
    else if (!wholeOnly) source.refuse('files.truncated', source.text.length, { expected: '"end" of the last structure' });
  }
  if (structures.length === 0) refuse('structure.empty', { place: source.file });
  return structures;
}

/** From `begin` to `end`; null where the text ends before. */
function readOne(reader: LineReader): RawStructure | null {
  const begin = reader.offset(0);
  const set = /^set=(train|test)$/.exec(reader.word(1))?.[1] ?? (reader.count > 1 ? reader.refuse('n2p2.value', 1, { expected: 'set=train or set=test' }) : null);
  const lattice: number[] = [], positions: number[] = [], forces: number[] = [], charges: number[] = [], species: string[] = [];
  let energy: number | null = null, totalCharge: number | null = null, comment: string | null = null, firstAtom = -1, unused = 0, chargeOffset = begin;
  const words = (expected: number, form: string): void => {
    if (reader.count - 1 !== expected) reader.refuse('data.words', Math.min(reader.count, expected + 1), { found: reader.count - 1, expected, form });
  };
  while (reader.next()) {
    switch (reader.word(0)) {
      case '': break;
      case 'comment':
        comment = oneLine(reader.line.trim().slice('comment'.length));
        break;
      case 'lattice':
        words(3, 'lattice x y z');
        for (let x = 1; x <= 3; x++) lattice.push(reader.number(x, `component ${x} of a lattice vector`));
        break;
      case 'atom': {
        words(9, atomForm);
        if (firstAtom < 0) firstAtom = reader.offset(0);
        if (species.length === structureLimits.atoms) reader.refuse('structure.tooMany', 0, { count: species.length + 1, limit: structureLimits.atoms });
        for (let x = 1; x <= 3; x++) positions.push(reader.number(x, `coordinate ${x} of atom ${species.length + 1}`));
        if (!isElement(reader.word(4))) reader.refuse('files.notAnElement', 4);
        charges.push(reader.number(5, `the charge of atom ${species.length + 1}`));
        if (reader.number(6, `the sixth number of atom ${species.length + 1}`) !== 0) unused++;
        for (let x = 7; x <= 9; x++) forces.push(reader.number(x, `a force on atom ${species.length + 1}`));
        species.push(reader.word(4));
        break;
      }
      case 'energy':
        words(1, 'energy E');
        if (energy !== null) reader.refuse('data.twice', 0);
        energy = reader.number(1, 'the energy');
        break;
      case 'charge':
        words(1, 'charge Q');
        if (totalCharge !== null) reader.refuse('data.twice', 0);
        totalCharge = reader.number(1, 'the total charge');
        chargeOffset = reader.offset(1);
        break;
      case 'end':
        if (lattice.length !== 0 && lattice.length !== 9) reader.source.refuse('data.lattices', begin, { found: lattice.length / 3 });
        if (species.length === 0) reader.source.refuse('structure.empty', begin);
        if (lattice.length > 0 && totalCharge !== null && totalCharge !== 0) reader.source.refuse('data.charge', chargeOffset, { value: totalCharge });
        return {
          begin, firstAtom, lattice: lattice.length > 0 ? Float64Array.from(lattice) : null, species, positions: Float64Array.from(positions),
          forces: Float64Array.from(forces), charges: Float64Array.from(charges), energy, totalCharge, comment, set, unused,
        };
      default:
        reader.refuse('data.keyword', 0);
    }
  }
  return null;
}

/** Å, eV and e from the file's units. */
function convert(raw: RawStructure, units: FileUnits): { structure: Structure; labels: StructureLabels } {
  const length = angstromPer[units.length], energy = electronvoltPer[units.energy];
  const positions = raw.positions.map((x) => x * length);
  const info = new Map<string, string>();
  if (raw.set !== null) info.set('set', raw.set);
  return {
    structure: {
      cell: raw.lattice?.map((x) => x * length) ?? boxAround(positions),
      periodic: raw.lattice ? [true, true, true] : [false, false, false],
      species: raw.species,
      positions,
      ...(raw.totalCharge && { totalCharge: raw.totalCharge }),
      ...(raw.comment !== null && raw.comment !== '' && { title: raw.comment }),
    },
    labels: {
      ...(raw.energy !== null && { energy: raw.energy * energy }),
      forces: raw.forces.map((f) => (f * energy) / length),
      charges: raw.charges,
      ...(info.size > 0 && { info }),
    },
  };
}

/** Every structure with its labels. Without `units` the length is told from the distances and the energy follows by custom, which a note says. */
export function readData(source: SourceText, units?: FileUnits): StructureFile {
  const raw = readRawData(source);
  const notes: Message[] = [];
  let used = units;
  if (!used) {
    const inferred = inferLengthUnit(raw) ?? refuse('data.units', { file: source.file });
    used = { length: inferred.unit, energy: inferred.unit === 'bohr' ? 'hartree' : 'ev' };
    notes.push(message('data.noteUnits', { file: source.file, length: unitNames[used.length], energy: unitNames[used.energy], reason: inferred.reason }));
  }
  const converted = raw.map((each) => convert(each, used));
  converted.forEach(({ structure }, k) => checkStructure(structure, placeOfStructure(source, raw[k]!.begin, raw[k]!.firstAtom)));
  const unused = raw.reduce((sum, each) => sum + each.unused, 0);
  if (unused > 0) notes.push(message('data.noteColumn', { file: source.file, atoms: unused }));
  const boxed = raw.filter(({ lattice }) => lattice === null).length;
  if (boxed > 0) notes.push(message('files.noteXyzBox', { file: source.file, structures: boxed, margin }));
  return { format: 'n2p2', structures: converted.map(({ structure }) => structure), labels: converted.map(({ labels }) => labels), notes };
}

/** Structures with their labels in the given units; what is not labelled is written as 0, as the format wants. Masses and partly periodic cells are refused. */
export function writeData(frames: readonly { readonly structure: Structure; readonly labels?: StructureLabels | null }[], units: FileUnits): string {
  const length = angstromPer[units.length], energy = electronvoltPer[units.energy];
  return frames.map(({ structure, labels }) => {
    const { cell, periodic, species, positions, masses, totalCharge, title } = structure;
    if (masses) refuse('files.writeLossy', { format: 'n2p2', what: 'atomic masses', other: 'extended XYZ' });
    if (periodic.includes(true) && periodic.includes(false)) refuse('files.writeLossy', { format: 'n2p2', what: 'a cell that is periodic along some vectors only', other: 'extended XYZ' });
    const set = labels?.info?.get('set');
    const lines = [
      `begin${set === undefined ? '' : ` set=${set}`}`,
      ...(title !== undefined ? [`comment ${oneLine(title)}`] : []),
      ...(periodic[0] ? [0, 3, 6].map((row) => `lattice ${decimals(cell.subarray(row, row + 3).map((x) => x / length))}`) : []),
      ...species.map((symbol, i) => {
        const forces = labels?.forces?.subarray(3 * i, 3 * i + 3).map((f) => (f * length) / energy) ?? [0, 0, 0];
        return `atom ${decimals(positions.subarray(3 * i, 3 * i + 3).map((x) => x / length))} ${symbol} ${decimals([labels?.charges?.[i] ?? 0])} 0 ${decimals(forces)}`;
      }),
      `energy ${decimals([(labels?.energy ?? 0) / energy])}`,
      `charge ${decimals([totalCharge ?? 0])}`,
      'end',
    ];
    return `${lines.join('\n')}\n`;
  }).join('');
}
