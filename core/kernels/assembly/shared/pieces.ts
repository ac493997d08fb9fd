/**
 * Environments of atoms, worked off in pieces by as many threads as there are: each thread has an instance of the code, whose
 * globals are its own, on one memory. A piece is a stretch of atoms that one thread takes as a whole. What its environments do
 * to atoms goes into sums of its own, which are afterwards added in the order of the pieces: the bits depend on the pieces
 * alone, not on who took them.
 *
 * The host lays everything out and describes it in a header of 32-bit words, the first 128 bytes of which are read here. Sums
 * of the atoms low … high − 1 are, for each set, 6 of the virial, 3 of forces per atom and, where there is room for them, 9 of
 * virials per atom. A single piece has the totals themselves for its sums.
 */

export let mode: i32 = 0;
export let atoms: i32 = 0;
/** Elements that the entries of an atom are grouped by. */
export let elements: i32 = 0;
export let types: usize = 0;
export let positions: usize = 0;
/** Per atom: the first entry of each element, and one behind the last. */
export let segments: usize = 0;
/** An atom, and the index of a translation. */
let entries: usize = 0;
let images: usize = 0;
let pieces: i32 = 0;
let pieceTable: usize = 0;
/** Sets of results, one behind the other. */
export let sets: i32 = 0;
let hasVirials: bool = false;
let totals: usize = 0;
/** N of each set. */
export let energies: usize = 0;
export let derivatives: bool = false;
export let virialsWanted: bool = false;

/** Of the piece at hand. */
export let first: i32 = 0;
export let end: i32 = 0;
let low: i32 = 0;
let high: i32 = 0;
let sums: usize = 0;

const pieceBytes: usize = 20;
const virialBytes: usize = 48;

/** Where memory begins that the code itself does not use. */
export function heapBase(): usize {
  return (__heap_base + 63) & ~63;
}

/** Reads the header; returns where the scratch memory of a lane begins. */
export function readHeader(header: usize, lane: i32): usize {
  mode = load<i32>(header);
  atoms = load<i32>(header, 4);
  elements = load<i32>(header, 8);
  types = load<u32>(header, 12);
  positions = load<u32>(header, 16);
  segments = load<u32>(header, 20);
  entries = load<u32>(header, 24);
  images = load<u32>(header, 28);
  pieces = load<i32>(header, 32);
  pieceTable = load<u32>(header, 36);
  sets = load<i32>(header, 40);
  hasVirials = load<i32>(header, 44) != 0;
  totals = load<u32>(header, 48);
  energies = load<u32>(header, 52);
  derivatives = load<i32>(header, 56) != 0;
  virialsWanted = load<i32>(header, 60) != 0;
  const scratch: usize = load<u32>(header, 64), scratchBytes: usize = load<u32>(header, 68);
  return scratch + scratchBytes * lane;
}

// @ts-ignore: decorator of AssemblyScript
@inline
export function typeOf(i: i32): i32 {
  return load<i32>(types + (<usize>i << 2));
}

/** Address of an entry. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function entryAt(index: u32): usize {
  return entries + (<usize>index << 3);
}

/** Address of the translation that an entry is moved by. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function imageOf(entry: usize): usize {
  return images + 24 * <usize>load<u32>(entry, 4);
}

function blockBytes(count: i32): usize {
  return virialBytes + <usize>count * (hasVirials ? 96 : 24);
}

/** Takes up a piece: its atoms, and its sums, empty. */
export function takePiece(piece: i32): void {
  const own = pieceTable + <usize>piece * pieceBytes;
  first = load<i32>(own);
  end = load<i32>(own, 4);
  low = load<i32>(own, 8);
  high = load<i32>(own, 12);
  sums = load<u32>(own, 16);
  if (!derivatives) return;
  const count = high - low;
  for (let set = 0; set < sets; set++) {
    const block = sums + blockBytes(count) * set;
    memory.fill(block, 0, virialBytes + <usize>count * (virialsWanted ? 96 : 24));
  }
}

/** Of a set, in the sums of the piece at hand: the virial; the forces and virials of atoms, at the address that atom 0 would have. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function virialOf(set: i32): usize {
  return sums + blockBytes(high - low) * set;
}

// @ts-ignore: decorator of AssemblyScript
@inline
export function forcesOf(set: i32): usize {
  return virialOf(set) + virialBytes - 24 * <usize>low;
}

// @ts-ignore: decorator of AssemblyScript
@inline
export function virialsOf(set: i32): usize {
  return virialOf(set) + virialBytes + 24 * <usize>(high - low) - 72 * <usize>low;
}

function addDoubles(to: usize, from: usize, bytes: usize): void {
  for (let p: usize = 0; p < bytes; p += 8) store<f64>(to + p, load<f64>(to + p) + load<f64>(from + p));
}

/** The totals of the atoms of a piece, and with the first piece those of the virial, from the sums of all pieces. */
export function addPieces(piece: i32): void {
  const own = pieceTable + <usize>piece * pieceBytes;
  const from = load<i32>(own), to = load<i32>(own, 4);
  for (let set = 0; set < sets; set++) {
    const total = totals + blockBytes(atoms) * set;
    const totalForces = total + virialBytes, totalVirials = totalForces + 24 * <usize>atoms;
    if (piece == 0) memory.fill(total, 0, virialBytes);
    memory.fill(totalForces + 24 * <usize>from, 0, 24 * <usize>(to - from));
    if (virialsWanted) memory.fill(totalVirials + 72 * <usize>from, 0, 72 * <usize>(to - from));
    for (let other = 0; other < pieces; other++) {
      const entry = pieceTable + <usize>other * pieceBytes;
      const otherLow = load<i32>(entry, 8), otherHigh = load<i32>(entry, 12), count = otherHigh - otherLow;
      const block = <usize>load<u32>(entry, 16) + blockBytes(count) * set;
      if (piece == 0) addDoubles(total, block, virialBytes);
      const start = max(from, otherLow), stop = min(to, otherHigh);
      if (start >= stop) continue;
      const parts = block + virialBytes;
      addDoubles(totalForces + 24 * <usize>start, parts + 24 * <usize>(start - otherLow), 24 * <usize>(stop - start));
      if (virialsWanted) addDoubles(totalVirials + 72 * <usize>start, parts + 24 * <usize>count + 72 * <usize>(start - otherLow), 72 * <usize>(stop - start));
    }
  }
}
