/** Committees of networks on the same symmetry functions and scaling: members of one potential, not several potentials. */
import type { PotentialCard } from '../contracts/card.ts';
import type { FeedForward } from '../network/feed-forward.ts';
import { committeePotential } from './committee.ts';
import { bindNetworks, neuralPotential, type NeuralBasis } from './neural.ts';
import type { Potential } from './potential.ts';

export interface NeuralCommittee extends NeuralBasis {
  /** At least two; each has the networks of all elements. */
  readonly members: readonly (readonly FeedForward[])[];
}

/** One pass over the symmetry functions serves all members. */
export function neuralCommittee(committee: NeuralCommittee, card: PotentialCard): Potential {
  const { members, ...basis } = committee;
  const alone = members.map((networks, k) => neuralPotential({ ...basis, networks }, { ...card, name: `${card.name}, member ${String(k + 1)}` }));
  return committeePotential(alone, card, (structure) => bindNetworks(basis, members, structure, card.name));
}
