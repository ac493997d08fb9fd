/** The SIMD kernel against the plain reference, on models of every shape and structures of every kind. */
import { describe, expect, test } from 'vitest';
import type { Structure } from '../../core/contracts/structure.ts';
import type { NepModel } from '../../core/files/nep.ts';
import { kernelModule } from '../../core/kernels/kernels.ts';
import { nepKernel } from '../../core/kernels/nep.ts';
import { random } from '../../core/math/random.ts';
import { referenceNepEnvironments, type NepEnvironments } from '../../core/potential/nep-environments.ts';
import { typesOf } from '../../core/potential/species.ts';
import { largestDifference, randomNep, randomStructure, type RandomShape } from '../potential/nep-models.ts';

interface Outcome {
  readonly energies: Float64Array;
  readonly forces: Float64Array;
  readonly virial: Float64Array;
  readonly virials: Float64Array;
}

function outcomeOf(environments: NepEnvironments, structure: Structure, potentials: Float64Array | null): Outcome {
  const atoms = structure.species.length;
  const sums = { energies: new Float64Array(atoms), forces: new Float64Array(3 * atoms), virial: new Float64Array(6), virials: new Float64Array(9 * atoms) };
  environments.update(structure.positions, structure.cell, true);
  environments.add(sums, true, potentials);
  return sums;
}

/** Sums of about a thousand terms in another order: 1e-12 of the largest, and of one in units of the model. */
function expectEqual(found: Outcome, expected: Outcome): void {
  for (const name of ['energies', 'forces', 'virial', 'virials'] as const) {
    const size = expected[name].reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
    expect(largestDifference(found[name], expected[name]) / size, name).toBeLessThan(1e-12);
  }
}

const always: Structure['periodic'] = [true, true, true];

const shapes: readonly (RandomShape & { readonly name: string })[] = [
  { name: 'UNEP-v1 shape', elements: ['Cu', 'Ni', 'Pd', 'Pt', 'Au'], extras: ['222', '1111'], neurons: 80 },
  { name: 'all many-body terms to l = 8', lMax: 8, functions: [4, 4] },
  { name: 'one function of each kind', functions: [1, 1], terms: [1, 1], neurons: 1, lMax: 1, extras: [] },
  { name: 'two Chebyshev terms, l = 2', functions: [2, 3], terms: [2, 2], lMax: 2, extras: ['222', '112'] },
  { name: 'no angular part', lMax: 0, extras: [] },
  { name: 'NEP3 with odd sizes', version: 3, functions: [11, 7], terms: [11, 6], neurons: 51, lMax: 3, extras: ['222', '123', '233'] },
  { name: 'NEP5', version: 5, neurons: 18, extras: ['134'] },
  { name: 'l = 5', lMax: 5, functions: [3, 6], extras: ['1111'] },
  { name: 'l = 6', lMax: 6, functions: [3, 2], extras: [] },
  { name: 'l = 7', lMax: 7, functions: [3, 4], extras: ['222'] },
  { name: 'radii of each element', elements: ['Si', 'C', 'O'], cutoff: { form: 'elements', radial: [5, 4.5, 4], angular: [4, 3.5, 3.7] } },
  { name: 'equal radii', cutoff: { form: 'common', radial: 4.5, angular: 4.5 } },
];

test('the kernel is there', () => expect(kernelModule('nep')).not.toBeNull());

describe.each(shapes)('$name', (shape) => {
  const model: NepModel = randomNep(11, shape);
  const both = (structure: Structure): [NepEnvironments, NepEnvironments] => {
    const types = typesOf(structure, model.elements, 'random');
    return [nepKernel(model)!(types, structure.periodic), referenceNepEnvironments(model, types, structure.periodic)];
  };

  test.each([
    ['a small crystal', randomStructure(1, 7, model.elements, always)],
    ['a larger one', randomStructure(2, 60, model.elements, always)],
    ['a cell with one atom', randomStructure(3, 1, model.elements, always)],
    ['a slab', randomStructure(4, 20, model.elements, [true, false, true])],
    ['a molecule', randomStructure(5, 9, model.elements, [false, false, false])],
    ['an atom alone', randomStructure(6, 1, model.elements, [false, false, false])],
    ['a crystal of one of the elements', randomStructure(7, 12, model.elements.slice(-1), always)],
  ])('%s', (_, structure) => {
    const [kernel, reference] = both(structure);
    expectEqual(outcomeOf(kernel, structure, null), outcomeOf(reference, structure, null));
  });

  test('while atoms move and the cell is strained, the list made anew and kept', () => {
    const structure = randomStructure(8, 25, model.elements, always);
    const [kernel, reference] = both(structure);
    const source = random(9);
    for (const move of [0, 0.01, 0.05, 0.4, 0.02]) {
      const stretch = 1 + 0.1 * move * source.normal();
      const moved = { ...structure, cell: structure.cell.map((value) => value * stretch), positions: structure.positions.map((value) => value * stretch + move * source.normal()) };
      expectEqual(outcomeOf(kernel, moved, null), outcomeOf(reference, moved, null));
    }
  });

  test('two calls give the same bits', () => {
    const structure = randomStructure(10, 15, model.elements, always);
    const [kernel] = both(structure);
    const first = outcomeOf(kernel, structure, null);
    expect(outcomeOf(kernel, structure, null)).toEqual(first);
  });
});

test('charges, and derivatives at given potentials', () => {
  const model = randomNep(21, { chargeMode: 1, elements: ['Ba', 'Ti', 'O'], extras: ['222'] });
  const structure = randomStructure(22, 30, model.elements, always);
  const types = typesOf(structure, model.elements, 'random');
  const source = random(23);
  const potentials = Float64Array.from(types, () => source.normal());
  const kernel = nepKernel(model)!(types, structure.periodic), reference = referenceNepEnvironments(model, types, structure.periodic);
  expectEqual(outcomeOf(kernel, structure, potentials), outcomeOf(reference, structure, potentials));
  const found = new Float64Array(30), expected = new Float64Array(30);
  kernel.charges(found);
  reference.charges(expected);
  expect(largestDifference(found, expected)).toBeLessThan(1e-12);
});
