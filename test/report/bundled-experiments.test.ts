/** Every bundled measurement is read without complaint, says where it was read, and fits a bundled crystal. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readExperimentCsv } from '../../core/contracts/experiment-csv.ts';
import { experiment } from '../../core/contracts/report.ts';

const root = fileURLToPath(new URL('../../resources/experiment/', import.meta.url));
const files = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(`${root}${name}`).map((file) => `${name}/${file}`));

test('there are some', () => {
  expect(files.length).toBeGreaterThan(3);
});

test.each(files)('%s', (file) => {
  expect(file).toMatch(/^([a-z]{1,2}\d+)+-\d{1,3}\/[a-z0-9-]+\.csv$/);
  const points = experiment.parse(readExperimentCsv(file, readFileSync(root + file, 'utf8')));
  // A year and a place to look it up.
  expect(points.source).toMatch(/\(\d{4}\)/);
  expect(points.source).toMatch(/doi:|WebBook/);
  expect(points.licence).toBeDefined();
  const temperatures = points.x.value as number[];
  expect(temperatures).toEqual([...temperatures].sort((a, b) => a - b));
  const values = points.y.value as number[];
  const scale = { alphaLinear: [-1e-6, 2e-4], alphaVolumetric: [-3e-6, 6e-4], volume: [1, 1e4], heatCapacityP: [0, 200], bulkModulus: [0.1, 1000], bands: [0, 100] }[points.property] as [number, number];
  for (const value of values) {
    expect(value).toBeGreaterThan(scale[0]);
    expect(value).toBeLessThan(scale[1]);
  }
});
