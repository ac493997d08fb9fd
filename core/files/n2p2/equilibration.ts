/** The charges of a potential of the fourth generation in `input.nn`, `weightse.ZZZ.data` and `hardness.ZZZ.data`. */
import { message, refuse } from '../../contracts/messages.ts';
import type { Message } from '../../contracts/quantity.ts';
import { atomicNumber } from '../../crystal/elements.ts';
import { coreOfShape, type CompactShape, type CutoffType } from '../../descriptors/cutoff-functions.ts';
import type { EquilibrationDescription } from '../../potential/neural-4g.ts';
import { coulomb } from '../../units/constants.ts';
import { angstromPer, electronvoltPer, type FileUnits } from '../../units/file-units.ts';
import { LineReader } from '../line-reader.ts';
import type { SourceText } from '../source-text.ts';
import { numbered, seventeenDigits } from './numbers.ts';
import { elementIn, type N2p2Settings } from './settings.ts';

/** Letters of the screening function: those of compact functions, and the cosine. */
const screeningLetters = ['c', 'p1', 'p2', 'p3', 'p4', 'e'] as const satisfies readonly (CompactShape | 'c')[];
const fallOf = (letter: (typeof screeningLetters)[number]): CutoffType => (letter === 'c' ? 1 : coreOfShape(letter));

/** A vacuum in these units has this 4πε; a tenth more or less is a dielectric, twice as much another unit. */
const vacuumTolerance = 0.01;

/** Everything but the networks. `open`: the file of this name, or a refusal that says what it is for. */
export function readEquilibration({ file, elements }: N2p2Settings, units: FileUnits, open: (name: string, purpose: string) => SourceText): { description: Omit<EquilibrationDescription, 'electronegativities'>; notes: Message[] } {
  const notes: Message[] = [];
  const widths = new Float64Array(elements.length);
  for (const line of file.all('fixed_gausswidth')) {
    const e = elements.indexOf(elementIn(file, line, elements));
    if (widths[e] !== 0) file.refuse('n2p2.value', line, 0, { expected: 'an element without a width so far' });
    const width = file.number(line, 1, `the width of the charge of ${elements[e]!}`);
    if (!(width > 0)) file.refuse('n2p2.value', line, 1, { expected: `the width of the charge of ${elements[e]!}, a positive number` });
    widths[e] = width;
  }
  elements.forEach((element, e) => {
    if (widths[e] === 0) file.need(`fixed_gausswidth ${element}`, `the width of the Gaussian charge of ${element}`);
  });
  const epsilonLine = file.find('four_pi_epsilon');
  const fourPiEpsilon = epsilonLine ? file.number(epsilonLine, 0, 'four_pi_epsilon') : 1;
  if (!(fourPiEpsilon > 0)) file.refuse('n2p2.value', epsilonLine!, 0, { expected: 'four_pi_epsilon, a positive number' });
  const constant = (electronvoltPer[units.energy] * angstromPer[units.length]) / fourPiEpsilon;
  if (Math.abs(constant / coulomb - 1) > vacuumTolerance) notes.push(message('n2p2.noteCoulomb', { value: fourPiEpsilon, constant, vacuum: coulomb }));
  return {
    description: {
      widths,
      hardness: Float64Array.from(elements, (element) => readHardness(open(numbered('hardness', atomicNumber(element)), `the hardness of ${element}`), element)),
      fourPiEpsilon,
      screening: readScreening(file),
    },
    notes,
  };
}

function readScreening(file: N2p2Settings['file']): EquilibrationDescription['screening'] {
  const line = file.find('screen_electrostatics');
  if (!line) return null;
  const inner = file.number(line, 0, 'the inner radius of the screening'), outer = file.number(line, 1, 'the outer radius of the screening');
  if (!(inner >= 0)) file.refuse('n2p2.value', line, 0, { expected: 'the inner radius of the screening, zero or positive' });
  if (!(outer > inner)) file.refuse('n2p2.value', line, 1, { expected: `the outer radius of the screening, larger than the inner one (${inner})` });
  const text = line.values[2] ?? 'c';
  const letter = screeningLetters.find((known) => known === text) ?? file.refuse('n2p2.value', line, 2, { expected: `one of ${screeningLetters.join(', ')}` });
  return { inner, outer, fall: fallOf(letter) };
}

/** The first number of the file. */
function readHardness(source: SourceText, element: string): number {
  const reader = new LineReader(source);
  while (reader.next()) {
    if (reader.count === 0 || reader.word(0).startsWith('#')) continue;
    const value = reader.number(0, `the hardness of ${element}`);
    return value >= 0 ? value : reader.refuse('n2p2.value', 0, { expected: `the hardness of ${element}, zero or positive` });
  }
  return refuse('files.truncated', { place: source.place(source.text.length), expected: `the hardness of ${element}` });
}

/** Lines of `input.nn`, beside those of the networks. `keptKeywords`: already among the lines that are kept. */
export function equilibrationLines(elements: readonly string[], { widths, screening, fourPiEpsilon }: EquilibrationDescription, keptKeywords: ReadonlySet<string>): string[] {
  const letter = screening && screeningLetters.find((known) => fallOf(known) === screening.fall);
  return [
    'nnp_type 4G-HDNNP',
    ...elements.map((element, e) => `fixed_gausswidth ${element} ${widths[e]}`),
    ...(screening ? [`screen_electrostatics ${screening.inner} ${screening.outer} ${letter}`] : []),
    ...(fourPiEpsilon === 1 ? [] : [`four_pi_epsilon ${fourPiEpsilon}`]),
    // n2p2 truncates its sums: without another wish, where nothing is seen of it.
    ...(keptKeywords.has('ewald_prec') ? [] : ['ewald_truncation_error_method 0', 'ewald_prec 1e-12']),
  ];
}

export function writeHardness(value: number): string {
  return `${seventeenDigits(value)}\n`;
}
