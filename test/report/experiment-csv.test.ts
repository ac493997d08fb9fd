import { describe, expect, test } from 'vitest';
import { measurable, readExperimentCsv } from '../../core/contracts/experiment-csv.ts';
import { Refusal } from '../../core/contracts/messages.ts';
import { experiment } from '../../core/contracts/report.ts';

function refusal(read: () => unknown): { code: string; sentence: string } {
  try {
    read();
  } catch (error) {
    if (error instanceof Refusal) return error.detail;
    throw error;
  }
  throw new Error('it was read');
}

const expansion = '# property: alphaLinear\n# label: Somebody 1966\n# source: Journal 1, 2 (1966), table II\n# licence: facts\n# axis: c\ntemperature (K),alpha (1e-6/K),uncertainty (1e-6/K)\n100,2.24,0.02\n300,10.40,0.05\n';

test('points with unit, uncertainty, source and axis', () => {
  const points = experiment.parse(readExperimentCsv('points.csv', expansion));
  expect(points).toMatchObject({ property: 'alphaLinear', label: 'Somebody 1966', source: 'Journal 1, 2 (1966), table II', licence: 'facts', axis: 'c' });
  expect(points.x).toEqual({ value: [100, 300], unit: 'K' });
  expect(points.y.unit).toBe('1/K');
  expect((points.y.value as number[])[1]).toBeCloseTo(10.4e-6, 18);
  expect((points.y.uncertainty?.numerical as number[])[0]).toBeCloseTo(0.02e-6, 18);
});

test('semicolons, tabs, Windows lines, a byte-order mark and comments are the same file', () => {
  const value = readExperimentCsv('points.csv', expansion);
  const dialect = `\uFEFF${expansion.replaceAll(',', ';').replace('Journal 1; 2 (1966); table II', 'Journal 1, 2 (1966), table II')}`.replaceAll('\n', '\r\n');
  expect(readExperimentCsv('points.csv', dialect)).toEqual(value);
  expect(readExperimentCsv('points.csv', `# a remark without a key\n\n${expansion.replaceAll(/,(?=\d|alpha|unc)/g, '\t')}`)).toEqual(value);
});

test('the example of every property is a header that is read', () => {
  for (const [property, { example, storedY, extensive }] of Object.entries(measurable)) {
    const basis = extensive ? '# basis: formula\n' : '';
    const points = readExperimentCsv('points.csv', `# property: ${property}\n${basis}${example}\n1,2,0.5\n`);
    expect(points.y.unit).toBe(storedY);
    expect(points.y.basis).toBe(extensive ? 'formula' : undefined);
  }
});

describe('what is wrong is said with its place', () => {
  const body = 'temperature (K),alpha (1e-6/K)\n100,2.24\n';
  test.each([
    ['no property', body, 'experiment.property', 'p.csv: nothing says which property was measured.'],
    ['unknown property', `# property: __proto__\n${body}`, 'experiment.property', 'alphaLinear, alphaVolumetric, volume'],
    ['unknown key', `# propertie: alphaLinear\n${body}`, 'experiment.key', 'p.csv, line 1: "propertie" is not one of the keys'],
    ['axis', `# property: alphaLinear\n# axis: x\n${body}`, 'experiment.axis', 'line 2: the axis "x" is none of a, b, c'],
    ['basis', '# property: volume\ntemperature (K),volume (A^3)\n1,2\n', 'experiment.basis', 'a volume counts per something'],
    ['unit', '# property: alphaLinear\ntemperature (C),alpha (1e-6/K)\n1,2\n', 'experiment.unit', 'line 2, column 1: the unit "C" is not known here. Write one of K'],
    ['no unit', '# property: alphaLinear\ntemperature (K),alpha\n1,2\n', 'experiment.unit', 'line 2, column 2: the unit "" is not known'],
    ['columns', '# property: alphaLinear\ntemperature (K),alpha (1/K)\n1,2,3,4\n', 'experiment.columns', 'line 3: 4 columns where two or three were expected'],
    ['number', `# property: alphaLinear\n${body}200,1.2.3\n`, 'experiment.number', 'line 4, column 2: "1.2.3" is not a number'],
    ['infinity', `# property: alphaLinear\n${body}200,Infinity\n`, 'experiment.number', '"Infinity" is not a number'],
    ['nothing', '# property: alphaLinear\n', 'experiment.empty', 'no line with numbers was found'],
    ['size', 'x'.repeat(2_000_001), 'experiment.size', '2000001 characters'],
  ])('%s', (_, text, code, sentence) => {
    const said = refusal(() => readExperimentCsv('p.csv', text));
    expect(said.code).toBe(code);
    expect(said.sentence).toContain(sentence);
  });
});
