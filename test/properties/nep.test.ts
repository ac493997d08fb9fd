/** Published neuroevolution potentials in every property, against values computed through NEP_CPU. */
import { describe, expect, test } from 'vitest';
import { nepPotential } from '../../core/potential/nep.ts';
import { elasticity } from '../../core/properties/elasticity.ts';
import { expansion } from '../../core/properties/expansion.ts';
import { phonons } from '../../core/properties/phonons.ts';
import { relaxation } from '../../core/properties/relaxation.ts';
import type { PropertyContext, RelaxedCrystal } from '../../core/properties/context.ts';
import { cellVolume } from '../../core/crystal/structure.ts';
import { cubic } from '../potential/models.ts';
import { nepAvailable, nepModel, type NepFolder } from '../potential/nep-models.ts';
import { describeWith } from '../shared.ts';
import { contextFor } from './context.ts';

const faces = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]];
const lattices = { fcc: faces, bcc: [[0, 0, 0], [0.5, 0.5, 0.5]], diamond: [...faces, ...faces.map((f) => f.map((x) => x + 0.25))] };

interface Case {
  readonly element: string;
  readonly lattice: keyof typeof lattices;
  readonly folder: NepFolder;
  /** Å: as published, to start from */
  readonly start: number;
  /** Å */
  readonly a: number;
  /** GPa: C11, C12, C44 with relaxed ions */
  readonly stiffness: readonly [number, number, number];
}

const cases: readonly Case[] = [
  { element: 'Si', lattice: 'diamond', folder: 'Si_2022_NEP3_4body', start: 5.431, a: 5.455325, stiffness: [139.52, 68.68, 60.78] },
  { element: 'Cu', lattice: 'fcc', folder: 'UNEPv1', start: 3.615, a: 3.626342, stiffness: [175.4, 128.3, 78.8] },
  { element: 'Al', lattice: 'fcc', folder: 'UNEPv1', start: 4.05, a: 4.042948, stiffness: [121.2, 53.9, 38.9] },
  { element: 'W', lattice: 'bcc', folder: 'UNEPv1', start: 3.165, a: 3.1825, stiffness: [505.2, 207.8, 121.2] },
];

async function relaxed({ element, lattice, folder, start }: Case): Promise<{ context: PropertyContext; crystal: RelaxedCrystal }> {
  const structure = cubic(start, lattices[lattice].map((f): [string, readonly number[]] => [element, f]));
  const context = contextFor(structure, nepPotential(nepModel(folder), folder), { 'temperature.maximum': '600' });
  return { context, crystal: (await relaxation(context)).relaxed };
}

describeWith(nepAvailable, 'the folder ../shared with reference results is missing', 'neuroevolution potentials', () => {
  describe.each(cases)('$element through $folder', (which) => {
    test('lattice parameter and elastic constants', async () => {
      const { context, crystal } = await relaxed(which);
      const perCell = { fcc: 4, bcc: 2, diamond: 4 }[which.lattice];
      expect(Math.abs(Math.cbrt(perCell * cellVolume(crystal.crystal.structure.cell)) - which.a)).toBeLessThan(1e-5);
      const stiffness = (await elasticity(context, crystal)).stiffness.value as number[][];
      // The values are given to 0.01 or 0.1 GPa.
      which.stiffness.forEach((value, k) => expect(Math.abs(stiffness[[0, 0, 3][k]!]![[0, 1, 3][k]!]! - value)).toBeLessThan(0.1));
    });
  });

  // Bounds around the measured values (Si: 15.5 THz, 7.8e-6/K of volume; Cu: 7.2 THz, 50e-6/K), within which a model of
  // these elements must lie: the checks of the property itself are the stricter part.
  test.each([[cases[0]!, 13, 16, 3e-6, 15e-6], [cases[1]!, 6.5, 8, 35e-6, 65e-6]] as const)('phonons and expansion run through to a good verdict: $element', async (which, low, high, least, most) => {
    const { context, crystal } = await relaxed(which);
    const { result } = await phonons(context, crystal);
    expect(result.verdict.checks.filter(({ passed }) => !passed).map(({ message }) => message.sentence)).toEqual([]);
    const highest = Math.max(...(result.dos.frequencies.value as number[]));
    expect(highest).toBeGreaterThan(low);
    expect(highest).toBeLessThan(high);
    const expanded = await expansion(context, crystal);
    expect(expanded.verdict.state).toBe('good');
    const temperatures = expanded.temperatures.value as number[];
    const alpha = (expanded.alphaVolumetric.value as number[])[temperatures.indexOf(300)]!;
    expect(alpha).toBeGreaterThan(least);
    expect(alpha).toBeLessThan(most);
  });
});
