import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cellVolume } from '../../core/crystal/structure.ts';
import { readStructures } from '../../core/files/read-structures.ts';
import { describeWithShared, shared } from '../shared.ts';

describeWithShared('structure files of other programs', () => {
  const files = (folder: string): string[] => {
    try {
      return readdirSync(shared(folder), { recursive: true, encoding: 'utf8' }).filter((file) => /\.(POSCAR|extxyz|xyz)$/.test(file)).map((file) => `${folder}/${file}`);
    } catch {
      return [];
    }
  };
  const read = (file: string) => readStructures(readFileSync(shared(file)), file);

  test.each(files('reference'))('%s', (file) => {
    const { structures } = read(file);
    expect(structures.length).toBeGreaterThan(0);
    // What the comment line of every frame says about the number of frames.
    if (file.endsWith('xyz')) expect(structures).toHaveLength(readFileSync(shared(file), 'utf8').split('\n').filter((line) => /Properties=/.test(line)).length);
  });

  const pairs = files('reference').filter((file) => file.endsWith('.POSCAR'));
  test.each(pairs)('%s holds the same atoms as the extended XYZ beside it', (file) => {
    const poscar = read(file).structures[0]!;
    const extxyz = read(file.replace('.POSCAR', '.extxyz')).structures[0]!;
    expect(poscar.species).toEqual(extxyz.species);
    // Both give the cell in full precision; ASE writes 8 decimals for XYZ positions, so half of the last digit, plus rounding.
    poscar.cell.forEach((value, i) => expect(Math.abs(value - extxyz.cell[i]!)).toBeLessThan(2e-14 * Math.cbrt(cellVolume(poscar.cell)) + 1e-15));
    poscar.positions.forEach((value, i) => expect(Math.abs(value - extxyz.positions[i]!)).toBeLessThan(0.5e-8 + 1e-13));
  });

  // Frame counts as the data folder's README gives them.
  test.each([
    ['data/mlearn/Ni_test.xyz', 31, 'energy'], ['data/mlearn/Si_test.xyz', 25, 'stress'], ['data/longrange/NaCl_PBEsol.xyz', 100, 'forces'],
    ['data/longrange/4G_carbon_chain_n2p2.xyz', 128, 'charges'], ['data/longrange/4G_H2O_RPBE-D3_n2p2.xyz', 20, 'charges'], ['data/solids/SrTiO3_test.xyz', 30, 'energy'],
  ] as const)('%s has %i frames with %s', (file, frames, label) => {
    const { structures, labels } = read(file);
    expect(structures).toHaveLength(frames);
    expect(labels.every((frame) => frame?.[label] !== undefined)).toBe(true);
  });

  test('stress and virial of a training set agree: σ = −W/V', () => {
    const text = readFileSync(shared('data/mlearn/Ni_test.xyz'), 'utf8');
    const withStress = readStructures(new TextEncoder().encode(text), 'stress');
    const withVirial = readStructures(new TextEncoder().encode(text.replace(/stress="[^"]*"/g, '')), 'virial');
    withStress.labels.forEach((frame, k) => frame!.stress!.forEach((value, i) =>
      // The stress is written with 8 decimals and was rounded from kbar before: one unit of the last digit.
      expect(Math.abs(value - withVirial.labels[k]!.stress![i]!)).toBeLessThan(1e-8)));
  });
});
