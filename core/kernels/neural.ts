/**
 * The compiled twin of the reference in `core/potential/neural-environments.ts`. The tables of a potential are written once into
 * the memory of one instance, which serves all its structures.
 */
import type { Structure } from '../contracts/structure.ts';
import type { NeuralEnvironments, NeuralNetworks, NeuralSums } from '../potential/neural-environments.ts';
import type { Extrapolation } from '../potential/potential.ts';
import { KernelAtoms, type AtomsExports, type AtomsWant } from './atoms.ts';
import { kernelModule } from './kernels.ts';
import { noSizes, writeTables } from './neural-tables.ts';
import { spaceOf, type KernelSpace } from './space.ts';

/** What the kernel is to do, by its numbers. */
const mode = { energies: 0, electronegativities: 1, chargedEnergies: 2, chargedDerivatives: 3, totals: 4 } as const;

/** Neighbours of one atom are numbered with 15 bits, and their triplets must find room. */
const mostNeighbours = 32767, mostTripletBytes = 2 ** 30;

/** Words of the header. */
const ownWords = 32, outsideWord = 45;

/** For the structures of one potential; null where the kernel is not loaded. Where an environment is too crowded for it, `update` returns false. */
export function neuralKernel(networks: NeuralNetworks): ((types: Int32Array, periodic: Structure['periodic']) => NeuralEnvironments) | null {
  if (!kernelModule('neural')) return null;
  const elements = networks.tables.length, members = networks.members.length;
  const cutoff = Math.max(...networks.tables.map((tables) => tables.cutoff));
  let tables = { plans: 0, sizes: noSizes }, tablesEnd = 0;
  const open = (): { space: KernelSpace<AtomsExports>; tablesEnd: number } => {
    const space = spaceOf<AtomsExports>('neural', networks, (fresh) => {
      tables = writeTables(fresh, networks);
      tablesEnd = fresh.next;
    })!;
    return { space, tablesEnd };
  };

  return (types, periodic) => {
    const count = types.length;
    const outside = { counts: 0, excess: 0, functions: 0 }, charged = { electronegativities: 0, charges: 0, slopes: 0, responses: 0 };
    const atoms = new KernelAtoms({
      types, elements, periodic, cutoff, open,
      layOut(space, header, room) {
        const { plans, sizes } = tables;
        // The triplets of all classes of one cutoff are different pairs of neighbours; each array is filled up to a line of the cache.
        const triplets = 8 * sizes.arrays * (sizes.layers * 0.5 * room * room + 16 * sizes.classes) + 4096;
        if (room > mostNeighbours || triplets > mostTripletBytes) return false;
        Object.assign(outside, { counts: space.take(4 * count), excess: space.take(8 * count), functions: space.take(4 * count) });
        const own = networks.charged ? 8 * members * count : 0;
        Object.assign(charged, { electronegativities: space.take(own), charges: space.take(own), slopes: space.take(own), responses: space.take(own) });
        header.set([
          plans, members, room, sizes.cutoffs, sizes.groups, sizes.functions, sizes.slots, sizes.powers, sizes.narrow, sizes.neurons, elements * sizes.cutoffs, sizes.classes, triplets,
          0, outside.excess, outside.functions, networks.charged ? space.take(8 * sizes.functions * count) : 0,
          charged.electronegativities, charged.charges, charged.slopes, charged.responses, sizes.pairs, sizes.linear,
        ], ownWords);
        return true;
      },
    });

    const ofMember = (address: number, member: number): Float64Array => atoms.space.doubles(address + 8 * count * member, count);

    /** Goes through the environments; what of them lies outside the training range is copied out where it is wanted. */
    const describe = (which: number, sets: number, want: AtomsWant, extrapolation: Extrapolation | null): void => {
      atoms.put(outsideWord, extrapolation ? outside.counts : 0);
      atoms.run(which, sets, want);
      if (!extrapolation) return;
      const { space } = atoms;
      extrapolation.counts.set(space.integers(outside.counts, count));
      extrapolation.excess.set(space.doubles(outside.excess, count));
      extrapolation.descriptor.set(space.integers(outside.functions, count));
    };

    const copyTotals = (sums: readonly NeuralSums[], want: AtomsWant): void => {
      atoms.addPieces(mode.totals, sums.length, want);
      sums.forEach((each, set) => {
        const { forces, virial, virials } = atoms.totals(set);
        each.forces.set(forces);
        each.virial.set(virial);
        if (want.virials) each.virials!.set(virials!);
      });
    };

    return {
      update: (positions, cell, sets, virials) => atoms.update(positions, cell, sets, virials),
      fill(sums, want, extrapolation) {
        describe(mode.energies, sums.length, want, extrapolation);
        sums.forEach((each, set) => { each.energies.set(atoms.energies(set)); });
        if (want.derivatives) copyTotals(sums, want);
      },
      electronegativities(out, extrapolation) {
        describe(mode.electronegativities, members, { derivatives: false, virials: false }, extrapolation);
        out.forEach((each, member) => { each.set(ofMember(charged.electronegativities, member)); });
      },
      energies(charges, energies, slopes) {
        charges.forEach((each, member) => { ofMember(charged.charges, member).set(each); });
        atoms.run(mode.chargedEnergies, members, { derivatives: slopes !== null, virials: false });
        energies.forEach((each, member) => { each.set(atoms.energies(member)); });
        slopes?.forEach((each, member) => { each.set(ofMember(charged.slopes, member)); });
      },
      differentiate(charges, responses, sums) {
        const want = { derivatives: true, virials: false };
        charges.forEach((each, member) => { ofMember(charged.charges, member).set(each); });
        responses.forEach((each, member) => { ofMember(charged.responses, member).set(each); });
        describe(mode.chargedDerivatives, members, want, null);
        copyTotals(sums, want);
      },
    };
  };
}
