/** Neuroevolution potentials in the kernel `assembly/nep.ts`: its tables, and what it evaluates. */
import type { Structure } from '../contracts/structure.ts';
import { coefficientsByPair, pairCutoffs } from '../descriptors/nep-cutoffs.ts';
import { harmonicsTable } from '../descriptors/nep-harmonics.ts';
import { invariantsTable } from '../descriptors/nep-invariants.ts';
import { descriptorLength, type NepBasis, type NepModel } from '../files/nep.ts';
import type { NepEnvironments } from '../potential/nep-environments.ts';
import { KernelAtoms, type AtomsExports } from './atoms.ts';
import { kernelModule } from './kernels.ts';
import { spaceOf, type KernelSpace } from './space.ts';

/** (T_k + 1)/2 = ½ T_k for k > 0: the constants go into the coefficient of T_0. */
function chebyshevCoefficients({ functions, terms }: NepBasis, coefficients: Float64Array): Float64Array {
  const out = coefficients.map((value) => 0.5 * value);
  for (let at = 0; at < functions * terms; at += terms) {
    out[at] = coefficients[at]!;
    for (let k = 1; k < terms; k++) out[at]! += out[at + k]!;
  }
  return out;
}

const upTo = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** What the kernel is to do, by its numbers. */
const mode = { energies: 0, charges: 1, totals: 2 } as const;

/** First word of the header that is the kernel's own. */
const ownWords = 32;

/** The compiled twin of `referenceNepEnvironments` for the structures of one potential; null where the kernel is not loaded. */
export function nepKernel(model: NepModel): ((types: Int32Array, periodic: Structure['periodic']) => NepEnvironments) | null {
  if (!kernelModule('nep')) return null;
  const { radial, angular, lMax, neurons, networks, scale } = model;
  const elements = model.elements.length;
  const radii = pairCutoffs(model);
  const dimension = descriptorLength(model);
  const rows = upTo(dimension, 4), columns = upTo(neurons, 4), pitch = upTo(angular.functions, 2);
  const networkDoubles = (rows + 4) * columns;
  const harmonics = harmonicsTable(lMax);
  const { extras } = invariantsTable(model);

  /** Writes the tables of the elements that occur only: a model of 89 elements has 7921 pairs. Returns words of the header. */
  const writeTables = (space: KernelSpace<AtomsExports>, present: readonly number[]): number[] => {
    const pairs = present.flatMap((a) => present.map((b) => a * elements + b));
    const tableOf = (basis: NepBasis): number => {
      const each = basis.functions * basis.terms;
      const all = coefficientsByPair(basis, elements);
      return space.takeDoubles(pairs.flatMap((pair) => Array.from(chebyshevCoefficients(basis, all.subarray(pair * each, (pair + 1) * each)))));
    };
    const networkTable = space.takeDoubles(present.flatMap((type) => {
      const { weights, biases, energy, charge, offset } = networks[networks.length === 1 ? 0 : type]!;
      const table = new Float64Array(networkDoubles);
      for (let neuron = 0; neuron < neurons; neuron++) {
        for (let at = 0; at < dimension; at++) table[at * columns + neuron] = weights[neuron * dimension + at]! * scale[at]!;
      }
      [biases, energy, charge ?? []].forEach((values, k) => { table.set(values, (rows + k) * columns); });
      table[(rows + 3) * columns] = model.energyBias + offset;
      return Array.from(table);
    }));
    let monomialCount = 0;
    const forms = extras.flatMap((form) => [monomialCount, (monomialCount += form?.coefficients.length ?? 0)]);
    const monomials = space.take(24 * monomialCount);
    extras.flatMap((form) => (form ? Array.from(form.coefficients, (value, t) => ({ value, indices: form.indices.subarray(3 * t, 3 * t + 3) })) : [])).forEach(({ value, indices }, t) => {
      const view = new DataView(space.memory.buffer, monomials + 24 * t, 24);
      view.setFloat64(0, value, true);
      indices.forEach((index, k) => { view.setUint32(8 + 4 * k, index * pitch * 8, true); });
    });
    return [
      radial.functions, radial.terms, angular.functions, angular.terms, lMax, extras.length, columns, rows, pitch,
      space.takeDoubles(pairs.flatMap((pair) => [radii.radial[pair]!, radii.angular[pair]!])), tableOf(radial), tableOf(angular),
      space.takeDoubles(harmonics.upper), space.takeDoubles(harmonics.lower), space.takeDoubles(harmonics.slope), space.takeIntegers(forms), monomials, networkTable, 8 * networkDoubles,
    ];
  };

  return (types, periodic) => {
    const count = types.length;
    const present = [...new Set(types)].sort((a, b) => a - b);
    let potentialsAt = 0, chargesAt = 0;
    const atoms = new KernelAtoms({
      types: Int32Array.from(types, (type) => present.indexOf(type)), elements: present.length, periodic, cutoff: radii.largestRadial,
      // The tables belong to the elements of the structure, and lie behind its atoms.
      open() {
        const space = spaceOf<AtomsExports>('nep', model, () => undefined)!;
        return { space, tablesEnd: space.exports.heapBase() };
      },
      layOut(space, header, room) {
        const tables = writeTables(space, present);
        potentialsAt = space.take(8 * count);
        chargesAt = space.take(8 * count);
        // Each element may need a pair that stands in, and the last pair is written once beyond.
        header.set([...tables, potentialsAt, chargesAt, upTo(room + 2 * present.length + 2, 2)], ownWords);
        return true;
      },
    });
    return {
      update: (positions, cell, virials) => atoms.update(positions, cell, 1, virials),
      charges(out) {
        atoms.run(mode.charges, 1, { derivatives: false, virials: false });
        out.set(atoms.space.doubles(chargesAt, count));
      },
      add({ energies, forces, virial, virials }, derivatives, potentials) {
        const given = atoms.space.doubles(potentialsAt, count);
        if (potentials) given.set(potentials);
        else given.fill(0);
        const want = { derivatives, virials: virials !== null };
        atoms.run(mode.energies, 1, want);
        addTo(energies, atoms.energies(0));
        if (!derivatives) return;
        atoms.addPieces(mode.totals, 1, want);
        const totals = atoms.totals(0);
        addTo(forces, totals.forces);
        addTo(virial, totals.virial);
        if (virials) addTo(virials, totals.virials!);
      },
    };
  };
}

function addTo(target: Float64Array, from: Float64Array): void {
  for (let k = 0; k < target.length; k++) target[k]! += from[k]!;
}
