/** Symmetry functions of every type under every cutoff setting, against n2p2. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { neighbourList } from '../../core/crystal/neighbours.ts';
import { createDescriptor } from '../../core/descriptors/descriptor.ts';
import { createEnvironment, gatherEnvironment } from '../../core/descriptors/environment.ts';
import { descriptorTables } from '../../core/descriptors/tables.ts';
import { readSettings } from '../../core/files/n2p2/settings.ts';
import { sourceText } from '../../core/files/source-text.ts';
import { bytesOf, rawData, referenceOf, structureOf } from '../files/n2p2/references.ts';
import { describeWithShared, shared } from '../shared.ts';

describeWithShared('43 functions of n2p2 under 15 cutoff settings', () => {
  const lattices = rawData('sf_types/structures.data').map(({ lattice }) => lattice);
  const settings = readdirSync(shared('reference/n2p2/sf_types')).filter((name) => name.startsWith('ct'));

  test.each(settings)('%s', (name) => {
    const { elements, functions, cutoff } = readSettings(sourceText(bytesOf(`sf_types/${name}/input.nn`), 'input.nn'));
    const reference = referenceOf(`sf_types/reference_${name}.json`);
    expect(functions.reduce((sum, own) => sum + own.length, 0)).toBe(43);
    const descriptors = functions.map((own) => createDescriptor(descriptorTables(own, elements, cutoff, 1)));
    const environment = createEnvironment();
    let worst = 0, worstSlope = 0;
    reference.structures.forEach((each, index) => {
      const structure = structureOf(each, { length: 'angstrom', energy: 'ev' }, lattices[index]!);
      const types = Int32Array.from(each.symbols, (symbol) => elements.indexOf(symbol));
      const list = neighbourList(structure.positions, structure.cell, structure.periodic, reference.potential.max_cutoff);
      for (const { atom, raw, draw_dri: slopes } of each.symfuncs) {
        const descriptor = descriptors[types[atom]!]!;
        gatherEnvironment(environment, list, types, atom, descriptor.tables.cutoff);
        const values = new Float64Array(descriptor.tables.count), gradient = new Float64Array(3 * environment.count);
        descriptor.values(environment, values);
        raw.forEach((expected, k) => {
          // n2p2 takes its polynomials from powers of x with coefficients up to 540, which cancel near their ends: what it knows there
          // is 1e-13 of their largest value, which is one.
          worst = Math.max(worst, (Math.abs(values[k]! - expected) - 1e-13) / Math.abs(expected || 1));
          const weights = new Float64Array(values.length);
          weights[k] = 1;
          descriptor.vectorJacobian(environment, weights, gradient);
          // n2p2 prints the derivative with respect to the centre with its own images held.
          const largest = Math.max(1, ...slopes[k]!.map(Math.abs));
          for (let x = 0; x < 3; x++) {
            let own = 0;
            for (let n = 0; n < environment.count; n++) own -= gradient[3 * n + x]!;
            worstSlope = Math.max(worstSlope, Math.abs(own - slopes[k]![x]!) / largest);
          }
        });
      }
    });
    expect(worst).toBeLessThan(1e-12);
    expect(worstSlope).toBeLessThan(1e-12);
  });

  test('are sorted like the inputs of n2p2', () => {
    const { elements, functions } = readSettings(sourceText(bytesOf('sf_types/ct1_a0.00/input.nn'), 'input.nn'));
    const reference = referenceOf('sf_types/reference_ct1_a0.00.json');
    elements.forEach((element, e) => {
      const types = reference.potential.symmetry_functions[element]!.map(({ line }) => Number(line.split(/\s+/)[2]));
      expect(functions[e]!.map(({ type }) => type)).toEqual(types);
    });
  });
});
