import type { FileUnits } from '../units/file-units.ts';
import { readCif } from './cif.ts';
import { firstWord, LineReader, parseDecimal } from './line-reader.ts';
import { readData, recogniseData } from './n2p2/data.ts';
import { readPoscar } from './poscar.ts';
import { quoted, sourceText } from './source-text.ts';
import type { SourceText } from './source-text.ts';
import type { StructureFile } from './structure-file.ts';
import { isExtended, readXyz } from './xyz.ts';

/** Formats that are recognised so that the refusal can name them. */
const foreign: readonly (readonly [format: string, sign: RegExp])[] = [
  ['XML such as vasprun.xml', /^\s*<\?xml|^\s*<modeling/],
  ['JSON', /^\s*[{[]/],
  ['a Quantum ESPRESSO input', /^[ \t]*&(control|system)/im],
  ['a CASTEP cell file', /^[ \t]*%block\s/im],
  ['an XSF file', /^[ \t]*(CRYSTAL|PRIMVEC|ANIMSTEPS)\b/m],
  ['a PDB file', /^(HEADER|CRYST1|HETATM|ATOM {2})/m],
  ['a LAMMPS data file', /^[ \t]*\d+[ \t]+atoms[ \t]*$/m],
  ['a SHELX file', /^(TITL|CELL)\s/m],
  ['YAML such as phonopy.yaml', /^\w+:[ \t]*($|#)/m],
];

/**
 * Reads every structure of a file. The format is recognised by what the file contains; `name` only appears in sentences.
 * `units`: of a format that names none (n2p2), as the potential that goes with it has them.
 * Throws `Refusal` with file, line, column and a remedy for anything that is not a complete, possible structure.
 */
export function readStructures(bytes: Uint8Array, name: string, units?: FileUnits): StructureFile {
  const source = sourceText(bytes, name);
  switch (formatOf(source)) {
    case 'cif': return readCif(source);
    case 'poscar': return readPoscar(source);
    case 'xyz': return readXyz(source);
    case 'n2p2': return readData(source, units);
    case null: return refuseUnknown(source);
  }
}

/** The words of a line and how many of them, from the first, look like numbers. */
interface LineShape {
  readonly words: number;
  readonly numbers: number;
}

/**
 * The first five lines decide: a scaling factor and three lattice vectors make a POSCAR, also where one of them is broken; XYZ begins with a
 * count alone on its line; n2p2 data with the word `begin`. A CIF begins with a data block or a data item, behind any comments.
 */
function formatOf(source: SourceText): 'cif' | 'poscar' | 'xyz' | 'n2p2' | null {
  if (recogniseData(source)) return 'n2p2';
  const reader = new LineReader(source);
  const head: LineShape[] = [];
  let comment = '';
  while (head.length < 5 && reader.next()) {
    head.push(shapeOf(reader));
    if (head.length === 2) comment = reader.line;
  }
  const [first, second, ...vectors] = head;
  const isCount = first?.words === 1 && first.numbers === 1;
  const hasScale = second !== undefined && second.numbers > 0;
  const complete = vectors.filter((vector) => vector.numbers === 3).length;
  // Before CIF, since a title may be any text, `data_1` included.
  if (hasScale && complete === 3) return 'poscar';
  if (/^(data_|loop_|save_|global_|_[a-z])/i.test(firstWord(source))) return 'cif';
  if (hasScale && !(isCount && vectors[0]?.numbers === 0) && (complete > 0 || (vectors.length === 0 && !isCount))) return 'poscar';
  if (isCount || isExtended(comment)) return 'xyz';
  return complete === 3 ? 'poscar' : null;
}

/** `NaN`, `inf` and Fortran's `****` look like numbers here, so that the reader refuses them by name. */
function shapeOf(reader: LineReader): LineShape {
  const looksLikeNumber = (word: string): boolean => parseDecimal(word) !== undefined || /^([+-]?(nan|inf(inity)?)|\*+)$/i.test(word);
  let numbers = 0;
  while (numbers < reader.count && looksLikeNumber(reader.word(numbers))) numbers++;
  return { words: reader.count, numbers };
}

function refuseUnknown(source: SourceText): never {
  const head = source.text.slice(0, 20_000);
  const known = foreign.find(([, sign]) => sign.test(head));
  const firstLine = head.split('\n').find((line) => line.trim() !== '') ?? '';
  const offset = head.indexOf(firstLine);
  if (known) return source.refuse('files.foreignFormat', offset, { format: known[0], text: quoted(firstLine.trim()) });
  return source.refuse('files.unknownFormat', offset, { text: quoted(firstLine.trim()) });
}
