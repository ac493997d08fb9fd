import { refuse } from './messages.ts';
import type { Basis } from './quantity.ts';
import type { Experiment } from './report.ts';
import { csvFields } from './table.ts';

/**
 * Measured points as a CSV file that a person writes: `# key: value` lines, a header with units in brackets, then
 * temperature, value and, if known, its standard uncertainty:
 *
 *     # property: alphaLinear
 *     # label: Author and Author 1966
 *     # source: Journal volume, page (year), table II
 *     temperature (K),alpha (1e-6/K),uncertainty (1e-6/K)
 *     100,2.24,0.02
 *
 * Bundled points and those that a user adds to a report are read by this one function.
 */
type Property = Experiment['property'];

interface Measured {
  readonly meaning: string;
  readonly x: Readonly<Record<string, number>>;
  readonly storedX: string;
  /** Unit as written (without spaces) -> factor to the stored unit. */
  readonly y: Readonly<Record<string, number>>;
  readonly storedY: string;
  readonly extensive: boolean;
  readonly example: string;
}

const kelvin = { K: 1 };
const expansivity = { '1/K': 1, 'K^-1': 1, '1e-6/K': 1e-6, '10^-6/K': 1e-6, '10⁻⁶K⁻¹': 1e-6 };

/** What can be laid over a computed curve, with the units that are understood. */
export const measurable: Readonly<Record<Property, Measured>> = {
  alphaLinear: { meaning: 'linear thermal expansion', x: kelvin, storedX: 'K', y: expansivity, storedY: '1/K', extensive: false, example: 'temperature (K),alpha (1e-6/K),uncertainty (1e-6/K)' },
  alphaVolumetric: { meaning: 'volumetric thermal expansion', x: kelvin, storedX: 'K', y: expansivity, storedY: '1/K', extensive: false, example: 'temperature (K),alpha (1e-6/K),uncertainty (1e-6/K)' },
  volume: { meaning: 'volume', x: kelvin, storedX: 'K', y: { 'Å³': 1, 'Å^3': 1, 'A^3': 1 }, storedY: 'Å³', extensive: true, example: 'temperature (K),volume (A^3),uncertainty (A^3)' },
  heatCapacityP: { meaning: 'heat capacity at constant pressure', x: kelvin, storedX: 'K', y: { 'J/(mol·K)': 1, 'J/(molK)': 1, 'J/(mol*K)': 1, 'J/mol/K': 1 }, storedY: 'J/(mol·K)', extensive: true, example: 'temperature (K),heat capacity (J/(mol K)),uncertainty (J/(mol K))' },
  bulkModulus: { meaning: 'bulk modulus', x: kelvin, storedX: 'K', y: { GPa: 1 }, storedY: 'GPa', extensive: false, example: 'temperature (K),bulk modulus (GPa),uncertainty (GPa)' },
  bands: { meaning: 'phonon frequencies along the path', x: { 'rad/Å': 1, 'rad/A': 1, '1/Å': 1, '1/A': 1 }, storedX: 'rad/Å', y: { THz: 1 }, storedY: 'THz', extensive: false, example: 'distance (1/A),frequency (THz),uncertainty (THz)' },
};

const keys = ['property', 'label', 'source', 'licence', 'axis', 'basis'];
const largestText = 2_000_000;

const isProperty = (text: string): text is Property => Object.hasOwn(measurable, text);
const isAxis = (text: string): text is 'a' | 'b' | 'c' => ['a', 'b', 'c'].includes(text);
const isBasis = (text: string): text is Basis => ['atom', 'formula', 'cell'].includes(text);

/** `fallback` is the property of the chart that the file was dropped on. Throws `Refusal`. */
export function readExperimentCsv(file: string, text: string, fallback?: Property): Experiment {
  if (text.length > largestText) refuse('experiment.size', { file, found: text.length, limit: largestText });
  const named = new Map<string, { text: string; line: number }>();
  const lines: { number: number; text: string }[] = [];
  for (const [index, raw] of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/).entries()) {
    const line = raw.trim();
    const note = /^#\s*(\w+)\s*:\s*(.*)$/.exec(line);
    if (note) {
      const key = note[1]!.toLowerCase();
      if (!keys.includes(key)) refuse('experiment.key', { file, line: index + 1, key: key.slice(0, 80), known: keys.join(', ') });
      named.set(key, { text: note[2]!, line: index + 1 });
    } else if (line !== '' && !line.startsWith('#')) lines.push({ number: index + 1, text: line });
  }

  const known = Object.keys(measurable).join(', ');
  const property = named.get('property')?.text ?? fallback;
  if (property === undefined) refuse('experiment.property', { file, known });
  if (!isProperty(property)) refuse('experiment.property', { file, known });
  const measured = measurable[property];
  const axis = named.get('axis');
  if (axis !== undefined && !isAxis(axis.text)) refuse('experiment.axis', { file, line: axis.line, text: axis.text.slice(0, 80) });
  const basis = named.get('basis')?.text;
  if (measured.extensive && (basis === undefined || !isBasis(basis))) refuse('experiment.basis', { file, property: measured.meaning });

  const header = lines[0];
  if (header === undefined || lines.length < 2) refuse('experiment.empty', { file, example: measured.example });
  const separator = [';', '\t'].find((candidate) => header.text.includes(candidate)) ?? ',';
  const titles = csvFields(header.text, separator)[0]!.map((title) => title.trim());
  if (titles.length !== 2 && titles.length !== 3) refuse('experiment.columns', { file, line: header.number, found: titles.length, example: measured.example });
  const factors = titles.map((title, column) => {
    const units = column === 0 ? measured.x : measured.y;
    const unit = /\((.*)\)$/.exec(title)?.[1]?.replaceAll(' ', '') ?? '';
    if (!Object.hasOwn(units, unit)) refuse('experiment.unit', { file, line: header.number, column: column + 1, unit: unit.slice(0, 80), known: Object.keys(units).join(', ') });
    return units[unit]!;
  });

  const columns: number[][] = titles.map(() => []);
  for (const line of lines.slice(1)) {
    const fields = csvFields(line.text, separator)[0]!;
    if (fields.length !== titles.length) refuse('experiment.columns', { file, line: line.number, found: fields.length, example: measured.example });
    for (const [column, field] of fields.entries()) {
      const value = field.trim() === '' ? Number.NaN : Number(field);
      if (!Number.isFinite(value)) refuse('experiment.number', { file, line: line.number, column: column + 1, text: field.slice(0, 80) });
      columns[column]!.push(value * factors[column]!);
    }
  }
  const [x, y, uncertainty] = columns;
  const licence = named.get('licence')?.text;
  return {
    property,
    label: named.get('label')?.text ?? file,
    source: named.get('source')?.text ?? file,
    ...(licence !== undefined && { licence }),
    x: { value: x!, unit: measured.storedX },
    y: {
      value: y!,
      unit: measured.storedY,
      ...(measured.extensive && { basis: basis as Basis }),
      ...(uncertainty && { uncertainty: { numerical: uncertainty } }),
    },
    ...(axis !== undefined && { axis: axis.text as 'a' | 'b' | 'c' }),
  };
}
