/**
 * Tables of the embedded-atom method in the two formats of DYNAMO (Daw, Foiles & Baskes, Mater. Sci. Rep. 9 (1993) 251):
 * `funcfl` (one element, effective charge Z(r)) and `setfl` (any number of elements, r φ(r) for every pair).
 *
 * Species come from the element list of `setfl`; its headers often carry a wrong atomic number, which is ignored, as are
 * their masses. `funcfl` names its element by the atomic number alone.
 */
import { isElement, symbolOf } from '../crystal/elements.ts';
import { LineReader, parseDecimal } from './line-reader.ts';
import type { SourceText } from './source-text.ts';

/** Values at x = 0, step, 2 step ... */
export interface UniformTable {
  readonly step: number;
  readonly values: Float64Array;
}

export interface EamTables {
  readonly format: 'setfl' | 'funcfl';
  /** The comment lines of the file. */
  readonly comments: readonly string[];
  readonly elements: readonly string[];
  /** Å */
  readonly cutoff: number;
  /** Per element: F(ρ) in eV. */
  readonly embedding: readonly UniformTable[];
  /** Per element: ρ(r), r in Å. */
  readonly density: readonly UniformTable[];
  /** r φ(r) in eV·Å of elements a ≥ b at index a(a+1)/2 + b. */
  readonly pairs: readonly UniformTable[];
}

/** eV·Å: DYNAMO's rounded Hartree times Bohr radius, part of the `funcfl` format: r φ(r) = this · Z(r)². */
export const funcflCoulomb = 27.2 * 0.529;

/** Entries of one table: five for the slope formula, and beyond any published file. */
const shortestTable = 5, longestTable = 2_000_000;
const mostElements = 32;

/** Which of the two formats the text looks like, null for neither. */
export function recogniseEam(source: SourceText): EamTables['format'] | null {
  const reader = new LineReader(source);
  const lines: { words: number; numbers: number }[] = [];
  while (lines.length < 5 && reader.next()) {
    let numbers = 0;
    while (numbers < reader.count && parseDecimal(reader.word(numbers)) !== undefined) numbers++;
    lines.push({ words: reader.count, numbers });
  }
  const [, second, third, fourth, fifth] = lines;
  if (second && third && second.numbers >= 3 && third.numbers >= 4) return 'funcfl';
  return fourth && fifth && fourth.numbers === 1 && fourth.words > 1 && fifth.numbers >= 1 ? 'setfl' : null;
}

export function readEam(source: SourceText): EamTables {
  const reader = new LineReader(source);
  const fail = (expected: string, word = 0): never => reader.refuse('eam.malformed', word, { expected });
  const whole = (word: number, what: string, least: number, most: number): number => {
    const value = reader.number(word, what);
    return Number.isInteger(value) && value >= least && value <= most ? value : fail(`the ${what}, a whole number from ${least} to ${most}`, word);
  };
  const positive = (word: number, what: string): number => {
    const value = reader.number(word, what);
    return value > 0 ? value : fail(`the ${what}, a positive number`, word);
  };
  const comment = (): string => {
    reader.require('a comment line of the EAM table');
    return reader.line.trim();
  };
  const grid = (): { nrho: number; drho: number; nr: number; dr: number; cutoff: number } => {
    reader.require('the line with Nrho, drho, Nr, dr and the cutoff');
    const nrho = whole(0, 'number of densities Nrho', shortestTable, longestTable), drho = positive(1, 'spacing of densities drho');
    const nr = whole(2, 'number of distances Nr', shortestTable, longestTable), dr = positive(3, 'spacing of distances dr');
    const cutoff = positive(4, 'cutoff in Å');
    // Some published tables end one step before their cutoff; their last value then holds up to it.
    if (cutoff > nr * dr * (1 + 1e-9)) fail(`a cutoff inside the tables, which end at ${(nr * dr).toPrecision(6)} Å`, 4);
    return { nrho, drho, nr, dr, cutoff };
  };
  const table = (length: number, step: number, what: string): UniformTable => {
    const truncated = (found: number): never => source.refuse('eam.truncated', reader.lineEnd, { what, announced: length, found });
    // Two characters per number at least: an announced length that cannot be there is refused before memory is taken.
    const most = Math.ceil((source.text.length - reader.lineEnd) / 2);
    if (length > most) truncated(most);
    const values = new Float64Array(length);
    for (let k = 0; k < length;) {
      if (!reader.next()) truncated(k);
      for (let word = 0; word < reader.count; word++) {
        if (k === length) fail(`the end of the line: all ${length} numbers of the ${what} were read`, word);
        values[k] = reader.number(word, `number ${k + 1} of ${length} of the ${what}`);
        k++;
      }
    }
    return { step, values };
  };
  const end = (): void => {
    while (reader.next()) {
      if (reader.count > 0) fail('the end of the file: all announced tables were read (an eam/fs file holds more; it is not supported)');
    }
  };

  const format = recogniseEam(source);
  if (format === 'funcfl') {
    const comments = [comment()];
    reader.require('the line with atomic number, mass and lattice');
    const symbol = symbolOf(whole(0, 'atomic number', 1, 118))!;
    const { nrho, drho, nr, dr, cutoff } = grid();
    const embedding = table(nrho, drho, 'embedding function');
    const charge = table(nr, dr, 'effective charge');
    const density = table(nr, dr, 'density');
    end();
    const pair = { step: dr, values: charge.values.map((value) => funcflCoulomb * value * value) };
    return { format, comments, elements: [symbol], cutoff, embedding: [embedding], density: [density], pairs: [pair] };
  }
  const comments = [comment(), comment(), comment()];
  reader.require('the number of elements and their symbols');
  const number = whole(0, 'number of elements', 1, mostElements);
  const elements = Array.from({ length: reader.count - 1 }, (_, k) => reader.word(k + 1));
  elements.forEach((element, k) => {
    if (!isElement(element)) fail('a chemical symbol', k + 1);
    if (elements.indexOf(element) < k) fail('each chemical symbol once', k + 1);
  });
  if (elements.length !== number) fail(`as many chemical symbols as it announces (${elements.length} follow)`);
  const { nrho, drho, nr, dr, cutoff } = grid();
  const embedding: UniformTable[] = [], density: UniformTable[] = [], pairs: UniformTable[] = [];
  for (const element of elements) {
    reader.require(`the line with atomic number, mass and lattice of ${element}`);
    for (const [word, what] of ['atomic number', 'mass', 'lattice parameter'].entries()) reader.number(word, `${what} of ${element}`);
    embedding.push(table(nrho, drho, `embedding function of ${element}`));
    density.push(table(nr, dr, `density of ${element}`));
  }
  for (let a = 0; a < number; a++) {
    for (let b = 0; b <= a; b++) pairs.push(table(nr, dr, `pair function of ${elements[a]} and ${elements[b]}`));
  }
  end();
  return { format: 'setfl', comments, elements, cutoff, embedding, density, pairs };
}
