/** What `sharing.test.ts` evaluates in one thread and in several: atoms in no order, so that every piece touches all of them. */
import type { Structure } from '../../core/contracts/structure.ts';
import type { NepModel } from '../../core/files/nep.ts';
import { committeePotential } from '../../core/potential/committee.ts';
import { neuralCard } from '../../core/potential/n2p2.ts';
import { nepPotential } from '../../core/potential/nep.ts';
import { chargedNeuralPotential } from '../../core/potential/neural-4g.ts';
import { bindNetworks, neuralPotential } from '../../core/potential/neural.ts';
import type { Potential, Want } from '../../core/potential/potential.ts';
import { randomNep, randomStructure } from '../potential/nep-models.ts';
import { compactFunctions, gaussianFunctions, randomCharged, randomNeural } from '../potential/neural-models.ts';

const calibration = randomStructure(1, 40, ['O', 'Ti']);
const functions = [...gaussianFunctions, ...compactFunctions];
const card = neuralCard('random', randomNeural(calibration, { functions }), []);
/** A model of the size that is published, so that there is something to share. */
const nep = (chargeMode: NepModel['chargeMode']): NepModel => randomNep(3, { elements: ['O', 'Ti'], chargeMode: chargeMode as 0 | 1, neurons: 40, extras: ['222', '1111'], zbl: null });

function committee(reference: boolean): Potential {
  const members = [1, 2, 3].map((seed) => randomNeural(calibration, { functions, seed }));
  return committeePotential(members.map((member) => neuralPotential(member, card, { reference })), card, bindNetworks(members[0]!, members.map(({ networks }) => networks), 'random', { reference }));
}

export interface SharedCase {
  readonly atoms: number;
  readonly periodic?: boolean;
  readonly want: Want;
  /** `reference`: in plain TypeScript. */
  potential(reference: boolean): Potential;
}

const everything: Want = { forces: true, stress: true, energies: true, virials: true, extrapolation: true };
export const sharedCases = {
  networks: { atoms: 520, want: everything, potential: (reference) => neuralPotential(randomNeural(calibration, { functions }), card, { reference }) },
  committee: { atoms: 400, want: { ...everything, spread: true }, potential: committee },
  'charged networks': { atoms: 390, periodic: false, want: { forces: true, energies: true }, potential: (reference) => chargedNeuralPotential(randomCharged(calibration, { functions }), card, { reference }) },
  neuroevolution: { atoms: 520, want: everything, potential: (reference) => nepPotential(nep(0), 'random', { reference }) },
  'charged neuroevolution': { atoms: 390, want: { forces: true, stress: true, energies: true }, potential: (reference) => nepPotential(nep(1), 'random', { reference }) },
} satisfies Record<string, SharedCase>;

export function structureOf({ atoms, periodic = true }: SharedCase): Structure {
  return randomStructure(atoms, atoms, ['O', 'Ti'], [periodic, periodic, periodic]);
}
