/**
 * Does a potential fit a crystal? What can be told before anything is computed: elements, charges, distances, training
 * ranges, cutoffs, and one look at the given structure and at the volumes that a run will visit. Reasons speak for it
 * (`fit.good.…`), must be known (`fit.caution.…`), or speak against it (everything else, refusals of the potential included).
 */
import type { PotentialCard } from '../contracts/card.ts';
import { message, Refusal } from '../contracts/messages.ts';
import type { Fit } from '../contracts/plan.ts';
import { quantityOf, type Message } from '../contracts/quantity.ts';
import type { Structure } from '../contracts/structure.ts';
import { isPolar } from '../crystal/elements.ts';
import { neighbourList } from '../crystal/neighbours.ts';
import { formulaOf, strained } from '../crystal/structure.ts';
import { identity3 } from '../math/matrix3.ts';
import { shortRange } from '../phonons/short-range.ts';
import { crossingShells } from './cutoff-shells.ts';
import { longRangeOf, partsOf, type Evaluation, type Potential } from './potential.ts';

export type Judgement = Pick<Fit, 'state' | 'reasons'>;

/** Of the bundled crystals: those that the potential comes for, and whether this is one of them. */
export interface Purpose {
  readonly titles: readonly string[];
  readonly isThis: boolean;
}

/** Volumes that a run visits at least (`expansion.smallest`, `expansion.largest`), relative to the given one. */
const smallest = 0.97, largest = 1.06;
/** Structures up to this size are evaluated in a fraction of a second with every kind of potential. */
const mostAtoms = 1000;
/** Up to this size also at other volumes. */
const mostAtomsTwice = 200;
/** eV/Å: thermal motion at 1000 K reaches about 1 eV/Å; a force of several moves an atom by tenths of an ångström. */
const largeForce = 3;
/** Relative volume: lattice parameters of a fair potential are right within a per cent or two. */
const largeChange = 0.08;
/** Within this part of the collapse radius the force already bends down. */
const nearCollapse = 1.1;
/** Widths of a range: farther out than the range is wide, a network was never taught anything. */
const farOutside = 1;
/** meV per atom and eV/Å: beyond these, members of a committee tell different stories; errors of good networks are half as large. */
const memberEnergy = 5, memberForce = 0.2;
/** e per formula unit; rounding of tabulated charges. */
const neutral = 1e-6;

/** By the reasons alone; the gravest come first. */
export function judgement(reasons: readonly Message[]): Judgement {
  const graveness = ({ code }: Message): number => (code.startsWith('fit.good.') ? 2 : code.startsWith('fit.caution.') ? 1 : 0);
  const sorted = reasons.map((reason, at) => ({ reason, at })).sort((a, b) => graveness(a.reason) - graveness(b.reason) || a.at - b.at).map(({ reason }) => reason);
  return { state: (['unfit', 'caution', 'fits'] as const)[sorted[0] ? graveness(sorted[0]) : 2]!, reasons: sorted };
}

/** What the card alone decides; null where the potential itself must be asked. */
export function fitByCard(species: Iterable<string>, card: PotentialCard): Judgement | null {
  const missing = [...new Set(species)].filter((element) => !card.elements.includes(element));
  if (missing.length === 0) return null;
  const shown = card.elements.length > 8 ? `${card.elements.slice(0, 6).join(', ')} and ${card.elements.length - 6} more` : card.elements.join(', ');
  return judgement([message('fit.unfit.elements', { missing: missing.join(', '), known: shown })]);
}

export function fitOf(structure: Structure, potential: Potential, purpose: Purpose | null = null): Judgement {
  const { card } = potential;
  const { species } = structure;
  const byCard = fitByCard(species, card);
  if (byCard) return byCard;
  const reasons: Message[] = [];
  reasons.push(...purposeOf(card, purpose), message('fit.good.elements', { elements: [...new Set(species)].join(', ') }), ...chargesOf(structure, potential), ...smoothnessOf(potential));
  if (species.length > mostAtoms) return judgement([...reasons, message('fit.caution.notTried', { atoms: species.length })]);
  try {
    reasons.push(...neighboursOf(structure, potential), ...evaluationOf(structure, potential));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    reasons.push(error.detail);
  }
  return judgement(reasons);
}

function purposeOf(card: PotentialCard, purpose: Purpose | null): Message[] {
  const titles = purpose?.titles.join(', ') ?? '';
  if (purpose?.isThis) return [message('fit.good.meant', { titles })];
  if (titles !== '') return [message('fit.caution.meantFor', { titles, text: card.validFor })];
  if (card.kind.endsWith('neuroevolution')) return [message('fit.caution.unknownTraining')];
  // What networks are valid for is judged by their ranges; the card of their files can only say so.
  return card.kind === 'neural-network' || card.kind === 'committee' ? [] : [message('fit.good.validFor', { text: card.validFor })];
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${String(Math.abs(value))}`;

function chargesOf(structure: Structure, potential: Potential): Message[] {
  const { charges } = potential.card;
  const { species } = structure;
  if (!charges) {
    const flexible = longRangeOfCharges(potential, structure);
    return flexible ? [message('fit.good.flexibleCharges')] : isPolar(species) ? [message('fit.caution.noCharges')] : [];
  }
  const { reduced, formulaUnits } = formulaOf(structure);
  const net = species.reduce((sum, element) => sum + (charges[element] ?? 0), 0) / formulaUnits;
  const listed = [...new Set(species)].map((element) => `${element} ${signed(charges[element] ?? 0)}`).join(', ');
  return [Math.abs(net) <= neutral ? message('fit.good.neutral', { charges: `${listed} e` }) : message('fit.unfit.charge', { charges: `${listed} e`, net: quantityOf(net, 'e'), formula: reduced })];
}

/** Charges that follow from the surroundings: networks of the fourth generation, charged neuroevolution potentials. */
function longRangeOfCharges(potential: Potential, structure: Structure): boolean {
  const parts = (potential.members ?? [potential]).flatMap(partsOf);
  return parts.some((part) => part.interactionRange === null || (part.asymptotics !== undefined && longRangeOf(part, structure).length > 0));
}

function smoothnessOf(potential: Potential): Message[] {
  const kinks = [...new Set([potential, ...partsOf(potential)].flatMap(({ card }) => card.kinks ?? []))];
  if (kinks.length > 0) return [message('fit.caution.kinks', { kinks: kinks.join('; ') })];
  try {
    shortRange(potential);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [message('fit.caution.noPhonons', { part: String(error.detail.values['part'] ?? potential.card.name) })];
  }
}

/** Atoms out of reach of all others, pairs next to a collapse, shells at plain cutoffs. */
function neighboursOf(structure: Structure, potential: Potential): Message[] {
  const { species, positions, cell, periodic } = structure;
  const reasons: Message[] = [];
  const { cutoff } = potential.card;
  const radii = potential.collapseRadii?.() ?? [];
  const reach = Math.max(cutoff ?? 0, ...radii.map(({ radius }) => nearCollapse * radius));
  if (reach > 0 && (species.length > 1 || periodic.some(Boolean))) {
    const { first, atoms, distances } = neighbourList(positions, cell, periodic, reach);
    const lonely = species.filter((_, i) => first[i] === first[i + 1]).length;
    if (lonely > 0 && cutoff !== null && potential.interactionRange !== null) reasons.push(message('fit.caution.lonely', { count: lonely, atoms: species.length, cutoff }));
    for (const { elements: [a, b], radius } of radii) {
      let nearest = Infinity;
      for (let i = 0; i < species.length; i++) {
        for (let p = first[i]!; p < first[i + 1]!; p++) {
          const pair = [species[i]!, species[atoms[p]!]!];
          if ((pair[0] === a && pair[1] === b) || (pair[0] === b && pair[1] === a)) nearest = Math.min(nearest, distances[p]!);
        }
      }
      if (nearest >= radius && nearest < nearCollapse * radius) {
        reasons.push(message('fit.caution.nearCollapse', { pair: `${a}–${b}`, distance: nearest.toFixed(3), margin: Number((100 * (nearest / radius - 1)).toFixed(1)), radius: radius.toFixed(3) }));
      }
    }
  }
  if (periodic.every(Boolean) && (potential.plainCutoffs?.() ?? []).length > 0) {
    const shells = crossingShells([structure, atVolume(structure, smallest), atVolume(structure, largest)], potential);
    reasons.push(...(shells.length > 0 ? shells.slice(0, 1).map(({ values }) => message('fit.caution.shell', { ...values, smallest, largest })) : [message('fit.good.shells', { smallest, largest })]));
  }
  return reasons;
}

function atVolume(structure: Structure, ratio: number): Structure {
  return strained(structure, identity3().map((value) => Math.cbrt(ratio) * value));
}

function evaluationOf(structure: Structure, potential: Potential): Message[] {
  const { species, periodic } = structure;
  const crystal = periodic.every(Boolean);
  const evaluator = potential.bind(structure);
  const look = ({ positions, cell }: Structure): Evaluation => evaluator.evaluate(positions, cell, { forces: true, stress: crystal, spread: true, extrapolation: true });
  const found = look(structure);
  const forces = Float64Array.from(found.forces ?? []);
  if (!Number.isFinite(found.energy) || !forces.every(Number.isFinite)) return [message('potential.notFinite', { atoms: species.length })];
  const reasons: Message[] = [];

  const sizes = species.map((_, i) => Math.hypot(forces[3 * i]!, forces[3 * i + 1]!, forces[3 * i + 2]!));
  const worst = sizes.indexOf(Math.max(...sizes));
  const force = quantityOf(Number(sizes[worst]!.toPrecision(2)), 'eV/Å');
  reasons.push(sizes[worst]! > largeForce ? message('fit.caution.force', { force, atom: worst + 1, element: species[worst]! }) : message('fit.good.finite', { force: sizes[worst]! < 1e-6 ? quantityOf(0, 'eV/Å') : force }));

  if (found.spread && potential.members) {
    const energy = (1000 * found.spread.energy) / species.length, most = found.spread.forces.reduce((a, b) => Math.max(a, b), 0);
    const values = { members: potential.members.length, energy: Number(energy.toPrecision(2)), force: quantityOf(Number(most.toPrecision(2)), 'eV/Å') };
    reasons.push(message(energy > memberEnergy || most > memberForce ? 'fit.caution.members' : 'fit.good.members', values));
  }
  const outside = outsideOf(found, structure);
  if (outside) reasons.push(message(outside.excess > farOutside ? 'fit.unfit.range' : 'fit.caution.range', { ...outside, excess: Number(outside.excess.toPrecision(2)) }));
  if (crystal && species.length <= mostAtomsTwice) reasons.push(...volumesOf(structure, look, found, outside === null));
  return reasons;
}

interface Outside {
  readonly [name: string]: string | number;
  readonly outside: number;
  readonly atoms: number;
  readonly element: string;
  readonly excess: number;
}

/** Null where everything lies inside, or where the potential knows no ranges. */
function outsideOf({ extrapolation }: Evaluation, { species }: Structure): Outside | null {
  if (!extrapolation) return null;
  const { counts, excess } = extrapolation;
  const outside = counts.reduce((sum, count) => sum + Number(count > 0), 0);
  if (outside === 0) return null;
  const farthest = excess.indexOf(Math.max(...excess));
  return { outside, atoms: species.length, element: species[farthest]!, excess: excess[farthest]! };
}

/** The volumes around the given one: where the potential has its minimum, and whether it knows what a run will visit. */
function volumesOf(structure: Structure, look: (structure: Structure) => Evaluation, { stress, extrapolation }: Evaluation, inside: boolean): Message[] {
  const reasons: Message[] = [];
  const pressureOf = (tensor: Float64Array | undefined): number => -((tensor?.[0] ?? 0) + (tensor?.[1] ?? 0) + (tensor?.[2] ?? 0)) / 3;
  const given = pressureOf(stress);
  const knowsRanges = extrapolation !== undefined;
  // −V dp/dV by central differences over ±1 %; ions stay where they are, so the change is an estimate.
  const bulk = -(pressureOf(look(atVolume(structure, 1.01)).stress) - pressureOf(look(atVolume(structure, 0.99)).stress)) / 0.02;
  if (!(bulk > 0)) reasons.push(message('fit.caution.soft'));
  else {
    // A stiffness that grows by its fourth-fold under compression (B' = 4): Murnaghan's equation keeps the estimate in bounds.
    const change = Math.max(0.02, 1 - (4 * given) / bulk) ** (-1 / 4) - 1;
    const text = `${change < 0 ? '−' : '+'}${Math.abs(100 * change).toFixed(1)} %`;
    reasons.push(message(Math.abs(change) > largeChange ? 'fit.caution.volume' : 'fit.good.volume', { change: text }));
  }
  if (!knowsRanges || !inside) return reasons;
  for (const ratio of [smallest, largest]) {
    const outside = outsideOf(look(atVolume(structure, ratio)), structure);
    if (outside) return [...reasons, message('fit.caution.rangeStretched', { ...outside, ratio })];
  }
  return [...reasons, message('fit.good.range', { atoms: structure.species.length, smallest, largest })];
}
