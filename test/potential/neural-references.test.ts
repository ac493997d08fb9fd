/** Energies, forces and functions of second-generation potentials, against n2p2, stage by stage. */
import { expect, test } from 'vitest';
import type { Structure } from '../../core/contracts/structure.ts';
import { neighbourList } from '../../core/crystal/neighbours.ts';
import { createDescriptor } from '../../core/descriptors/descriptor.ts';
import { createEnvironment, gatherEnvironment } from '../../core/descriptors/environment.ts';
import { scalingOf } from '../../core/descriptors/scaling.ts';
import { readN2p2Potential, writeN2p2Potential, type NamedFile } from '../../core/files/n2p2/folder.ts';
import { readSettings } from '../../core/files/n2p2/settings.ts';
import { sourceText } from '../../core/files/source-text.ts';
import { cutoffOf, neuralPotential, tablesOf, type NeuralDescription } from '../../core/potential/neural.ts';
import { neuralCard } from '../../core/potential/n2p2.ts';
import { angstromPer, electronvoltPer, type FileUnits } from '../../core/units/file-units.ts';
import { cases, potentialFiles, referenceOf, structureOf, type ReferenceStructure } from '../files/n2p2/references.ts';
import { describeWithShared } from '../shared.ts';

function descriptionOf(files: readonly NamedFile[], units: FileUnits): NeuralDescription {
  const settings = readSettings(sourceText(files.find(({ name }) => name === 'input.nn')!.bytes, 'input.nn'));
  return readN2p2Potential(files, settings, units).description;
}

/** The same potential after writing and reading back. */
function rewritten(description: NeuralDescription): NeuralDescription {
  const files = writeN2p2Potential(description).map(({ name, text }) => ({ name, bytes: new TextEncoder().encode(text) }));
  return descriptionOf(files, description.units);
}

/** Raw and scaled functions of an atom of this structure. */
function functionsIn(description: NeuralDescription, structure: Structure): (atom: number) => { raw: Float64Array; scaled: Float64Array; factor: Float64Array } {
  const types = Int32Array.from(structure.species, (symbol) => description.elements.indexOf(symbol));
  const list = neighbourList(structure.positions, structure.cell, structure.periodic, cutoffOf(description));
  const descriptors = tablesOf(description).map(createDescriptor);
  const environment = createEnvironment();
  return (atom) => {
    const e = types[atom]!, descriptor = descriptors[e]!;
    gatherEnvironment(environment, list, types, atom, descriptor.tables.cutoff);
    const raw = new Float64Array(descriptor.tables.count);
    descriptor.values(environment, raw);
    const { offset, origin, factor } = scalingOf(description.scaling, description.statistics[e]!);
    return { raw, scaled: raw.map((value, k) => offset + factor[k]! * (value - origin[k]!)), factor };
  };
}

function expectAgreement(description: NeuralDescription, reference: ReferenceStructure): void {
  const { units } = description;
  const length = angstromPer[units.length], energyUnit = electronvoltPer[units.energy];
  const structure = structureOf(reference, units);
  const potential = neuralPotential(description, neuralCard('reference', description, []));
  const { energy, forces, energies } = potential.bind(structure).evaluate(structure.positions, structure.cell, { forces: true, energies: true });
  expect(Math.abs(energy / energyUnit - reference.energy)).toBeLessThan(1e-12 * Math.max(1, Math.abs(reference.energy)));
  // Atomic energies there are without mean and reference energies.
  const constants = description.atomicEnergies.map((own) => energyUnit * (own + (description.normalisation?.meanEnergy ?? 0)));
  const worst = Math.max(...reference.atomic_energy.map((own, i) => Math.abs(energies![i]! - own * energyUnit - constants[description.elements.indexOf(structure.species[i]!)]!)));
  expect(worst).toBeLessThan(1e-12 * Math.max(1, Math.abs(reference.energy)) * energyUnit);
  const expected = reference.forces.flat();
  const scale = Math.max(1e-3, ...expected.map(Math.abs));
  expect(Math.max(...expected.map((force, k) => Math.abs((forces![k]! * length) / energyUnit - force)))).toBeLessThan(1e-10 * scale);
}

describeWithShared('second-generation potentials of n2p2', () => {
  for (const { name, references, units } of cases) {
    const description = descriptionOf(potentialFiles(name), units);
    const again = rewritten(description);
    for (const path of references) {
      test(`${name}, ${path}`, () => {
        for (const reference of referenceOf(`${name}/${path}.json`).structures) {
          const functionsOf = functionsIn(description, structureOf(reference, units));
          for (const { atom, raw, scaled } of reference.symfuncs) {
            const found = functionsOf(atom);
            raw.forEach((value, k) => {
              const size = Math.max(1, Math.abs(value));
              // n2p2 takes its compact functions from powers of x, which cancel near their ends: 1e-14 of their largest value, which
              // weights of up to Z² = 64 multiply, are all that it knows there.
              expect(Math.abs(found.raw[k]! - value)).toBeLessThan(1e-12 * Math.abs(value) + 64e-14);
              // Scaling magnifies rounding by its factor.
              expect(Math.abs(found.scaled[k]! - scaled[k]!)).toBeLessThan(1e-12 * Math.max(size * Math.abs(found.factor[k]!), 1));
            });
          }
          expectAgreement(description, reference);
        }
      });
    }
    test(`${name} is the same to the last bit after writing and reading back`, () => {
      expect(again).toEqual(description);
      expectAgreement(again, referenceOf(`${name}/${references[0]!}.json`).structures[0]!);
    });
  }

  test('liquid water of 1080 atoms', () => {
    expectAgreement(descriptionOf(potentialFiles('H2O_RPBE-D3'), { length: 'bohr', energy: 'hartree' }), referenceOf('H2O_RPBE-D3/reference_liquid_1080.json').structures[0]!);
  });
});
