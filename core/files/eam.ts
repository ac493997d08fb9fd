/**
 * Tables of the embedded-atom method in the two formats of DYNAMO (Daw, Foiles & Baskes, Mater. Sci. Rep. 9 (1993) 251):
 * `funcfl` (one element, effective charge Z(r)) and `setfl` (any number of elements, r φ(r) for every pair).
 *
 * Species come from the element list of `setfl`; its headers often carry a wrong atomic number, which is ignored, as are
 * their masses. `funcfl` names its element by the atomic number alone.
 */
import { refuse } from '../contracts/messages.ts';
import { isElement, symbolOf } from '../crystal/elements.ts';
import { excerpt, placeOf } from './json.ts';

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

/** Entries of one table: beyond any published file, far below what would exhaust memory. */
const longestTable = 2_000_000;
const mostElements = 32;

const isNumeric = (word: string | undefined): boolean => word !== undefined && word !== '' && Number.isFinite(Number(word));
const wordsOf = (line: string | undefined): string[] => (line ?? '').trim().split(/\s+/).filter((word) => word !== '');

/** Which of the two formats the text looks like, null for neither. */
export function recogniseEam(text: string): EamTables['format'] | null {
  const lines = text.slice(0, 8192).split(/\r?\n/, 6).map(wordsOf);
  const [, second = [], third = [], fourth = [], fifth = []] = lines;
  if (second.length >= 3 && second.slice(0, 3).every(isNumeric) && third.length >= 5 && third.slice(0, 5).every(isNumeric)) return 'funcfl';
  if (isNumeric(fourth[0]) && fourth.length >= 2 && !isNumeric(fourth[1]) && isNumeric(fifth[0])) return 'setfl';
  return null;
}

export function readEam(text: string, file: string): EamTables {
  let at = 0;
  const fail = (expected: string, where = at): never =>
    refuse('eam.malformed', { file, ...placeOf(text, where), found: excerpt(text, where), expected });
  const line = (expected: string): { words: string[]; start: number } => {
    const start = at;
    if (at >= text.length) fail(expected);
    const end = text.indexOf('\n', at);
    at = end < 0 ? text.length : end + 1;
    return { words: wordsOf(text.slice(start, end < 0 ? text.length : end)), start };
  };
  const numberOf = (word: string | undefined, expected: string, start: number): number =>
    isNumeric(word) ? Number(word) : fail(expected, start);
  const count = (word: string | undefined, what: string, least: number, most: number, start: number): number => {
    const value = numberOf(word, `the ${what}`, start);
    return Number.isInteger(value) && value >= least && value <= most ? value : fail(`the ${what}, a whole number from ${least} to ${most}`, start);
  };
  const token = /\s*(\S+)/y;
  const table = (length: number, step: number, what: string): UniformTable => {
    // Two characters per number at least: an announced length that cannot be there is refused before memory is taken.
    if (length > (text.length - at) / 2 + 1) {
      refuse('eam.truncated', { file, ...placeOf(text, at), what, announced: length, found: wordsOf(text.slice(at)).length });
    }
    const values = new Float64Array(length);
    for (let k = 0; k < length; k++) {
      token.lastIndex = at;
      const match = token.exec(text);
      if (!match) return refuse('eam.truncated', { file, ...placeOf(text, text.length), what, announced: length, found: k });
      const word = match[1]!;
      const start = token.lastIndex - word.length;
      // Fortran programs write the exponent as D.
      const value = Number(/^[+-]?[\d.]+[dD][+-]?\d+$/.test(word) ? word.replace(/[dD]/, 'E') : word);
      if (!Number.isFinite(value) || word === '') fail(`entry ${k + 1} of ${length} of the ${what}, a number`, start);
      values[k] = value;
      at = token.lastIndex;
    }
    const rest = line(`the rest of the ${what}`);
    if (rest.words.length > 0) fail(`the end of the line: all ${length} entries of the ${what} were read`, rest.start);
    return { step, values };
  };
  const grid = (): { nrho: number; drho: number; nr: number; dr: number; cutoff: number } => {
    const { words, start } = line('the line with Nrho, drho, Nr, dr and the cutoff');
    const [nrho, drho, nr, dr, cutoff] = words;
    const result = {
      nrho: count(nrho, 'number of densities Nrho', 5, longestTable, start), drho: numberOf(drho, 'the spacing drho', start),
      nr: count(nr, 'number of distances Nr', 5, longestTable, start), dr: numberOf(dr, 'the spacing dr', start),
      cutoff: numberOf(cutoff, 'the cutoff', start),
    };
    if (!(result.drho > 0 && result.dr > 0 && result.cutoff > 0)) fail('positive spacings drho and dr and a positive cutoff', start);
    if (result.cutoff > result.nr * result.dr * (1 + 1e-9)) {
      fail(`a cutoff within the tables, which end at ${(result.nr * result.dr).toPrecision(6)} Å`, start);
    }
    return result;
  };
  const end = (): void => {
    const more = /\S/g;
    more.lastIndex = at;
    const match = more.exec(text);
    if (match) fail('the end of the file: all announced tables were read (an eam/fs file holds more; it is not supported)', match.index);
  };

  const format = recogniseEam(text);
  if (format === 'funcfl') {
    const comment = line('a comment').words.join(' ');
    const header = line('the line with atomic number, mass and lattice');
    const symbol = symbolOf(Number(header.words[0])) ?? fail('the atomic number of an element', header.start);
    const { nrho, drho, nr, dr, cutoff } = grid();
    const embedding = table(nrho, drho, 'embedding function');
    const charge = table(nr, dr, 'effective charge');
    const density = table(nr, dr, 'density');
    end();
    const pair = { step: dr, values: charge.values.map((value) => funcflCoulomb * value * value) };
    return { format, comments: [comment], elements: [symbol], cutoff, embedding: [embedding], density: [density], pairs: [pair] };
  }
  if (format === null) fail('a setfl table (three comments, then "1 Cu") or a funcfl table (a comment, then "29 63.546 3.615 fcc")');
  const comments = [0, 1, 2].map(() => line('a comment').words.join(' '));
  const list = line('the number of elements and their symbols');
  const number = count(list.words[0], 'number of elements', 1, mostElements, list.start);
  const elements = list.words.slice(1);
  if (elements.length !== number || new Set(elements).size !== number || !elements.every(isElement)) {
    fail(`${number} different chemical symbols after the number of elements`, list.start);
  }
  const { nrho, drho, nr, dr, cutoff } = grid();
  const embedding: UniformTable[] = [], density: UniformTable[] = [], pairs: UniformTable[] = [];
  for (const element of elements) {
    const header = line(`the line with atomic number, mass and lattice of ${element}`);
    if (!header.words.slice(0, 3).every(isNumeric) || header.words.length < 3) {
      fail(`the line with atomic number, mass and lattice of ${element}`, header.start);
    }
    embedding.push(table(nrho, drho, `embedding function of ${element}`));
    density.push(table(nr, dr, `density of ${element}`));
  }
  for (let a = 0; a < number; a++) {
    for (let b = 0; b <= a; b++) pairs.push(table(nr, dr, `pair function of ${elements[a]} and ${elements[b]}`));
  }
  end();
  return { format: 'setfl', comments, elements, cutoff, embedding, density, pairs };
}
