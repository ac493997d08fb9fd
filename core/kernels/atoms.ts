/**
 * Atoms, their neighbours and the sums over them in the memory of a kernel, as `assembly/shared/pieces.ts` reads them. One
 * memory serves all structures of a potential in turn: whoever evaluates next lays its own out behind the tables.
 */
import type { Structure } from '../contracts/structure.ts';
import { createNeighbours, type NeighbourList } from '../crystal/neighbours.ts';
import { skin } from '../potential/skin.ts';
import type { KernelSpace } from './space.ts';
import { lanesFor, workOff, type SharedKernel } from './team.ts';

export interface AtomsExports {
  heapBase(): number;
  begin: SharedKernel['exports']['begin'];
  work: SharedKernel['exports']['work'];
  /** Bytes of scratch memory that a lane takes for what the header says. */
  scratchBytes(header: number): number;
}

/** What was added up: views that the next evaluation overwrites. */
export interface AtomsTotals {
  /** 3N */
  readonly forces: Float64Array;
  /** 6 in Voigt order */
  readonly virial: Float64Array;
  /** 9N; null where they were never wanted. */
  readonly virials: Float64Array | null;
}

export interface AtomsWant {
  readonly derivatives: boolean;
  readonly virials: boolean;
}

export interface AtomsSettings {
  /** Per atom: index of its element among `elements`. */
  readonly types: Int32Array;
  readonly elements: number;
  readonly periodic: Structure['periodic'];
  /** Å */
  readonly cutoff: number;
  /** The space of the potential, with its tables, and where these end. */
  open(): { space: KernelSpace<AtomsExports>; tablesEnd: number };
  /** Lays out what the kernel needs beside the atoms; the header's words from byte 128 on are its own. `room`: most neighbours of one atom. Returns false where it cannot. */
  layOut(space: KernelSpace<AtomsExports>, header: Int32Array, room: number): boolean;
}

/** Words of the header that all kernels share. */
const headerWords = 64;
const word = {
  mode: 0, atoms: 1, elements: 2, types: 3, positions: 4, segments: 5, entries: 6, images: 7, pieces: 8, pieceTable: 9, sets: 10, hasVirials: 11, totals: 12, energies: 13,
  derivatives: 14, virials: 15, scratch: 16, scratchBytes: 17,
} as const;

/**
 * Atoms of a piece at least, and most pieces: enough work to be worth waking a thread for, enough pieces to keep a dozen of them
 * busy to the end, and few enough that adding their sums costs nothing.
 */
const pieceAtoms = 128, mostPieces = 32;

/** How many pieces the work on so many atoms is cut into: as many threads can share it. */
export function piecesOf(atoms: number): number {
  return Math.min(mostPieces, Math.max(1, Math.floor(atoms / pieceAtoms)));
}

const virialLength = 6;

export class KernelAtoms {
  readonly #settings: AtomsSettings;
  #space: KernelSpace<AtomsExports>;
  readonly #count: number;
  readonly #pieces: number;
  readonly #neighbours: ReturnType<typeof createNeighbours>;
  #rebuilds = 0;
  #room = 0;
  #most: { sets: number; virials: boolean } = { sets: 1, virials: false };
  #header = 0;
  /** Translations of the list in lattice vectors, 3 each. */
  #images = new Int32Array(0);

  constructor(settings: AtomsSettings) {
    const { types, periodic, cutoff } = settings;
    this.#space = settings.open().space;
    this.#settings = settings;
    this.#count = types.length;
    this.#pieces = piecesOf(types.length);
    this.#neighbours = createNeighbours({ periodic, cutoff, skin, geometry: false });
  }

  /** Moves the atoms. Returns false where the kernel's memory has no room for them: whoever asks takes the reference then. */
  update(positions: Float64Array, cell: Float64Array, sets: number, virials: boolean): boolean {
    const list = this.#neighbours.update(positions, cell);
    const { space, tablesEnd } = this.#settings.open();
    const enough = sets <= this.#most.sets && (!virials || this.#most.virials);
    if (space !== this.#space || space.owner !== this || !enough || this.#rebuilds !== this.#neighbours.rebuilds) {
      this.#space = space;
      this.#most = { sets: Math.max(sets, this.#most.sets), virials: virials || this.#most.virials };
      if (!this.#layOut(list, tablesEnd)) return false;
      this.#rebuilds = this.#neighbours.rebuilds;
    }
    const header = this.#space.integers(this.#header, headerWords);
    this.#space.doubles(header[word.positions]! >>> 0, 3 * this.#count).set(positions);
    const images = this.#images;
    const vectors = this.#space.doubles(header[word.images]! >>> 0, images.length);
    for (let k = 0; k < images.length; k += 3) {
      for (let x = 0; x < 3; x++) vectors[k + x] = images[k]! * cell[x]! + images[k + 1]! * cell[3 + x]! + images[k + 2]! * cell[6 + x]!;
    }
    return true;
  }

  /** Where it was laid out last. */
  get space(): KernelSpace<AtomsExports> { return this.#space; }

  /** Sets a word of the header. */
  put(at: number, value: number): void {
    this.#space.integers(this.#header, headerWords)[at] = value;
  }

  /** Goes through all atoms once. */
  run(mode: number, sets: number, { derivatives, virials }: AtomsWant): void {
    const header = this.#space.integers(this.#header, headerWords);
    header[word.mode] = mode;
    header[word.sets] = sets;
    header[word.derivatives] = derivatives ? 1 : 0;
    header[word.virials] = virials ? 1 : 0;
    workOff(this.#space, this.#header, this.#pieces);
  }

  /** Adds the sums of all pieces up; `mode`: the kernel's number for that. With one piece they are the totals already. */
  addPieces(mode: number, sets: number, want: AtomsWant): void {
    if (this.#pieces > 1 && want.derivatives) this.run(mode, sets, want);
  }

  /** Energies of one set. */
  energies(set: number): Float64Array {
    return this.#space.doubles(this.#word(word.energies) + 8 * this.#count * set, this.#count);
  }

  /** Forces, virial and virials of one set. */
  totals(set: number): AtomsTotals {
    const count = this.#count, { virials } = this.#most;
    const block = this.#word(word.totals) + 8 * this.#blockLength(count) * set;
    const forces = block + 8 * virialLength;
    return {
      virial: this.#space.doubles(block, virialLength),
      forces: this.#space.doubles(forces, 3 * count),
      virials: virials ? this.#space.doubles(forces + 24 * count, 9 * count) : null,
    };
  }

  #word(name: number): number {
    return this.#space.integers(this.#header, headerWords)[name]! >>> 0;
  }

  #blockLength(atoms: number): number {
    return virialLength + atoms * (this.#most.virials ? 12 : 3);
  }

  #layOut(list: NeighbourList, tablesEnd: number): boolean {
    const space = this.#space, count = this.#count, { types, elements } = this.#settings;
    space.owner = null;
    space.release(tablesEnd);
    try {
      this.#header = space.take(4 * headerWords);
      const words = new Int32Array(headerWords);
      const { sets, virials } = this.#most;
      words[word.atoms] = count;
      words[word.elements] = elements;
      words[word.types] = space.takeIntegers(types);
      words[word.positions] = space.take(24 * count);
      const pieceTable = this.#copyList(list, words);
      const sumsOf = (low: number, high: number): number => space.take(8 * sets * this.#blockLength(high - low));
      words[word.hasVirials] = virials ? 1 : 0;
      words[word.sets] = sets;
      words[word.energies] = space.take(8 * sets * count);
      words[word.totals] = sumsOf(0, count);
      const table = pieceTable.flatMap(({ first, end, low, high }) => (pieceTable.length === 1 ? [0, count, 0, count, words[word.totals]!] : [first, end, low, high, sumsOf(low, high)]));
      words[word.pieces] = pieceTable.length;
      words[word.pieceTable] = space.takeIntegers(table);
      if (!this.#settings.layOut(space, words, this.#room)) return false;
      space.integers(this.#header, headerWords).set(words);
      const scratch = Math.ceil(space.exports.scratchBytes(this.#header) / 64) * 64;
      words[word.scratch] = space.take(scratch * lanesFor(this.#pieces));
      words[word.scratchBytes] = scratch;
      space.integers(this.#header, headerWords).set(words);
    } catch (error) {
      // Memory.grow throws one too.
      if (error instanceof RangeError) return false;
      throw error;
    }
    space.owner = this;
    return true;
  }

  /** Copies the list, the neighbours of each atom grouped by element; returns the pieces, with the atoms low … high − 1 that each of them touches. */
  #copyList({ first, atoms: others, shifts }: NeighbourList, words: Int32Array): { first: number; end: number; low: number; high: number }[] {
    const space = this.#space, count = this.#count, { types, elements } = this.#settings;
    const total = first[count]!;
    const segmentsAt = space.take(4 * (count * (elements + 1))), entriesAt = space.take(8 * total);
    const segments = space.integers(segmentsAt, count * (elements + 1)), entries = space.integers(entriesAt, 2 * total);
    const known = new Map<string, number>(), images: number[] = [];
    const imageOf = (p: number): number => {
      const a = shifts[3 * p]!, b = shifts[3 * p + 1]!, c = shifts[3 * p + 2]!;
      const key = `${a},${b},${c}`;
      const index = known.get(key) ?? images.length / 3;
      if (index === images.length / 3) {
        known.set(key, index);
        images.push(a, b, c);
      }
      return index;
    };
    const pieces: { first: number; end: number; low: number; high: number }[] = [];
    let at = 0, last = -1, lastImage = 0;
    this.#room = 0;
    for (let piece = 0; piece < this.#pieces; piece++) {
      const start = Math.floor((piece * count) / this.#pieces), end = Math.floor(((piece + 1) * count) / this.#pieces);
      let low = start, high = end;
      for (let i = start; i < end; i++) {
        const own = first[i]!, next = first[i + 1]!;
        this.#room = Math.max(this.#room, next - own);
        for (let type = 0; type < elements; type++) {
          segments[i * (elements + 1) + type] = at;
          for (let p = own; p < next; p++) {
            const j = others[p]!;
            if (types[j]! !== type) continue;
            const same = last >= 0 && shifts[3 * p] === shifts[3 * last] && shifts[3 * p + 1] === shifts[3 * last + 1] && shifts[3 * p + 2] === shifts[3 * last + 2];
            if (!same) lastImage = imageOf(p);
            last = p;
            if (j < low) low = j;
            if (j >= high) high = j + 1;
            entries[2 * at] = j;
            entries[2 * at + 1] = lastImage;
            at++;
          }
        }
        segments[i * (elements + 1) + elements] = at;
      }
      pieces.push({ first: start, end, low, high });
    }
    this.#images = Int32Array.from(images);
    words[word.segments] = segmentsAt;
    words[word.entries] = entriesAt;
    words[word.images] = space.take(8 * images.length);
    return pieces;
  }
}
