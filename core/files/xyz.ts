import { message, refuse } from '../contracts/messages.ts';
import type { Message } from '../contracts/quantity.ts';
import type { Structure } from '../contracts/structure.ts';
import { cellVolume, checkStructure, structureLimits } from '../crystal/structure.ts';
import { stressTensor, stressVoigt } from '../math/voigt.ts';
import { boxAround, margin } from './box.ts';
import { keyValues, quotedValue } from './key-values.ts';
import type { KeyValue } from './key-values.ts';
import { isInteger, LineReader, parseDecimal } from './line-reader.ts';
import { parseAtomicNumber, parseSpecies, SpeciesList } from './species.ts';
import { placeOfStructure, quoted } from './source-text.ts';
import type { SourceText } from './source-text.ts';
import type { StructureFile, StructureLabels } from './structure-file.ts';
import { decimals, oneLine } from './text-form.ts';

/** What a column of an atom's line means to us. `unused`: named by the file, not used here. */
type ColumnUse = 'species' | 'atomic-number' | 'position' | 'force' | 'charge' | 'mass' | 'unused';

interface Column {
  readonly use: ColumnUse;
  readonly name: string;
  /** Words it takes. */
  readonly width: number;
}

/** Names of columns in the dialects of ASE, QUIP, OVITO and GPUMD, in lower case; with the only type and width they can have. */
const columnUses: ReadonlyMap<string, readonly [use: ColumnUse, type: string, width: number]> = new Map([
  ['species', ['species', 'S', 1]],
  ['element', ['species', 'S', 1]],
  ['z', ['atomic-number', 'I', 1]],
  ['numbers', ['atomic-number', 'I', 1]],
  ['pos', ['position', 'R', 3]],
  ['positions', ['position', 'R', 3]],
  ['forces', ['force', 'R', 3]],
  ['force', ['force', 'R', 3]],
  ['charge', ['charge', 'R', 1]],
  ['charges', ['charge', 'R', 1]],
  ['masses', ['mass', 'R', 1]],
  ['mass', ['mass', 'R', 1]],
] as const);

/** Notes of a whole file: every unused name once, however many frames have it. */
interface Findings {
  readonly columns: Set<string>;
  readonly keys: Set<string>;
  extraWords: number;
  isotopes: number;
  boxed: number;
}

/**
 * XYZ and extended XYZ (libAtoms, "Extended XYZ specification"), any number of frames. A comment line with `Lattice=` or
 * `Properties=` makes a frame an extended one; in a plain frame the comment is the title. A frame without lattice gets a
 * box around its atoms and no periodicity.
 */
export function readXyz(source: SourceText): StructureFile {
  const reader = new LineReader(source);
  const structures: Structure[] = [];
  const labels: (StructureLabels | null)[] = [];
  const findings: Findings = { columns: new Set(), keys: new Set(), extraWords: 0, isotopes: 0, boxed: 0 };
  let extended = false;

  while (reader.next()) {
    if (reader.count === 0 && structures.length > 0) continue;
    const atoms = readCount(reader);
    reader.require('the comment line');
    const comment = reader.lineStart;
    const firstAtom = reader.lineEnd + 1;
    if (isExtended(reader.line)) {
      extended = true;
      const frame = readExtendedFrame(reader, atoms, findings);
      structures.push(frame.structure);
      labels.push(frame.labels);
    } else {
      structures.push(readPlainFrame(reader, atoms, findings));
      labels.push(null);
    }
    checkStructure(structures.at(-1)!, placeOfStructure(source, comment, firstAtom));
  }

  const file = source.file;
  const notes: Message[] = [];
  const list = (names: Set<string>): string => quoted([...names].join(', '), 200);
  if (findings.keys.size > 0) notes.push(message('files.noteXyzKeys', { file, names: list(findings.keys) }));
  if (findings.columns.size > 0) notes.push(message('files.noteXyzColumns', { file, names: list(findings.columns) }));
  if (findings.extraWords > 0) notes.push(message('files.noteXyzExtra', { file, atoms: findings.extraWords }));
  if (findings.boxed > 0) notes.push(message('files.noteXyzBox', { file, structures: findings.boxed, margin }));
  if (findings.isotopes > 0) notes.push(message('files.noteIsotopes', { file, atoms: findings.isotopes }));
  return { format: extended ? 'extxyz' : 'xyz', structures, labels, notes };
}

export function isExtended(comment: string): boolean {
  return /(^|\s)(lattice|properties)\s*=/i.test(comment);
}

function readCount(reader: LineReader): number {
  const expected = 'the number of atoms';
  if (reader.count !== 1 || !isInteger(reader.word(0))) reader.refuse('files.notACount', 0, { expected });
  const atoms = Number(reader.word(0));
  if (atoms < 1) reader.refuse('files.notACount', 0, { expected });
  if (atoms > structureLimits.atoms) reader.refuse('structure.tooMany', 0, { count: atoms, limit: structureLimits.atoms });
  return atoms;
}

/** Numbers of a frame are known only when its lines are read: arrays grow with them, so that a false count costs nothing. */
function readPlainFrame(reader: LineReader, atoms: number, findings: Findings): Structure {
  const title = reader.line.trim();
  const species = new SpeciesList();
  const positions: number[] = [];
  for (let i = 0; i < atoms; i++) {
    reader.require(`atom ${i + 1} of ${atoms}`);
    const word = reader.word(0);
    species.add(parseSpecies(word) ?? parseAtomicNumber(word) ?? reader.refuse('files.notAnElement', 0));
    for (let x = 1; x <= 3; x++) positions.push(reader.number(x, `coordinate ${x} of atom ${i + 1}`));
    if (reader.count > 4) findings.extraWords++;
  }
  findings.boxed++;
  findings.isotopes += species.isotopes;
  return {
    cell: boxAround(positions), periodic: [false, false, false], species: species.symbols, positions: Float64Array.from(positions),
    ...species.masses(), ...(title !== '' && { title }),
  };
}

function readExtendedFrame(reader: LineReader, atoms: number, findings: Findings): { structure: Structure; labels: StructureLabels | null } {
  const { source } = reader;
  const comment = reader.lineStart;
  const entries = keyValues(source, reader.lineStart, reader.lineEnd);
  const take = (...names: string[]): KeyValue | undefined => {
    for (const name of names) {
      const entry = entries.get(name);
      entries.delete(name);
      if (entry) return entry;
    }
    return undefined;
  };

  const lattice = take('lattice');
  const cell = lattice && readLattice(source, lattice);
  const periodic = readPeriodicity(source, take('pbc'), lattice, comment);
  const properties = take('properties');
  const columns = properties ? readProperties(source, properties) : plainColumns;
  const energy = take('energy');
  const stress = take('stress');
  const virial = take('virial');
  const title = take('title');
  const charge = take('total_charge', 'charge');
  const totalCharge = charge ? numberOf(source, charge) : 0;
  const labelled: { -readonly [K in keyof StructureLabels]: StructureLabels[K] } = {};
  if (energy) labelled.energy = numberOf(source, energy);
  if (cell && (stress ?? virial)) {
    const volume = cellVolume(cell);
    labelled.stress = stress ? readTensor(source, stress) : readTensor(source, virial!).map((value) => -value / volume);
    // Where a file gives both, the virial says the same again.
  } else if (stress ?? virial) {
    source.refuse('files.xyzStressWithoutCell', (stress ?? virial)!.offset, { key: (stress ?? virial)!.key });
  }
  if (entries.size > 0) {
    labelled.info = new Map(Array.from(entries.values(), (entry) => [entry.key, entry.value]));
    for (const entry of entries.values()) findings.keys.add(entry.key);
  }

  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const species = new SpeciesList();
  const numbers: Record<'position' | 'force' | 'charge' | 'mass', number[]> = { position: [], force: [], charge: [], mass: [] };
  for (let i = 0; i < atoms; i++) {
    reader.require(`atom ${i + 1} of ${atoms}`);
    if (reader.count !== width) reader.refuse('files.xyzColumns', Math.min(reader.count, width), { atom: i + 1, found: reader.count, expected: width });
    let word = 0;
    for (const { use, name, width: words } of columns) {
      if (use === 'species') species.add(parseSpecies(reader.word(word)) ?? reader.refuse('files.notAnElement', word));
      else if (use === 'atomic-number') species.add(parseAtomicNumber(reader.word(word)) ?? reader.refuse('files.notAnElement', word));
      else if (use !== 'unused') for (let w = 0; w < words; w++) numbers[use].push(reader.number(word + w, `${name} of atom ${i + 1}`));
      word += words;
    }
    if (numbers.mass.length > 0 && !(numbers.mass[i]! > 0)) reader.refuse('files.xyzMass', massWord(columns));
  }
  for (const column of columns) if (column.use === 'unused') findings.columns.add(column.name);
  if (numbers.force.length > 0) labelled.forces = Float64Array.from(numbers.force);
  if (numbers.charge.length > 0) labelled.charges = Float64Array.from(numbers.charge);
  findings.isotopes += species.isotopes;
  if (!cell) findings.boxed++;
  return {
    structure: {
      cell: cell ?? boxAround(numbers.position), periodic, species: species.symbols, positions: Float64Array.from(numbers.position),
      ...(numbers.mass.length > 0 ? { masses: Float64Array.from(numbers.mass) } : species.masses()),
      ...(totalCharge !== 0 && { totalCharge }),
      ...(title && title.value !== '' && { title: title.value }),
    },
    labels: Object.keys(labelled).length > 0 ? labelled : null,
  };
}

const plainColumns: readonly Column[] = [{ use: 'species', name: 'species', width: 1 }, { use: 'position', name: 'pos', width: 3 }];

function massWord(columns: readonly Column[]): number {
  let word = 0;
  for (const column of columns) {
    if (column.use === 'mass') break;
    word += column.width;
  }
  return word;
}

/** `species:S:1:pos:R:3:…`; each column of use at most once, and one of each that is needed. */
function readProperties(source: SourceText, entry: KeyValue): Column[] {
  const fields = entry.value.split(':');
  const bad = (reason: string): never => source.refuse('files.xyzProperties', entry.offset, { text: quoted(entry.value, 80), reason });
  if (fields.length % 3 !== 0) bad('it is not a list of name:type:number');
  const columns: Column[] = [];
  for (let i = 0; i < fields.length; i += 3) {
    const name = fields[i]!;
    const type = fields[i + 1]!.toUpperCase();
    const width = isInteger(fields[i + 2]!) ? Number(fields[i + 2]) : 0;
    if (!/^[SRIL]$/.test(type) || width < 1 || width > 1000) bad(`"${quoted(`${name}:${fields[i + 1]!}:${fields[i + 2]!}`)}" is not a name, a type S, R, I or L, and a number of columns`);
    const known = columnUses.get(name.toLowerCase());
    if (!known) {
      columns.push({ use: 'unused', name, width });
      continue;
    }
    const [use, requiredType, requiredWidth] = known;
    if (type !== requiredType || width !== requiredWidth) bad(`${quoted(name)} must be ${name}:${requiredType}:${requiredWidth}`);
    // Files with both symbols and atomic numbers say the same twice; the symbols are taken.
    columns.push({ use, name, width });
  }
  const count = (use: ColumnUse): number => columns.filter((column) => column.use === use).length;
  if (count('position') !== 1) bad('it needs pos:R:3 once');
  if (count('species') > 1 || count('species') + count('atomic-number') === 0) bad('it needs species:S:1 or Z:I:1 once');
  for (const use of ['force', 'charge', 'mass', 'atomic-number'] as const) if (count(use) > 1) bad(`it names the ${use} twice`);
  return count('species') === 1 ? columns.map((column) => (column.use === 'atomic-number' ? { ...column, use: 'unused' } : column)) : columns;
}

/** Numbers of a value such as `1 2 3`, `[1, 2, 3]` or `[[1, 2], [3, 4]]`. */
function numbersOf(source: SourceText, entry: KeyValue): number[] {
  return entry.value.split(/[\s,[\]{}]+/).filter((word) => word !== '').map((word) => {
    const value = parseDecimal(word);
    if (value === undefined) source.refuse('files.notANumber', entry.offset, { text: quoted(word), expected: `a component of ${entry.key}` });
    if (!Number.isFinite(value)) source.refuse('files.numberRange', entry.offset, { text: quoted(word), expected: `a component of ${entry.key}` });
    return value;
  });
}

function numberOf(source: SourceText, entry: KeyValue): number {
  const numbers = numbersOf(source, entry);
  if (numbers.length !== 1) source.refuse('files.xyzVector', entry.offset, { key: entry.key, found: numbers.length, expected: '1 number' });
  return numbers[0]!;
}

function readLattice(source: SourceText, entry: KeyValue): Float64Array {
  const numbers = numbersOf(source, entry);
  if (numbers.length !== 9) source.refuse('files.xyzVector', entry.offset, { key: entry.key, found: numbers.length, expected: '9 numbers, one lattice vector after the other' });
  const cell = Float64Array.from(numbers);
  const volume = cellVolume(cell);
  if (!(volume > 0)) source.refuse('structure.cellFlat', entry.offset, { volume });
  return cell;
}

/** 9 numbers of a tensor or 6 in Voigt order, as 6. */
function readTensor(source: SourceText, entry: KeyValue): Float64Array {
  const numbers = numbersOf(source, entry);
  if (numbers.length === 9) return stressVoigt(numbers);
  if (numbers.length !== 6) source.refuse('files.xyzVector', entry.offset, { key: entry.key, found: numbers.length, expected: '9 numbers, or 6 in the order xx yy zz yz xz xy' });
  return Float64Array.from(numbers);
}

/** Without `pbc` a frame with a lattice is periodic and one without is not, as the specification says. */
function readPeriodicity(source: SourceText, entry: KeyValue | undefined, lattice: KeyValue | undefined, comment: number): [boolean, boolean, boolean] {
  const flags = entry
    ? entry.value.split(/[\s,[\]{}]+/).filter((word) => word !== '').map((word) => {
        const flag = /^(?:(t|true|1)|f|false|0)$/i.exec(word);
        return flag ? flag[1] !== undefined : source.refuse('files.xyzPbc', entry.offset, { text: quoted(entry.value) });
      })
    : [lattice, lattice, lattice].map((value) => value !== undefined);
  if (flags.length !== 3) source.refuse('files.xyzPbc', entry?.offset ?? comment, { text: quoted(entry?.value ?? '') });
  if (!lattice && flags.includes(true)) source.refuse('files.xyzNoLattice', entry?.offset ?? comment);
  return [flags[0]!, flags[1]!, flags[2]!];
}

/** Writes one extended frame per structure, every number so that it is read back exactly. */
export function writeExtendedXyz(frames: readonly { readonly structure: Structure; readonly labels?: StructureLabels | null }[]): string {
  const lines: string[] = [];
  for (const { structure, labels } of frames) {
    const { cell, periodic, species, positions, masses, totalCharge, title } = structure;
    const properties = [
      'species:S:1:pos:R:3', ...(masses ? ['masses:R:1'] : []), ...(labels?.forces ? ['forces:R:3'] : []), ...(labels?.charges ? ['charges:R:1'] : []),
      ...Array.from(labels?.columns ?? [], ([name, values]) => `${name}:${values instanceof Int32Array ? 'I' : 'R'}:1`),
    ];
    const keys = [
      `Lattice="${decimals(cell)}"`, `Properties=${properties.join(':')}`, `pbc="${periodic.map((flag) => (flag ? 'T' : 'F')).join(' ')}"`,
      ...(title !== undefined ? [`title=${quotedValue(oneLine(title))}`] : []),
      ...(totalCharge !== undefined ? [`total_charge=${decimals([totalCharge])}`] : []),
      ...(labels?.energy !== undefined ? [`energy=${decimals([labels.energy])}`] : []),
      ...(labels?.stress ? [`stress="${decimals(stressTensor(labels.stress))}"`] : []),
      ...Array.from(labels?.info ?? [], ([key, value]) => `${quotedValue(key)}=${quotedValue(value)}`),
    ];
    lines.push(String(species.length), keys.join(' '));
    species.forEach((symbol, i) => {
      const values = [...positions.subarray(3 * i, 3 * i + 3)];
      if (masses) values.push(masses[i]!);
      if (labels?.forces) values.push(...labels.forces.subarray(3 * i, 3 * i + 3));
      if (labels?.charges) values.push(labels.charges[i]!);
      for (const column of labels?.columns?.values() ?? []) values.push(column[i]!);
      lines.push(`${symbol} ${decimals(values)}`);
    });
  }
  return `${lines.join('\n')}\n`;
}

/** Writes plain XYZ, which has neither cell nor masses: structures with either are refused. */
export function writeXyz(structures: readonly Structure[]): string {
  const lines: string[] = [];
  for (const { periodic, species, positions, masses, totalCharge, title } of structures) {
    if (periodic.includes(true)) refuse('files.writeLossy', { format: 'XYZ', what: 'periodic cells', other: 'extended XYZ, CIF or POSCAR' });
    if (masses) refuse('files.writeLossy', { format: 'XYZ', what: 'atomic masses', other: 'extended XYZ' });
    if (totalCharge !== undefined) refuse('files.writeLossy', { format: 'XYZ', what: 'a total charge', other: 'extended XYZ' });
    const comment = oneLine(title ?? '');
    if (isExtended(comment)) refuse('files.writeTitle', { title: quoted(comment) });
    lines.push(String(species.length), comment);
    species.forEach((symbol, i) => lines.push(`${symbol} ${decimals(positions.subarray(3 * i, 3 * i + 3))}`));
  }
  return `${lines.join('\n')}\n`;
}
