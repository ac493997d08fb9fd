import { message, refuse } from '../contracts/messages.ts';
import type { Message } from '../contracts/quantity.ts';
import type { Structure } from '../contracts/structure.ts';
import { cartesianPositions, cellVolume, checkStructure, structureLimits } from '../crystal/structure.ts';
import { isInteger, LineReader, parseDecimal } from './line-reader.ts';
import { SpeciesList, parseSpecies } from './species.ts';
import type { Species } from './species.ts';
import { placeOfStructure, quoted } from './source-text.ts';
import type { SourceText } from './source-text.ts';
import { decimals, oneLine } from './text-form.ts';
import type { StructureFile } from './structure-file.ts';

/**
 * POSCAR and CONTCAR of VASP 4 and 5 (VASP manual, "POSCAR"): title, scale, three lattice vectors, [species], counts,
 * [Selective dynamics], Direct or Cartesian, positions. One structure per file.
 */
export function readPoscar(source: SourceText): StructureFile {
  const reader = new LineReader(source);
  const notes: Message[] = [];

  reader.require('the title');
  const title = reader.line.trim();
  const titleOffset = reader.lineStart;

  reader.require('the scaling factor');
  const scaleOffset = reader.offset(0);
  const scale = readScale(reader);

  const cell = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    reader.require(`lattice vector ${i + 1}`);
    for (let x = 0; x < 3; x++) cell[3 * i + x] = reader.number(x, `component ${x + 1} of lattice vector ${i + 1}`);
    if (parseDecimal(reader.word(3)) !== undefined) reader.refuse('files.poscarVector', 3);
  }
  const volume = cellVolume(cell);
  if (!(volume > 0)) source.refuse('structure.cellFlat', scaleOffset, { volume });
  const factors = scale.length === 3 ? scale : scale[0]! > 0 ? [scale[0]!, scale[0]!, scale[0]!] : [0, 0, 0].fill(Math.cbrt(-scale[0]! / volume));
  const scaled = cell.map((value, i) => value * factors[i % 3]!);

  const kinds = readKinds(reader, notes, title, titleOffset);
  const counts = readCounts(reader, kinds);
  const atoms = counts.reduce((sum, count) => sum + count, 0);

  reader.require('"Direct" or "Cartesian"');
  const selective = /^s/i.test(reader.word(0));
  if (selective) reader.require('"Direct" or "Cartesian"');
  const mode = reader.word(0);
  if (!/^[cdk]/i.test(mode)) reader.refuse('files.poscarMode', 0);
  const cartesian = /^[ck]/i.test(mode);

  const species = new SpeciesList();
  const given: number[] = [];
  let fixed = 0;
  const firstAtom = reader.lineEnd + 1;
  counts.forEach((count, k) => {
    for (let i = 0; i < count; i++) {
      reader.require(`the position of atom ${species.count + 1} of ${atoms}`);
      for (let x = 0; x < 3; x++) given.push(reader.number(x, `coordinate ${x + 1} of atom ${species.count + 1}`));
      if (selective && readFlags(reader)) fixed++;
      const kind = kinds[k]!;
      // Some programs repeat the symbol behind the position: a disagreement means that the atoms are out of order.
      const last = selective ? 6 : 3;
      const label = reader.count === last + 1 ? parseSpecies(reader.word(last)) : undefined;
      if (label && label.symbol !== kind.symbol) reader.refuse('files.poscarLabel', last, { counted: kind.symbol, atom: species.count + 1 });
      species.add(kind);
    }
  });
  const positions = cartesian ? Float64Array.from(given, (value, i) => value * factors[i % 3]!) : cartesianPositions(given, scaled);

  if (selective) notes.push(message('files.noteSelective', { file: source.file, fixed, atoms }));
  readRest(reader, notes, atoms);
  if (species.isotopes > 0) notes.push(message('files.noteIsotopes', { file: source.file, atoms: species.isotopes }));

  const structure: Structure = {
    cell: scaled, periodic: [true, true, true], species: species.symbols, positions, ...species.masses(), ...(title !== '' && { title }),
  };
  checkStructure(structure, placeOfStructure(source, scaleOffset, firstAtom));
  return { format: 'poscar', structures: [structure], labels: [null], notes };
}

/** One factor (negative: the volume of the cell), or one for each Cartesian axis. */
function readScale(reader: LineReader): number[] {
  const scale = [reader.number(0, 'the scaling factor')];
  while (scale.length < 4 && parseDecimal(reader.word(scale.length)) !== undefined) scale.push(reader.number(scale.length, 'a scaling factor'));
  if (scale.length !== 1 && scale.length !== 3) reader.refuse('files.poscarScaleCount', 0, { count: scale.length });
  const bad = scale.findIndex((factor) => factor === 0 || (scale.length === 3 && factor < 0));
  if (bad !== -1) reader.refuse('files.poscarScale', bad);
  return scale;
}

/** Words of the current line before a comment. */
function wordsBeforeComment(reader: LineReader): string[] {
  const words: string[] = [];
  for (let i = 0; i < reader.count && !/^[!#]/.test(reader.word(i)); i++) words.push(reader.word(i));
  return words;
}

/** `Mg`, `Mg_pv`, `O/9d8c…`: VASP adds the name and the hash of the pseudopotential to the symbol. */
function withoutPseudopotential(word: string): string {
  return word.replace(/[_/].*$/, '');
}

/** Leaves the reader on the line of the counts. */
function readKinds(reader: LineReader, notes: Message[], title: string, titleOffset: number): Species[] {
  reader.require('the species or their counts');
  if (!/^[+-]?\d/.test(reader.word(0))) {
    const words = wordsBeforeComment(reader);
    if (words.length === 0) reader.refuse('files.missingValue', 0, { expected: 'the species' });
    const kinds = words.map((word, i) => parseSpecies(withoutPseudopotential(word)) ?? reader.refuse('files.notAnElement', i));
    reader.require('the number of atoms of each species');
    return kinds;
  }
  // VASP 4 has no line of species; programs of that time put them into the title.
  const kinds = title.split(/\s+/).map((word) => parseSpecies(withoutPseudopotential(word)));
  const known = kinds.filter((kind) => kind !== undefined);
  if (known.length !== kinds.length || known.length !== countWords(reader)) {
    reader.refuse('files.poscarSpeciesMissing', 0, { title: quoted(title), kinds: countWords(reader) });
  }
  notes.push(reader.source.message('files.noteSpeciesFromTitle', titleOffset, { species: known.map((kind) => kind.symbol).join(' ') }));
  return known;
}

function countWords(reader: LineReader): number {
  let count = 0;
  while (isInteger(reader.word(count))) count++;
  return count;
}

function readCounts(reader: LineReader, kinds: readonly Species[]): number[] {
  const words = wordsBeforeComment(reader);
  let atoms = 0;
  const counts = words.slice(0, kinds.length).map((word, i) => {
    const count = isInteger(word) ? Number(word) : reader.refuse('files.notACount', i, { expected: `the number of ${kinds[i]!.symbol} atoms` });
    if (count < 1) reader.refuse('files.notACount', i, { expected: `the number of ${kinds[i]!.symbol} atoms` });
    atoms += count;
    if (atoms > structureLimits.atoms) reader.refuse('structure.tooMany', i, { count: atoms, limit: structureLimits.atoms });
    return count;
  });
  if (counts.length < kinds.length) reader.refuse('files.poscarCounts', counts.length, { kinds: kinds.length, counts: counts.length });
  if (isInteger(words[kinds.length] ?? '')) reader.refuse('files.poscarCounts', kinds.length, { kinds: kinds.length, counts: words.filter(isInteger).length });
  return counts;
}

/** Whether any of the three flags behind a position holds the atom. */
function readFlags(reader: LineReader): boolean {
  let held = false;
  for (let i = 3; i < 6; i++) {
    const flag = /^\.?(T|F)(?:RUE|ALSE)?\.?$/i.exec(reader.word(i))?.[1];
    if (flag === undefined) reader.refuse('files.poscarFlag', i);
    if (flag === 'F' || flag === 'f') held = true;
  }
  return held;
}

/** Behind the positions may stand velocities and the state of a thermostat; another line of numbers is an atom too many. */
function readRest(reader: LineReader, notes: Message[], atoms: number): void {
  if (!reader.next()) return;
  if (parseDecimal(reader.word(0)) !== undefined) reader.refuse('files.poscarMoreAtoms', 0, { atoms });
  do {
    if (reader.count > 0) {
      notes.push(reader.source.message('files.noteRest', reader.offset(0), { text: quoted(reader.line.trim()) }));
      return;
    }
  } while (reader.next());
}

/**
 * Writes VASP 5's format with Cartesian positions and scale 1, so that every number is read back exactly. Atoms keep their
 * order; species are listed again wherever they change.
 * Refuses what the format cannot hold: axes without periodicity, masses.
 */
export function writePoscar(structure: Structure): string {
  if (structure.periodic.includes(false)) refuse('files.writeLossy', { format: 'POSCAR', what: 'axes without periodicity', other: 'extended XYZ' });
  if (structure.masses) refuse('files.writeLossy', { format: 'POSCAR', what: 'atomic masses', other: 'extended XYZ or CIF' });
  const runs: { symbol: string; count: number }[] = [];
  for (const symbol of structure.species) {
    const last = runs.at(-1);
    if (last?.symbol === symbol) last.count++;
    else runs.push({ symbol, count: 1 });
  }
  const rows = (flat: Float64Array): string[] => Array.from({ length: flat.length / 3 }, (_, i) => decimals(flat.subarray(3 * i, 3 * i + 3)));
  return [
    oneLine(structure.title ?? ''),
    '1.0',
    ...rows(structure.cell),
    runs.map((run) => run.symbol).join(' '),
    runs.map((run) => run.count).join(' '),
    'Cartesian',
    ...rows(structure.positions),
    '',
  ].join('\n');
}
