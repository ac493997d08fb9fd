import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Refusal } from '../../core/contracts/messages.ts';
import { checkStructure } from '../../core/crystal/structure.ts';
import { readStructures } from '../../core/files/read-structures.ts';
import { random } from '../../core/math/random.ts';
import type { Random } from '../../core/math/random.ts';
import { hostileStructures } from './hostile-structures.ts';

const structures = fileURLToPath(new URL('../../resources/structures', import.meta.url));
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Good files of every format and dialect. */
function goodFiles(): Uint8Array[] {
  const cifs = existsSync(structures) ? readdirSync(structures).filter((file) => file.endsWith('.cif')).map((file) => new Uint8Array(readFileSync(`${structures}/${file}`))) : [];
  return [
    ...cifs,
    encode('Mg O\n-74.1\n4.2 0 0 ! a\n0 4.2 0\n0 0 4.2\nMg_pv O/12ab\n1 1\nSelective dynamics\nCartesian\n0 0 0 T T F Mg\n2.1 2.1 2.1 F F F O\n\n0 0 0\n1 1 1\n'),
    encode('Si\n1 1 1\n5.43 0 0\n0 5.43 0\n0 0 5.43\n8\nDirect\n0 0 0\n.5 .5 0\n.5 0 .5\n0 .5 .5\n.25 .25 .25\n.75 .75 .25\n.75 .25 .75\n.25 .75 .75\n'),
    encode('2\nLattice="4 0 0 1 4 0 0 0 4" Properties=species:S:1:pos:R:3:forces:R:3:masses:R:1 energy=-1.5 stress="1 0 0 0 1 0 0 0 1" pbc="T F T" config_type="a b" x=[1,2,3]\nNa 0 0 0 0 0 1 23\nCl 2 2 2 0 0 -1 35\n1\nLattice="3 0 0 0 3 0 0 0 3"\nAr 0 0 0\n'),
    encode('3\nwater\nO 0 0 0\nH 0.76 0.59 0\nD -0.76 0.59 0\n2\n\nC 0 0 0\nO 0 0 1.13\n'),
  ];
}

/** Pieces that parsers are known to stumble over. */
const pieces = [
  '\n', '\r', ' ', '\t', '"', "'", ';', '\n;\n', '#', '_', 'loop_', 'data_', 'save_', '?', '.', '-', '+', '(', ')', '[', '{', '=', ',', '/', ':', '\\', '\0', '\ufeff', 'é', '🜁',
  'NaN', 'Infinity', '-0', '1e308', '1e-308', '1e999', '9'.repeat(400), '0x10', '1d3', '999999999', '-1', '0', '0.5', '1/3', '**', 'T', 'F', '.TRUE.',
  '__proto__', 'constructor', 'Lattice=', 'Properties=', 'pbc="T T T"', 'Direct', 'Selective', 'x,y,z', '-x,-y,-z', '_atom_site_occupancy', "'F d -3 m'", '225',
].map(encode);

function mutated(seed: Uint8Array, others: readonly Uint8Array[], source: Random): Uint8Array {
  let bytes = Array.from(seed);
  const place = (): number => source.integer(bytes.length + 1);
  for (let n = 1 + source.integer(3); n > 0; n--) {
    const at = place();
    const length = Math.min(bytes.length - at, 1 + source.integer(source.uniform() < 0.8 ? 12 : 400));
    switch (source.integer(7)) {
      case 0: bytes.splice(at, length); break;
      case 1: bytes.splice(at, 0, ...pieces[source.integer(pieces.length)]!); break;
      case 2: bytes.splice(at, Math.min(length, 6), ...pieces[source.integer(pieces.length)]!); break;
      case 3: if (at < bytes.length) bytes[at] = source.integer(256); break;
      case 4: bytes.splice(place(), 0, ...bytes.slice(at, at + length)); break;
      case 5: if (source.uniform() < 0.2) bytes = bytes.slice(0, at); break;
      default: {
        const other = others[source.integer(others.length)]!;
        const from = source.integer(other.length + 1);
        bytes.splice(at, length, ...other.subarray(from, from + length));
      }
    }
  }
  return Uint8Array.from(bytes);
}

export interface FuzzResult {
  read: number;
  refused: number;
  /** ms */
  slowest: number;
  /** What went wrong: the exception or the time, and the file. */
  failures: { reason: string; file: string }[];
}

/** Reads so many mutated files: each must give structures that pass the check, or a refusal, within a second. */
export function fuzz(seed: number, count: number): FuzzResult {
  const source = random(seed);
  const good = goodFiles();
  const hostile = hostileStructures.filter((file) => file.bytes.length < 5000).map((file) => file.bytes);
  const result: FuzzResult = { read: 0, refused: 0, slowest: 0, failures: [] };
  for (let n = 0; n < count; n++) {
    const seeds = source.uniform() < 0.8 ? good : hostile;
    const bytes = mutated(seeds[source.integer(seeds.length)]!, [...good, ...hostile], source);
    const fail = (reason: string): void => void result.failures.push({ reason, file: new TextDecoder().decode(bytes).slice(0, 2000) });
    const start = performance.now();
    try {
      for (const structure of readStructures(bytes, 'fuzzed').structures) checkStructure(structure, 'fuzzed');
      result.read++;
    } catch (error) {
      if (error instanceof Refusal && error.detail.sentence.length < 700 && !error.detail.sentence.includes('\n')) result.refused++;
      else fail(String(error instanceof Error ? error.stack : error));
    }
    const time = performance.now() - start;
    result.slowest = Math.max(result.slowest, time);
    if (time > 1000) fail(`took ${time} ms`);
  }
  return result;
}
