/**
 * A run from its request to its result: the crystal in its standard primitive cell, relaxation, then each property on
 * the relaxed crystal. Knows no clock and no file; everything that costs time goes through the host's tasks.
 */
import type { Sample } from '../contracts/events.ts';
import { Refusal } from '../contracts/messages.ts';
import type { Message, Verdict, VerdictState } from '../contracts/quantity.ts';
import { quantityOf } from '../contracts/quantity.ts';
import type { RunRequest } from '../contracts/request.ts';
import type { Material, PropertyName, Provenance, Result } from '../contracts/results.ts';
import { structureFromJson, structureToJson } from '../contracts/structure.ts';
import { withLaterCheck, worstState } from '../convergence/verdict.ts';
import { densityOf, formulaOf, massesOf } from '../crystal/structure.ts';
import type { StandardPrimitive } from '../crystal/symmetry.ts';
import { rowsOf } from '../math/rows.ts';
import type { Potential } from '../potential/potential.ts';
import type { PropertyContext, RelaxedCrystal } from '../properties/context.ts';
import { elasticity } from '../properties/elasticity.ts';
import { eos } from '../properties/eos.ts';
import { expansion } from '../properties/expansion.ts';
import { phonons, type PhononsOutput } from '../properties/phonons.ts';
import { relaxation } from '../properties/relaxation.ts';
import { resolveSettings } from '../properties/settings.ts';
import { compareSoundVelocities } from '../properties/sound-velocities.ts';
import { crystalOf } from './check.ts';
import { committeeOf } from './committee-run.ts';
import { structureHash } from './task-key.ts';
import type { Tasks } from './tasks.ts';

export interface RunHost {
  /** The port of one property: its name goes with every stage that is told. */
  tasksOf(property: PropertyName): Tasks;
  journal(property: PropertyName, note: Message): void;
  sample(property: PropertyName, sample: Sample): void;
  finished(property: PropertyName, verdict: Verdict): void;
}

/** The part of a result that the request alone decides; the host adds versions, times and the machine. */
export interface RunOutput {
  readonly result: Omit<Result, 'schema' | 'provenance'>;
  readonly provenance: Pick<Provenance, 'seed' | 'structureHash' | 'accuracy' | 'settings'>;
  /** The worst verdict; a property that could not be computed counts as unreliable. */
  readonly state: VerdictState;
  readonly relaxed: RelaxedCrystal;
  /** What files beside `result.json` are made from; null without phonons. */
  readonly phonons: PhononsOutput | null;
}

/** Throws what the relaxation refuses, `Cancelled`, and mistakes of ours; a later property that is refused becomes a failure of its own. */
export async function runProperties(request: RunRequest, potential: Potential, host: RunHost): Promise<RunOutput> {
  const settings = resolveSettings(request.accuracy, request.settings);
  const input = structureFromJson(request.structure);
  const primitive = crystalOf(input, potential, settings, request.structureName);
  const contextOf = (property: PropertyName): PropertyContext => ({
    crystal: primitive.crystal, potential, settings, tasks: host.tasksOf(property),
    journal: (note) => { host.journal(property, note); },
    sample: (points) => { host.sample(property, points); },
  });
  for (const note of request.notes) host.journal('relaxation', note);

  const { result: relaxationResult, relaxed } = await relaxation(contextOf('relaxation'));
  const found: Pick<Result, 'eos' | 'elasticity' | 'phonons' | 'expansion'> = {};
  let vibrations: PhononsOutput | null = null;
  const failures: NonNullable<Result['failures']> = [];

  const committee = await committeeOf(potential, contextOf('relaxation'), relaxationResult);
  host.finished('relaxation', committee.relaxation.verdict);
  const states: VerdictState[] = [committee.relaxation.verdict.state];

  const compute: Record<Exclude<PropertyName, 'relaxation'>, (context: PropertyContext) => Promise<Verdict>> = {
    eos: async (context) => (found.eos = await committee.spread('eos', await eos(context, relaxed), context, eos)).verdict,
    elasticity: async (context) => {
      const result = await committee.spread('elasticity', await elasticity(context, relaxed), context, elasticity);
      return (found.elasticity = { ...result, verdict: againstPhonons(result.verdict, result, found.phonons) }).verdict;
    },
    phonons: async (context) => {
      vibrations = await phonons(context, relaxed);
      const result = await committee.spread('phonons', vibrations.result, context, async (own, crystal) => (await phonons(own, crystal)).result);
      return (found.phonons = { ...result, verdict: againstPhonons(result.verdict, found.elasticity, result) }).verdict;
    },
    expansion: async (context) => (found.expansion = await committee.spread('expansion', await expansion(context, relaxed), context, expansion)).verdict,
  };
  /** Whichever of the two comes last carries the check that compares them. */
  function againstPhonons(verdict: Verdict, elastic: Result['elasticity'], phononic: Result['phonons']): Verdict {
    return elastic && phononic ? withLaterCheck(verdict, compareSoundVelocities(elastic, phononic, densityOf(relaxed.crystal.structure))) : verdict;
  }
  for (const property of request.properties) {
    if (property === 'relaxation') continue;
    try {
      const verdict = await compute[property](contextOf(property));
      states.push(verdict.state);
      host.finished(property, verdict);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      failures.push({ property, message: error.detail });
      states.push('unreliable');
      host.journal(property, error.detail);
    }
  }
  return {
    result: {
      potential: potential.card,
      material: materialOf(request, primitive, relaxed),
      relaxation: committee.relaxation,
      ...found,
      ...(failures.length > 0 && { failures }),
    },
    provenance: { seed: settings.get('seed'), structureHash: structureHash(input), accuracy: settings.accuracy, settings: settings.entries() },
    state: worstState(states),
    relaxed,
    phonons: vibrations,
  };
}

function materialOf(request: RunRequest, { crystal, matrixFromInput }: StandardPrimitive, relaxed: RelaxedCrystal): Material {
  const { structure, symmetry } = crystal;
  const { reduced, formulaUnits } = formulaOf(structure);
  return {
    formula: reduced,
    atoms: structure.species.length,
    formulaUnits,
    species: [...structure.species],
    masses: quantityOf(massesOf(relaxed.crystal.structure), 'amu'),
    input: request.structure,
    ...(request.notes.length > 0 && { notes: request.notes }),
    primitive: structureToJson(structure),
    matrixFromInput: quantityOf(rowsOf(matrixFromInput, 3), ''),
    conventionalMatrix: quantityOf(rowsOf(symmetry.conventionalMatrix, 3), ''),
    spaceGroup: { number: symmetry.number, symbol: symmetry.symbol, tolerance: symmetry.tolerance },
    sites: symmetry.wyckoffs.map((wyckoff, i) => ({ wyckoff, siteSymmetry: symmetry.siteSymmetries[i] ?? '' })),
  };
}
