/**
 * High-dimensional neural network potentials of the second generation (Behler & Parrinello, Phys. Rev. Lett. 98 (2007)
 * 146401): E = Σ_i E_i, one network per element on the symmetry functions of the atom's environment. f64, plain reference.
 *
 * Forces and virials: ∂E_i/∂G by reverse mode through the network, then the vector-Jacobian product of the descriptor.
 */
import type { PotentialCard } from '../contracts/card.ts';
import { createNeighbours } from '../crystal/neighbours.ts';
import { continuousDerivatives, type Cutoff } from '../descriptors/cutoff-functions.ts';
import { createDescriptor } from '../descriptors/descriptor.ts';
import { createEnvironment, gatherEnvironment } from '../descriptors/environment.ts';
import { excessOf, scalingOf, type DescriptorStatistics, type ScalingSettings } from '../descriptors/scaling.ts';
import type { SymmetryFunction } from '../descriptors/symmetry-functions.ts';
import { descriptorTables, type DescriptorTables } from '../descriptors/tables.ts';
import { activations } from '../network/activations.ts';
import { createNetworkState, forward, inputGradient, type FeedForward } from '../network/feed-forward.ts';
import { angstromPer, electronvoltPer, type EnergyUnit, type LengthUnit } from '../units/file-units.ts';
import type { Extrapolation, Potential } from './potential.ts';
import { skin } from './skin.ts';
import { typesOf } from './species.ts';
import { clearTally, createTally, evaluationOf } from './tally.ts';

/** Training set brought to unit spread: E' = (E − N mean) energy, r' = r length, Q' = Q charge. */
export interface Normalisation {
  /** Energy per atom, in the description's unit. */
  readonly meanEnergy: number;
  /** 1/energy */
  readonly energy: number;
  /** 1/length; without effect on the second generation, whose functions do not change under a change of unit. */
  readonly length: number;
  /** 1/charge; null where the potential names none. */
  readonly charge: number | null;
}

/** Everything a potential of this kind consists of, in the units that its files use. */
export interface NeuralDescription {
  readonly units: { readonly length: LengthUnit; readonly energy: EnergyUnit };
  /** Ascending atomic number; all lists below are in this order. */
  readonly elements: readonly string[];
  /** Shared by all Gaussian functions. */
  readonly cutoff: Cutoff;
  /** Per element, in the order of `sortedFunctions`. */
  readonly functions: readonly (readonly SymmetryFunction[])[];
  readonly scaling: ScalingSettings;
  readonly statistics: readonly DescriptorStatistics[];
  readonly networks: readonly FeedForward[];
  /** Energy of a free atom of each element, added to what the network gives. */
  readonly atomicEnergies: Float64Array;
  readonly normalisation: Normalisation | null;
}

/** The tables of every element: lengths in Å. */
export function tablesOf({ functions, elements, cutoff, units }: NeuralDescription): DescriptorTables[] {
  return functions.map((own) => descriptorTables(own, elements, cutoff, angstromPer[units.length]));
}

/** eV: a network's output times `slope`, plus the `constant` of its element. */
export function energyScale({ units, normalisation, atomicEnergies }: NeuralDescription): { slope: number; constants: Float64Array } {
  const unit = electronvoltPer[units.energy];
  return {
    slope: unit / (normalisation?.energy ?? 1),
    constants: atomicEnergies.map((energy) => unit * (energy + (normalisation?.meanEnergy ?? 0))),
  };
}

/** Where such an energy has no second derivatives, in words; empty where it is smooth. */
export function kinksOf({ elements, functions, networks, cutoff }: NeuralDescription): string[] {
  const kinks: string[] = [];
  elements.forEach((element, e) => {
    const kinked = [...new Set(networks[e]!.activations)].filter((name) => activations[name].kinked);
    if (kinked.length > 0) kinks.push(`the network of ${element} has the activation ${kinked.join(', ')}, whose slope jumps`);
    // (1 + λ cos θ)^ζ where it reaches zero: linearly in θ for |λ| > 1, quadratically for |λ| = 1.
    const sharp = functions[e]!.some((own) => 'lambda' in own && ((Math.abs(own.lambda) === 1 && own.zeta > 0 && own.zeta < 1) || (Math.abs(own.lambda) > 1 && own.zeta <= 1)));
    if (sharp) kinks.push(`an angular function of ${element} ends with a kink where 1 + λ cos θ reaches zero`);
    const gaussian = functions[e]!.some((own) => 'eta' in own);
    if (gaussian && continuousDerivatives(cutoff) < 0) kinks.push(`the functions of ${element} jump at a hard cutoff`);
  });
  return kinks;
}

/** Å: largest cutoff of any function. */
export function cutoffOf({ functions, units }: NeuralDescription): number {
  return Math.max(0, ...functions.flat().map((definition) => definition.cutoff)) * angstromPer[units.length];
}

export function neuralPotential(description: NeuralDescription, card: PotentialCard): Potential {
  const { elements, networks, statistics, functions } = description;
  const tables = tablesOf(description);
  const { slope, constants } = energyScale(description);
  const scalings = statistics.map((own) => scalingOf(description.scaling, own));
  const cutoff = cutoffOf(description);
  const hard = description.cutoff.type === 0;

  return {
    card,
    // The energy of an atom couples any two of its neighbours.
    interactionRange: 2 * cutoff,
    plainCutoffs() {
      if (!hard) return [];
      return elements.flatMap((centre, e) => elements.flatMap((neighbour) => {
        const radii = new Set(functions[e]!.filter((own) => 'eta' in own && (own.neighbours.length === 0 || own.neighbours.includes(neighbour))).map((own) => own.cutoff));
        return [...radii].map((radius) => ({ elements: [centre, neighbour] as const, radius: radius * angstromPer[description.units.length] }));
      }));
    },
    bind(structure) {
      const atoms = structure.species.length;
      const types = typesOf(structure, elements, card.name);
      const neighbours = createNeighbours({ periodic: structure.periodic, cutoff, skin });
      const tally = createTally(atoms);
      const { energies, forces, virial } = tally;
      const virials = new Float64Array(9 * atoms);
      const extrapolation = { counts: new Int32Array(atoms), excess: new Float64Array(atoms), descriptor: new Int32Array(atoms) } satisfies Extrapolation;
      const descriptors = tables.map(createDescriptor);
      const states = networks.map(createNetworkState);
      const buffers = tables.map(({ count }) => ({ raw: new Float64Array(count), inputs: new Float64Array(count), slopes: new Float64Array(count) }));
      const environment = createEnvironment();
      let gradient = new Float64Array(0);

      return {
        evaluate(positions, cell, want) {
          const list = neighbours.update(positions, cell);
          clearTally(tally);
          const differentiate = want.forces === true || want.stress === true || want.virials === true;
          if (want.virials) virials.fill(0);
          if (want.extrapolation) {
            extrapolation.counts.fill(0);
            extrapolation.excess.fill(0);
            extrapolation.descriptor.fill(-1);
          }
          for (let i = 0; i < atoms; i++) {
            const e = types[i]!;
            const { raw, inputs, slopes } = buffers[e]!;
            const descriptor = descriptors[e]!, network = networks[e]!, state = states[e]!, { offset, origin, factor } = scalings[e]!;
            gatherEnvironment(environment, list, types, i, descriptor.tables.cutoff);
            descriptor.values(environment, raw);
            for (let k = 0; k < raw.length; k++) inputs[k] = offset + factor[k]! * (raw[k]! - origin[k]!);
            energies[i] = slope * forward(network, inputs, state) + constants[e]!;

            if (want.extrapolation) {
              for (let k = 0; k < raw.length; k++) {
                const excess = excessOf(statistics[e]!, k, raw[k]!);
                if (excess === 0) continue;
                extrapolation.counts[i]!++;
                if (excess <= extrapolation.excess[i]!) continue;
                extrapolation.excess[i] = excess;
                extrapolation.descriptor[i] = k;
              }
            }
            if (!differentiate) continue;

            inputGradient(network, state, slopes);
            for (let k = 0; k < slopes.length; k++) slopes[k]! *= slope * factor[k]!;
            if (gradient.length < environment.vectors.length) gradient = new Float64Array(environment.vectors.length);
            descriptor.vectorJacobian(environment, slopes, gradient);
            let fx = 0, fy = 0, fz = 0;
            for (let n = 0; n < environment.count; n++) {
              const j = environment.atoms[n]!;
              const gx = gradient[3 * n]!, gy = gradient[3 * n + 1]!, gz = gradient[3 * n + 2]!;
              const x = environment.vectors[3 * n]!, y = environment.vectors[3 * n + 1]!, z = environment.vectors[3 * n + 2]!;
              fx += gx; fy += gy; fz += gz;
              forces[3 * j]! -= gx; forces[3 * j + 1]! -= gy; forces[3 * j + 2]! -= gz;
              virial[0]! += gx * x; virial[1]! += gy * y; virial[2]! += gz * z;
              virial[3]! += gy * z; virial[4]! += gx * z; virial[5]! += gx * y;
              if (!want.virials) continue;
              const at = 9 * j;
              virials[at]! += gx * x; virials[at + 1]! += gx * y; virials[at + 2]! += gx * z;
              virials[at + 3]! += gy * x; virials[at + 4]! += gy * y; virials[at + 5]! += gy * z;
              virials[at + 6]! += gz * x; virials[at + 7]! += gz * y; virials[at + 8]! += gz * z;
            }
            forces[3 * i]! += fx; forces[3 * i + 1]! += fy; forces[3 * i + 2]! += fz;
          }
          return {
            ...evaluationOf(tally, structure, cell, want),
            ...(want.virials && { virials }),
            ...(want.extrapolation && { extrapolation }),
          };
        },
      };
    },
  };
}
