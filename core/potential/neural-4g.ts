/**
 * High-dimensional neural network potentials of the fourth generation (Ko, Finkler, Goedecker & Behler, Nat. Commun. 12
 * (2021) 398). A second network per element gives the electronegativity χ_i of each atom; the charges Q that follow from
 * all χ by equilibration (`core/longrange/charge-equilibration.ts`) are the last input of the short-range network:
 *
 *   E = E_elec(Q) + Σ_i NN(G_i, Q_i)
 *
 * Any charge depends on every atom, so the energy has no finite range. Derivatives through the charges need one more
 * solution of the same linear system: with its response λ, network i contributes ∂NN/∂G_i + λ_i ∂χ_i/∂G_i. f64.
 */
import type { PotentialCard } from '../contracts/card.ts';
import { createNeighbours } from '../crystal/neighbours.ts';
import { createDescriptor } from '../descriptors/descriptor.ts';
import { createEnvironment, gatherEnvironment } from '../descriptors/environment.ts';
import { scalingOf } from '../descriptors/scaling.ts';
import { chargeEquilibration, type ChargeModel } from '../longrange/charge-equilibration.ts';
import { createNetworkState, forward, inputGradient, type FeedForward } from '../network/feed-forward.ts';
import { angstromPer, electronvoltPer } from '../units/file-units.ts';
import type { CutoffType } from '../descriptors/cutoff-functions.ts';
import { createExtrapolation, cutoffOf, energyScale, hardCutoffsOf, kinksOf, recordExtrapolation, tablesOf, type NeuralDescription } from './neural.ts';
import type { Potential } from './potential.ts';
import { skin } from './skin.ts';
import { typesOf } from './species.ts';
import { clearTally, createTally, evaluationOf } from './tally.ts';

/** Where the charges come from, in the units of the description; lists in the order of its elements. */
export interface EquilibrationDescription {
  /** Networks on the same scaled functions; energy per charge, not normalised. */
  readonly electronegativities: readonly FeedForward[];
  /** Energy per squared charge, not negative. */
  readonly hardness: Float64Array;
  /** Length: standard deviations of the Gaussian charges. */
  readonly widths: Float64Array;
  /** 4πε in E = q q'/(4πε r): 1 in bohr and hartree. */
  readonly fourPiEpsilon: number;
  /** Lengths, and the shape of the screening between them: 1 (cosine) or 4 to 8. */
  readonly screening: { readonly inner: number; readonly outer: number; readonly fall: CutoffType } | null;
}

/** `networks` have one input more than there are functions: the charge, last. */
export interface ChargedNeuralDescription extends NeuralDescription {
  readonly equilibration: EquilibrationDescription;
}

export function isCharged(description: NeuralDescription): description is ChargedNeuralDescription {
  return 'equilibration' in description;
}

/** Å, eV, e. */
export function chargeModelOf({ units, equilibration }: ChargedNeuralDescription): ChargeModel {
  const length = angstromPer[units.length], energy = electronvoltPer[units.energy];
  const { widths, hardness, fourPiEpsilon, screening } = equilibration;
  return {
    coulombConstant: (energy * length) / fourPiEpsilon,
    widths: widths.map((width) => width * length),
    hardness: hardness.map((value) => value * energy),
    screening: screening && { inner: screening.inner * length, outer: screening.outer * length, fall: screening.fall },
  };
}

/** As `kinksOf`, electronegativities included. */
export function chargedKinksOf(description: ChargedNeuralDescription): string[] {
  const charges = kinksOf({ ...description, networks: description.equilibration.electronegativities });
  return [...new Set([...kinksOf(description), ...charges])];
}

/** `splitting`: of the Ewald sum, 1/Å, instead of the fastest one. */
export function chargedNeuralPotential(description: ChargedNeuralDescription, card: PotentialCard, splitting?: number): Potential {
  const { elements, networks, statistics, units, normalisation } = description;
  const { electronegativities } = description.equilibration;
  const model = chargeModelOf(description);
  const tables = tablesOf(description);
  const { slope, constants } = energyScale(description);
  const scalings = statistics.map((own) => scalingOf(description.scaling, own));
  const cutoff = cutoffOf(description);
  /** eV/e per output of a network of electronegativity; inputs of the charge neuron per e. */
  const chargeSlope = electronvoltPer[units.energy];
  const chargeScale = normalisation?.charge ?? 1;

  return {
    card,
    interactionRange: null,
    plainCutoffs: () => hardCutoffsOf(description),
    bind(structure) {
      const atoms = structure.species.length;
      const types = typesOf(structure, elements, card.name);
      const equilibration = chargeEquilibration(model, { types, periodic: structure.periodic, cell: structure.cell, totalCharge: structure.totalCharge ?? 0 }, splitting);
      const neighbours = createNeighbours({ periodic: structure.periodic, cutoff, skin });
      const tally = createTally(atoms);
      const { energies, forces, virial } = tally;
      const extrapolation = createExtrapolation(atoms);
      const descriptors = tables.map(createDescriptor);
      const states = networks.map(createNetworkState), chargeStates = electronegativities.map(createNetworkState);
      const raws = tables.map(({ count }) => new Float64Array(count));
      const environment = createEnvironment();
      let gradient = new Float64Array(0);

      /** Per atom: inputs of the short-range network, the charge last; its derivatives by them in eV. */
      const first = new Int32Array(atoms + 1);
      for (let i = 0; i < atoms; i++) first[i + 1] = first[i]! + tables[types[i]!]!.count + 1;
      const inputs = new Float64Array(first[atoms]!), slopes = new Float64Array(first[atoms]!), chargeSlopes = new Float64Array(first[atoms]!);
      const chi = new Float64Array(atoms), energySlopes = new Float64Array(atoms);
      const inputsOf = Array.from(types, (_, i) => inputs.subarray(first[i], first[i + 1]));
      const slopesOf = Array.from(types, (_, i) => slopes.subarray(first[i], first[i + 1]));
      const chargeSlopesOf = Array.from(types, (_, i) => chargeSlopes.subarray(first[i], first[i + 1]! - 1));

      return {
        evaluate(positions, cell, want) {
          const list = neighbours.update(positions, cell);
          clearTally(tally);
          const differentiate = want.forces === true || want.stress === true;

          for (let i = 0; i < atoms; i++) {
            const e = types[i]!;
            const descriptor = descriptors[e]!, raw = raws[e]!, own = inputsOf[i]!, { offset, origin, factor } = scalings[e]!;
            gatherEnvironment(environment, list, types, i, descriptor.tables.cutoff);
            descriptor.values(environment, raw);
            for (let k = 0; k < raw.length; k++) own[k] = offset + factor[k]! * (raw[k]! - origin[k]!);
            if (want.extrapolation) recordExtrapolation(extrapolation, i, statistics[e]!, raw);
            chi[i] = chargeSlope * forward(electronegativities[e]!, own, chargeStates[e]!);
            if (differentiate) inputGradient(electronegativities[e]!, chargeStates[e]!, chargeSlopesOf[i]!);
          }

          const charges = equilibration.equilibrate(positions, cell, chi);
          const potentials = equilibration.potentials();
          for (let i = 0; i < atoms; i++) {
            const e = types[i]!, own = inputsOf[i]!;
            own[own.length - 1] = chargeScale * charges[i]!;
            energies[i] = slope * forward(networks[e]!, own, states[e]!) + constants[e]! + 0.5 * charges[i]! * potentials[i]!;
            if (!differentiate) continue;
            inputGradient(networks[e]!, states[e]!, slopesOf[i]!);
            energySlopes[i] = potentials[i]! + slope * chargeScale * slopesOf[i]!.at(-1)!;
          }

          if (differentiate) {
            const response = equilibration.respond(energySlopes);
            equilibration.addDerivatives(forces, virial);
            for (let i = 0; i < atoms; i++) {
              const e = types[i]!;
              const descriptor = descriptors[e]!, weights = slopesOf[i]!, byCharge = chargeSlopesOf[i]!, { factor } = scalings[e]!;
              for (let k = 0; k < byCharge.length; k++) weights[k] = factor[k]! * (slope * weights[k]! + chargeSlope * response[i]! * byCharge[k]!);
              gatherEnvironment(environment, list, types, i, descriptor.tables.cutoff);
              descriptor.values(environment, raws[e]!);
              if (gradient.length < environment.vectors.length) gradient = new Float64Array(environment.vectors.length);
              descriptor.vectorJacobian(environment, weights, gradient);
              for (let n = 0; n < environment.count; n++) {
                addGradient(forces, virial, i, environment.atoms[n]!, gradient.subarray(3 * n, 3 * n + 3), environment.vectors.subarray(3 * n, 3 * n + 3));
              }
            }
          }
          return {
            ...evaluationOf(tally, structure, cell, want),
            charges,
            ...(want.extrapolation && { extrapolation }),
          };
        },
      };
    },
  };
}

/** Adds a term with derivative g by the vector d from i to j (upper triangle of the virial, as in `tally.ts`). */
function addGradient(forces: Float64Array, virial: Float64Array, i: number, j: number, g: Float64Array, d: Float64Array): void {
  for (let x = 0; x < 3; x++) {
    forces[3 * i + x]! += g[x]!;
    forces[3 * j + x]! -= g[x]!;
    virial[x]! += g[x]! * d[x]!;
  }
  virial[3]! += g[1]! * d[2]!;
  virial[4]! += g[0]! * d[2]!;
  virial[5]! += g[0]! * d[1]!;
}
