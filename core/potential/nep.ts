/**
 * Neuroevolution potentials: E = Σ_i U_i of atomic environments, with ZBL repulsion and, in charged models (qNEP), the
 * Coulomb energy of charges q_i = Q_i − mean(Q), where Q_i is a second output of the network. With D_i = ∂E_C/∂q_i the
 * chain rule gives ∂E_C/∂Q_i = D_i − mean(D), so that forces and stress are those of Σ (U_i + (D_i − mean D) Q_i) at given
 * D plus the explicit ones of fixed charges.
 */
import type { PotentialCard, PotentialSource } from '../contracts/card.ts';
import { refuse } from '../contracts/messages.ts';
import type { Structure } from '../contracts/structure.ts';
import { pairCutoffs } from '../descriptors/nep-cutoffs.ts';
import { nepShape, type NepModel } from '../files/nep.ts';
import { quoted } from '../files/source-text.ts';
import { piecesOf } from '../kernels/atoms.ts';
import { kernelOrReference } from '../kernels/kernel-or-reference.ts';
import { kernelModule } from '../kernels/kernels.ts';
import { nepKernel } from '../kernels/nep.ts';
import { dipoleDynamics } from '../longrange/dipole-dynamics.ts';
import { nepCoulomb, type CoulombSums } from '../longrange/nep-coulomb.ts';
import { referenceNepEnvironments, type NepEnvironments } from './nep-environments.ts';
import type { Evaluation, Evaluator, LongRangeDynamics, Potential } from './potential.ts';
import { typesOf } from './species.ts';
import { clearTally, createTally, evaluationOf } from './tally.ts';
import { nepCoulombConstant, zblOf, zblSum } from './zbl.ts';

/**
 * Radial cutoffs after which only the tail of dipoles is left of the force constants of a charged model: the charges that
 * a displaced atom changes fill a ball of one cutoff, so that the tail holds well beyond two of them. In BaTiO3 what is
 * left falls from 0.04 eV/Å² at 2 cutoffs through 0.009 at 2.7 to 0.002 at 3.3.
 */
const remainderReach = 2.5;

export interface NepOptions {
  /** How far the Coulomb sums of a charged model go; `format` as it was trained. */
  readonly coulombSums?: CoulombSums;
  /** The plain TypeScript reference instead of a kernel. */
  readonly reference?: boolean;
}

/** Born effective charges and ε∞ of a charged model, from which the splitting of longitudinal and transverse modes follows. */
export interface NepPolarResponse {
  /** N×3×3 row-major, e: Z*_{i,ab} = ∂P_a V/∂u_{i,b}. */
  readonly bornCharges: Float64Array;
  /** 3×3 */
  readonly dielectric: Float64Array;
}

/** The `--set nep.coulomb=` of a potential's source. `model`: null where the potential is of another kind. */
export function coulombSumsOf({ options, name }: PotentialSource, model: NepModel | null): NepOptions {
  const wish = options?.['nep.coulomb'];
  if (wish === undefined) return {};
  if (model === null || model.chargeMode === 0 || model.chargeMode === 3) refuse('nep.coulombUnused', { name });
  return wish === 'format' || wish === 'converged' ? { coulombSums: wish } : refuse('nep.coulombSums', { value: quoted(wish) });
}

export function nepPotential(model: NepModel, name: string, options: NepOptions = {}): Potential {
  const { elements, chargeMode } = model;
  const { coulombSums = 'format' } = options;
  const { largestRadial } = pairCutoffs(model);
  const zbl = zblOf(model);
  const card = nepCard(model, name, coulombSums);
  const range = Math.max(2 * largestRadial, zbl?.range ?? 0);
  // One for all structures, made with the first.
  let kernel: ReturnType<typeof nepKernel> | undefined;

  return {
    card,
    // Charges are neutralised over the whole cell and meet through Coulomb forces: nothing bounds their range.
    interactionRange: chargeMode === 0 ? range : null,
    // Sums over charges are work of one thread.
    ...(chargeMode === 0 && !options.reference && kernelModule('nep') && { sharedBy: piecesOf }),
    ...((chargeMode === 1 || chargeMode === 2) && { asymptotics: { range: remainderReach * largestRadial, bindDynamics: (structure: Structure) => dipolesOf(model, structure) } }),
    plainCutoffs: () => (chargeMode === 1 && coulombSums === 'format' ? pairsOf(elements).map((pair) => ({ elements: pair, radius: largestRadial })) : []),
    bind(structure): Evaluator {
      const types = typesOf(structure, elements, name);
      const atoms = types.length;
      if (!options.reference) kernel ??= nepKernel(model);
      const environmentsAt = kernelOrReference<Parameters<NepEnvironments['update']>, NepEnvironments>(kernel?.(types, structure.periodic), () => referenceNepEnvironments(model, types, structure.periodic));
      const addZbl = zbl && zblSum(zbl, types, structure.periodic);
      const addCoulomb = chargeMode > 0 ? chargesOf(model, structure, coulombSums) : null;
      const tally = createTally(atoms);
      const virials = new Float64Array(chargeMode === 0 ? 9 * atoms : 0);
      return {
        evaluate(positions, cell, want): Evaluation {
          const derivatives = want.forces === true || want.stress === true || want.virials === true;
          // Coulomb forces belong to no environment, so a charged model has no virials of atoms.
          const wantVirials = want.virials === true && chargeMode === 0;
          clearTally(tally);
          if (wantVirials) virials.fill(0);
          const environments = environmentsAt(positions, cell, wantVirials);
          const charged = addCoulomb?.(environments, positions, cell, tally);
          environments.add({ ...tally, virials: wantVirials ? virials : null }, derivatives, charged?.potentials ?? null);
          addZbl?.(positions, cell, tally, wantVirials ? virials : null);
          return {
            ...evaluationOf(tally, structure, cell, want),
            ...(charged && { charges: charged.charges }),
            ...(wantVirials && { virials }),
          };
        },
      };
    },
  };
}

const pairsOf = (elements: readonly string[]): [string, string][] => elements.flatMap((a, i) => elements.slice(i).map((b): [string, string] => [a, b]));

interface ChargedState {
  /** N, e: q_i = Q_i − mean(Q) */
  readonly charges: Float64Array;
  /** N, eV/e: ∂E_C/∂Q_i */
  readonly potentials: Float64Array;
}

type AddCoulomb = (environments: NepEnvironments, positions: Float64Array, cell: Float64Array, tally: ReturnType<typeof createTally>) => ChargedState;

function chargesOf(model: NepModel, structure: Structure, sums: CoulombSums): AddCoulomb {
  if (!structure.periodic.every(Boolean)) refuse('nep.periodic');
  const atoms = structure.species.length;
  const coulomb = nepCoulomb(structure, model.chargeMode as 1 | 2 | 3, pairCutoffs(model).largestRadial, nepCoulombConstant, sums);
  const charges = new Float64Array(atoms), potentials = new Float64Array(atoms);
  return (environments, positions, cell, { energies, forces, virial }) => {
    environments.charges(charges);
    subtractMean(charges);
    const result = coulomb.evaluate(charges, positions, cell, forces, virial);
    for (let i = 0; i < atoms; i++) {
      energies[i]! += 0.5 * charges[i]! * result.potentials[i]!;
      potentials[i] = result.potentials[i]!;
    }
    subtractMean(potentials);
    return { charges, potentials };
  };
}

function subtractMean(values: Float64Array): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  for (let i = 0; i < values.length; i++) values[i]! -= mean;
}

/** q_i and ∂Q_i/∂d of every pair of a crystal, for what follows from them. */
function chargeResponse(model: NepModel, structure: Structure): { charges: Float64Array; derivatives: ReturnType<typeof referenceNepEnvironments>['chargeDerivatives'] } {
  const types = typesOf(structure, model.elements, 'NEP');
  const environments = referenceNepEnvironments(model, types, structure.periodic);
  environments.update(structure.positions, structure.cell, false);
  const charges = new Float64Array(types.length);
  environments.charges(charges);
  subtractMean(charges);
  return { charges, derivatives: environments.chargeDerivatives };
}

/** s q_i 1 + Σ over pairs of weight · s r_ij ⊗ ∂Q_i/∂r_ij, N×3×3, for centre and neighbour; s = √ε∞. */
function dipoleTensors(model: NepModel, structure: Structure, centre: number, neighbour: number): Float64Array {
  const root = model.rootDielectric;
  if (root === null) throw new Error('dipoleTensors: the model has no charges');
  const { charges, derivatives } = chargeResponse(model, structure);
  const out = new Float64Array(9 * charges.length);
  charges.forEach((charge, i) => { for (let a = 0; a < 3; a++) out[9 * i + 4 * a] = root * charge; });
  derivatives((i, j, d, derivative) => {
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b < 3; b++) {
        const flow = root * d[a]! * derivative[b]!;
        out[9 * i + 3 * a + b]! += centre * flow;
        out[9 * j + 3 * a + b]! += neighbour * flow;
      }
    }
  });
  return out;
}

/**
 * Z*_i = √ε∞ [q_i 1 + ½ Σ_j r_ij ⊗ ∂Q_i/∂r_ij − ½ Σ_j r_ji ⊗ ∂Q_j/∂r_ji] and ε∞, as the format's own programs define and
 * train them: stored charges are screened by √ε∞, and a charge that flows between two atoms is shared by both.
 */
export function nepPolarResponse(model: NepModel, structure: Structure): NepPolarResponse {
  const dielectric = (model.rootDielectric ?? 1) ** 2;
  return { bornCharges: dipoleTensors(model, structure, 0.5, -0.5), dielectric: Float64Array.of(dielectric, 0, 0, 0, dielectric, 0, 0, 0, dielectric) };
}

/**
 * How the energy answers a long wave. To first order in its wave vector, atom k carries the dipole of its own charge and
 * of the charges Q_i that it changes where they sit, Σ_i (r_i − r_k) ∂Q_i/∂u_k: all of the flow, not half of it as in the
 * trained definition. Force constants at large distance follow these tensors (checked by the ladder of ranges); taking
 * the others off would leave a tail. They sum to zero up to the change of the cell's raw charge with volume (some 0.01 e),
 * which is spread evenly over the atoms.
 */
function dipolesOf(model: NepModel, structure: Structure): LongRangeDynamics {
  const charges = dipoleTensors(model, structure, 0, -1);
  const atoms = structure.species.length;
  for (let c = 0; c < 9; c++) {
    let sum = 0;
    for (let i = 0; i < atoms; i++) sum += charges[9 * i + c]!;
    for (let i = 0; i < atoms; i++) charges[9 * i + c]! -= sum / atoms;
  }
  return dipoleDynamics(structure, charges, model.rootDielectric! ** 2, { coulombConstant: nepCoulombConstant, accuracy: 1e-10 });
}

/** The card says what such a file does not tell. */
function nepCard(model: NepModel, name: string, sums: CoulombSums): PotentialCard {
  const { elements, version, chargeMode, zbl } = model;
  const { largestRadial } = pairCutoffs(model);
  const charged = chargeMode > 0;
  return {
    name,
    title: `Neuroevolution potential (${charged ? 'qNEP, ' : ''}NEP${version}) for ${elements.length > 6 ? `${elements.length} elements` : elements.join('–')}: ${nepShape(model)}${zbl ? ', ZBL repulsion' : ''}`,
    kind: charged ? 'charged-neuroevolution' : 'neuroevolution',
    elements: [...elements],
    cutoff: Math.max(largestRadial, zblOf(model)?.range ?? 0),
    cutoffStyle: chargeMode === 1 && sums === 'format' ? 'plain' : 'smooth',
    energyReference: 'whatever its training data had: only differences of energies mean something',
    references: [
      'Z. Fan et al., J. Chem. Phys. 157 (2022) 114801, doi:10.1063/5.0106617 (the method; the file does not name the source of this model)',
    ],
    validFor: 'not stated in the file: it holds neither its training data nor its accuracy',
    notShown: 'not stated in the file; it keeps no ranges of its training data, so leaving them cannot be noticed',
    limits: [
      'The file does not say what the model was trained on or how well it reproduces that: compare with published results or first-principles data before use.',
      ...(elements.length > 6 ? ['Models for many elements tend to give too soft potential surfaces (low phonons and elastic constants) unless fine-tuned: good for screening.'] : []),
      'Second derivatives jump where a neighbour crosses the cutoff.',
      ...(charged
        ? [
          'Charges are neutralised by their mean over the whole cell: adding vacuum or a distant fragment changes all of them.',
          'Phonons use the Born effective charges with which the energy of the model answers a long wave. Those that its own programs report, and that it was trained on, share the flow of charge between two atoms equally and differ (in BaTiO3 by a quarter).',
          sums === 'format'
            ? `Coulomb sums end as the format prescribes (5e-5 of them left)${chargeMode === 1 ? `, and the energy takes a small step where a pair crosses ${largestRadial} Å` : ''}; wave vectors are those of the first cell of a run, by their integers. --set nep.coulomb=converged carries the sums on.`
            : 'Coulomb sums are carried to 1e-14, farther than in training.',
        ]
        : []),
    ],
    ...(charged && { constants: { coulomb: `${nepCoulombConstant} eV·Å`, dielectric: `${model.rootDielectric! ** 2}` } }),
    ...(!charged && zbl && { constants: { coulomb: `${nepCoulombConstant} eV·Å` } }),
  };
}
