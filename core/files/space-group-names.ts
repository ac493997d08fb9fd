import { hall_symbol_entry, operations_from_number } from '@spglib/moyo-wasm';
import type { MoyoHallSymbolEntry } from '@spglib/moyo-wasm';
import type { Operation } from './symmetry-operations.ts';

/** What a file calls its space group, where it does not list the operations. */
export interface SpaceGroupName {
  readonly number?: number;
  /** Hermann-Mauguin, in any spelling: `F m -3 m`, `Fd-3m:2`, `P21/c`. */
  readonly symbol?: string;
  readonly hall?: string;
}

/** The 530 settings of the space groups in the table of Hall symbols (International Tables B, table A1.4.2.7). */
function settings(): MoyoHallSymbolEntry[] {
  return Array.from({ length: 530 }, (_, i) => hall_symbol_entry(i + 1));
}

const plain = (symbol: string): string => symbol.replace(/[\s_]/g, '').toLowerCase();

/** Spaces count in a Hall symbol: `P 32` and `P 3 2` are two groups. The table writes `=` for a double prime. */
const plainHall = (symbol: string): string => symbol.trim().replace(/[\s_]+/g, ' ').replaceAll('"', '=').toLowerCase();

/** Operations of one setting. moyo stores matrices column by column. */
function operationsOf(entry: MoyoHallSymbolEntry): Operation[] {
  return operations_from_number(entry.number, { type: 'HallNumber', value: entry.hall_number }, false).map(({ rotation: r, translation }) => ({
    rotation: [r[0], r[3], r[6], r[1], r[4], r[7], r[2], r[5], r[8]],
    translation,
  }));
}

/**
 * The settings that a name can mean, given the cell angles in degrees. More than one where the name leaves the origin or the axes open:
 * then the operations cannot be known.
 */
function candidates(name: SpaceGroupName, angles: readonly number[]): MoyoHallSymbolEntry[] {
  const all = settings().filter((entry) => name.number === undefined || entry.number === name.number);
  if (name.hall !== undefined) return all.filter((entry) => plainHall(entry.hall_symbol) === plainHall(name.hall!));
  if (name.symbol === undefined) return oneSystem(all, angles);

  // `:1`, `:2`, `:H`, `:R` choose a setting; ICSD writes S and Z for the origins, and H or R behind the symbol.
  const [, stem, choice] = /^(.*?)(?::?\s*([12hrsz]))?$/i.exec(name.symbol.trim())!;
  const chosen = choice === undefined ? undefined : choice.toLowerCase().replace('s', '1').replace('z', '2');
  const find = (symbol: string, setting?: string): MoyoHallSymbolEntry[] =>
    all.filter((entry) => spellings(entry, angles).includes(plain(symbol)) && (setting === undefined || entry.setting.toLowerCase() === setting));
  const whole = find(name.symbol);
  return oneSystem(whole.length > 0 || chosen === undefined ? whole : find(stem!, chosen), angles);
}

/**
 * Full symbol and short one. The short symbol of a monoclinic group names no axis: it is completed by the cell, whose only angle
 * different from 90° shows it.
 */
function spellings(entry: MoyoHallSymbolEntry, angles: readonly number[]): string[] {
  const full = plain(entry.hm_full);
  if (entry.number < 3 || entry.number > 15) return [full, plain(entry.hm_short)];
  const [centring, ...axes] = entry.hm_full.split(' ');
  const oblique = angles.findIndex((angle) => angle !== 90);
  const unique = oblique === -1 ? 1 : oblique;
  return axes[unique] === '1' ? [full] : [full, plain(`${centring}${axes[unique]}`)];
}

/** A rhombohedral group in hexagonal or rhombohedral axes: γ = 120° or not decides. */
function oneSystem(entries: MoyoHallSymbolEntry[], angles: readonly number[]): MoyoHallSymbolEntry[] {
  const setting = angles[2] === 120 && angles[0] === 90 ? 'H' : 'R';
  return entries.every((entry) => entry.setting === 'H' || entry.setting === 'R') ? entries.filter((entry) => entry.setting === setting) : entries;
}

/** All operations of the named group, or how many settings the name leaves open (0: it is no name of a space group). */
export function operationsOfName(name: SpaceGroupName, angles: readonly number[]): { operations: Operation[] } | { open: number } {
  const found = candidates(name, angles);
  // The table lists a few settings twice, under two Hermann-Mauguin symbols.
  const different = new Map(found.map((entry) => [entry.hall_symbol, entry]));
  return different.size === 1 ? { operations: operationsOf(found[0]!) } : { open: different.size };
}
