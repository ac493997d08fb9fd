import { expect, test } from 'vitest';
import { reportDocument } from '../../core/contracts/report.ts';
import { reportDocumentOf, reportSize, serialiseDocument, titleOf } from '../../core/report/document.ts';
import { modesBudget, reportModesOf } from '../../core/report/modes.ts';
import { fillTemplate } from '../../electron/services/reports.ts';
import { chainResult } from './chain-result.ts';

const numbersIn = (data: string): Int16Array => {
  const bytes = Buffer.from(data, 'base64');
  return Int16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i));
};

test('a document follows its schema and survives JSON', () => {
  const { result, eigenvectors } = chainResult();
  const document = reportDocumentOf(result, { eigenvectors });
  expect(document.title).toBe('MgO: phonons');
  const read = reportDocument.parse(JSON.parse(serialiseDocument(document)));
  expect(read.recipe).toBe(result.provenance.command);
  expect(read.conventions.length).toBeGreaterThan(10);
  // Ten significant digits are kept.
  expect(read.result.relaxation?.energy.value).toBe(-0.3333333333);
});

test('the title names what was asked for, a relaxation only where it stands alone', () => {
  const { result } = chainResult();
  const { phonons, ...alone } = result;
  expect(phonons).toBeDefined();
  expect(titleOf(alone)).toBe('MgO: crystal structure');
  expect(titleOf({ ...result, material: { ...result.material, formula: 'Al2O3' } })).toBe('Al₂O₃: phonons');
});

test('references: the card first, then the methods that were used, nothing twice', () => {
  const { references } = reportDocumentOf(chainResult().result);
  expect(references[0]).toBe('Potential: A reference, with "quotes"');
  expect(new Set(references).size).toBe(references.length);
  expect(references.some((text) => text.includes('Hinuma'))).toBe(true);
  expect(references.some((text) => text.includes('Mouhat') || text.includes('Ewald'))).toBe(false);
});

test('nothing in a document can end its block in the page', () => {
  const { result } = chainResult();
  const hostile = '</script><script>window.taken = true</script><!-- $& $1 \u2028';
  const document = reportDocumentOf({ ...result, potential: { ...result.potential, title: hostile } });
  const template = '<title>x</title><script type="application/json" id="phonolite-document">null</script><script type="module">run()</script>';
  const page = fillTemplate(template, document);
  const block = /<script type="application\/json" id="phonolite-document">(.*?)<\/script>/s.exec(page)![1]!;
  expect(block).not.toContain('<');
  expect((JSON.parse(block) as typeof document).result.potential.title).toBe(hostile);
  expect(page.endsWith('</script><script type="module">run()</script>')).toBe(true);
  expect(() => fillTemplate('<p>another page</p>', document)).toThrow('no place');
});

test('eigenvectors are kept to half a step of int16', () => {
  const { eigenvectors } = chainResult();
  const kept = reportModesOf(eigenvectors, [11, 11], 2);
  expect(kept).toMatchObject({ modes: 6, atoms: 2, thinning: null });
  expect(kept.points).toEqual(Array.from({ length: 22 }, (_, i) => i));
  const worst = numbersIn(kept.data).reduce((most, value, i) => Math.max(most, Math.abs(value / 32767 - eigenvectors[i]!)), 0);
  expect(worst).toBeLessThanOrEqual(0.5 / 32767 + 1e-7);
});

test('long paths of large cells are thinned below 2 MB, with both ends of every segment, and say so', () => {
  // 28 atoms, 84 modes, 10 segments of 51 points: 510 · 84 · 28 · 6 · 2 bytes = 14.4 MB in full.
  const [atoms, segments] = [28, Array.from({ length: 10 }, () => 51)];
  const eigenvectors = new Float32Array(510 * 84 * 28 * 6);
  for (let point = 0; point < 510; point += 1) eigenvectors[point * 84 * 28 * 6] = point / 510;
  const kept = reportModesOf(eigenvectors, segments, atoms);
  expect(kept.data.length).toBeLessThanOrEqual(modesBudget);
  for (let s = 0; s < 10; s += 1) expect(kept.points).toEqual(expect.arrayContaining([51 * s, 51 * s + 50]));
  expect(kept.thinning).toContain(`${String(kept.points.length)} of the 510 wave vectors`);
  const numbers = numbersIn(kept.data);
  for (const [place, point] of kept.points.entries()) expect(numbers[place * 84 * 28 * 6]! / 32767).toBeCloseTo(point / 510, 4);
});

test('with tables that fill the file the modes give way, and the reader is told', () => {
  const { result, eigenvectors } = chainResult();
  // All 22 patterns take 4224 characters; about 2000 are left.
  const filling = 'x'.repeat(reportSize.file - reportSize.page - JSON.stringify(result).length - 2000);
  const document = reportDocumentOf({ ...result, potential: { ...result.potential, validFor: filling } }, { eigenvectors });
  expect(document.modes?.data.length).toBeGreaterThan(1000);
  expect(document.modes?.data.length).toBeLessThan(4000);
  expect(document.modes?.thinning).toContain('of the 22 wave vectors');
});

test('where not even the ends fit, as many points as do are kept', () => {
  const { eigenvectors } = chainResult();
  const kept = reportModesOf(eigenvectors, [11, 11], 2, 600);
  expect(kept.points).toHaveLength(3);
  expect(kept.data.length).toBeLessThanOrEqual(600);
});
