/** Folders of n2p2 as a user has them: training leftovers beside the potential, large data, units that nobody names. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCore, loadPotential } from '../../core/index.ts';
import { writeData } from '../../core/files/n2p2/data.ts';
import { evaluateStructures } from '../../electron/services/evaluate.ts';
import { coreBytes } from '../../electron/services/layout.ts';
import { potentialSource, readStructureInput } from '../../electron/services/library.ts';
import { crystal, filesOf, smallDescription } from '../files/n2p2/potentials.ts';
import { cases, referenceOf } from '../files/n2p2/references.ts';
import { describeWithShared, shared } from '../shared.ts';
import { bohr, hartree } from '../../core/units/constants.ts';
import { describeBuilt, phonolite } from './command-line.ts';
import { temporaryFolder } from './silicon.ts';

const place = temporaryFolder();
const folder = join(place.path, 'small');
const description = { ...smallDescription(), units: { length: 'bohr', energy: 'hartree' } as const };

beforeAll(() => {
  loadCore(coreBytes());
  mkdirSync(folder);
  for (const { name, bytes } of filesOf(description)) writeFileSync(join(folder, name), name === 'input.nn' ? new TextDecoder().decode(bytes).replace(/^#.*\n/gm, '') : bytes);
  // Neighbours 1.9 covalent radii apart, as in bohr; far more than is looked at, and cut in the middle of a line where that ends.
  const frame = writeData([{ structure: crystal, labels: { energy: -40, info: new Map([['set', 'train']]) } }], { length: 'bohr', energy: 'hartree' });
  writeFileSync(join(folder, 'input.data'), frame.repeat(3000));
  writeFileSync(join(folder, 'learning-curve.out'), '{ "not": "a potential" }');
  writeFileSync(join(folder, 'weights.006.000010.out'), '1.0\n');
  writeFileSync(join(folder, 'train.data'), Buffer.alloc(1000, 0));
});
afterAll(place.remove);

describe('a folder with everything that training leaves', () => {
  test('is read as the potential alone, with the head of its data', () => {
    const source = potentialSource(folder);
    expect(source.files.map(({ name }) => name)).toEqual(['input.data', 'input.nn', 'scaling.data', 'weights.006.data', 'weights.014.data']);
    expect(source.files[0]!.bytes.length).toBeLessThanOrEqual(1_000_000);
    expect(source.files[0]!.bytes.at(-1)).toBe(10);
    const { card } = loadPotential(source);
    expect(card.units).toEqual({ length: 'bohr', energy: 'hartree' });
    expect(card.limits[0]).toMatch(/bohr \(neighbours then are 0\.\d\d times the sum of their covalent radii apart\) and hartree/);
    expect(loadPotential(potentialSource(folder, { units: 'ev,angstrom' })).card.units).toEqual({ length: 'angstrom', energy: 'ev' });
  });

  test('its data are read in its units', async () => {
    writeFileSync(join(place.path, 'two.data'), writeData([{ structure: crystal }, { structure: { ...crystal, periodic: [false, false, false] } }], { length: 'bohr', energy: 'hartree' }));
    const source = potentialSource(folder);
    const potential = loadPotential(source);
    const { structures } = readStructureInput(join(place.path, 'two.data'), potential.card.units);
    const evaluated = await evaluateStructures(structures, source);
    expect(evaluated).toHaveLength(2);
    structures.forEach((structure, k) => {
      const { energy } = potential.bind(structure).evaluate(structure.positions, structure.cell, {});
      expect(evaluated[k]!.energy).toBe(energy);
    });
    structures[0]!.positions.forEach((x, k) => expect(x).toBeCloseTo(crystal.positions[k]!, 12));
  });
});

describeWithShared('evaluate, from the folder of n2p2 to the numbers in the JSON', () => {
  describeBuilt('by the command line', () => {
    test.each(cases.filter(({ name }) => name !== 'LJ'))('$name', async ({ name, units, references: [reference] }) => {
      const data = name === 'H2O_RPBE-D3' ? 'small_and_nonperiodic.data' : 'structures.data';
      const out = join(place.path, `${name}.json`);
      const path = shared(`reference/n2p2/${name}`);
      const ended = await phonolite(['evaluate', join(path, data), '--potential', path, '--set', `units=${units.length},${units.energy}`, '--out', out]);
      expect(ended).toMatchObject({ status: 0 });
      // Only the small cells of water are shorter than its cutoff.
      expect(ended.stderr.includes('is shorter than the cutoff of 6.35013 Å')).toBe(name === 'H2O_RPBE-D3');
      const items = JSON.parse(readFileSync(out, 'utf8')) as { energy: number; forces: number[][] }[];
      const length = units.length === 'bohr' ? bohr : 1, energy = units.energy === 'hartree' ? hartree : 1;
      for (const [k, expected] of referenceOf(`${name}/${reference!}.json`).structures.entries()) {
        expect(Math.abs(items[k]!.energy / energy / expected.energy - 1)).toBeLessThan(1e-12);
        const scale = Math.max(1e-3, ...expected.forces.flat().map(Math.abs));
        const worst = Math.max(...expected.forces.flatMap((force, i) => force.map((f, x) => Math.abs((items[k]!.forces[i]![x]! * length) / energy - f))));
        expect(worst).toBeLessThan(1e-10 * scale);
      }
    });

    // Their cutoffs of 8 may be in either unit, and one of 15 looks like bohr: the data know better.
    test.each([['QM9_wacsf', 'Å', 'reference'], ['QM9_weighted_compact', 'Å', 'reference'], ['AlAuMgO_4G', 'bohr', 'reference_ewald_converged']])('units of %s are told from the data that it is used on', async (name, length, reference) => {
      const path = shared(`reference/n2p2/${name}`), out = join(place.path, `${name}-told.json`);
      const ended = await phonolite(['evaluate', join(path, 'structures.data'), '--potential', path, '--out', out]);
      expect(ended).toMatchObject({ status: 0 });
      expect(ended.stderr).toMatch(new RegExp(`name no units: ${length} \\(neighbours then are \\d\\.\\d\\d times the sum of their covalent radii apart\\) and hartree \\(`));
      const items = JSON.parse(readFileSync(out, 'utf8')) as { energy: number }[];
      referenceOf(`${name}/${reference}.json`).structures.forEach(({ energy }, k) => expect(Math.abs(items[k]!.energy / hartree / energy - 1)).toBeLessThan(1e-12));
    });

    test('units that cannot be told are asked for', async () => {
      const path = shared('reference/n2p2/QM9_wacsf'), structure = join(place.path, 'methane.xyz');
      writeFileSync(structure, '2\n\nC 0 0 0\nH 0 0 1.09\n');
      const ended = await phonolite(['evaluate', structure, '--potential', path, '--out', join(place.path, 'never.json')]);
      expect(ended.status).toBe(2);
      expect(ended.stderr).toContain('--set units=bohr,hartree or --set units=angstrom,ev');
    });
  });
});
