/** A potential of networks and the committee of several: one basis of symmetry functions, networks once for each member. */
import type { PotentialCard } from '../contracts/card.ts';
import type { KeywordLine } from '../files/n2p2/keywords.ts';
import type { FeedForward } from '../network/feed-forward.ts';
import { committeePotential } from './committee.ts';
import { bindChargedNetworks, chargedNeuralPotential, isCharged, type ChargedNeuralDescription, type EquilibrationDescription } from './neural-4g.ts';
import { bindNetworks, neuralPotential, type NeuralBasis, type NeuralDescription } from './neural.ts';
import type { Potential } from './potential.ts';

export interface NeuralMember {
  /** One per element. */
  readonly networks: readonly FeedForward[];
  /** Of the fourth generation; all members have it or none. */
  readonly equilibration?: EquilibrationDescription;
}

export interface NeuralModel {
  readonly basis: NeuralBasis;
  /** One, or the members of a committee. */
  readonly members: readonly NeuralMember[];
}

/** What is read from files of networks, whatever their format. */
export interface NeuralSource {
  readonly model: NeuralModel;
  readonly card: PotentialCard;
  /** Lines of each member's `input.nn` that take no part in an evaluation (training), for whoever writes one again; absent for other formats. */
  readonly kept?: readonly (readonly KeywordLine[])[];
  readonly remarksOn?: NonNullable<Potential['remarksOn']>;
}

export function modelOf(description: NeuralDescription): NeuralModel {
  const { networks, ...basis } = description;
  if (!isCharged(description)) return { basis, members: [{ networks }] };
  const { equilibration, networks: _, ...rest } = description;
  return { basis: rest, members: [{ networks, equilibration }] };
}

/** The committee of models that differ in nothing but their networks and charges; null where they do. */
export function committeeOfModels(models: readonly NeuralModel[]): NeuralModel | null {
  const [first] = models as [NeuralModel];
  const basis = JSON.stringify(first.basis), charged = first.members[0]!.equilibration !== undefined;
  const alike = models.every((model) => JSON.stringify(model.basis) === basis && model.members.every(({ equilibration }) => (equilibration !== undefined) === charged));
  return alike ? { basis: first.basis, members: models.flatMap(({ members }) => members) } : null;
}

/** One for each member. */
export function descriptionsOf({ basis, members }: NeuralModel): (NeuralDescription | ChargedNeuralDescription)[] {
  return members.map((member) => ({ ...basis, ...member }));
}

/** Members of a committee share one pass over the symmetry functions. */
export function modelPotential(model: NeuralModel, card: PotentialCard): Potential {
  const descriptions = descriptionsOf(model);
  const single = (description: NeuralDescription, own: PotentialCard): Potential => (isCharged(description) ? chargedNeuralPotential(description, own) : neuralPotential(description, own));
  if (descriptions.length === 1) return single(descriptions[0]!, card);
  const { members: _, ...ofMember } = card;
  const members = descriptions.map((description, k) => single(description, { ...ofMember, name: `${card.name}, member ${k + 1}` }));
  const bind = descriptions.every(isCharged)
    ? bindChargedNetworks(model.basis, descriptions, card.name)
    : bindNetworks(model.basis, model.members.map(({ networks }) => networks), card.name);
  return committeePotential(members, card, bind);
}
