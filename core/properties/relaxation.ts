/**
 * The crystal at its minimum of enthalpy (or of energy with a part of the cell held), with its space group kept: what
 * every other property starts from.
 */
import type { PotentialCard } from '../contracts/card.ts';
import { message } from '../contracts/messages.ts';
import { quantityOf } from '../contracts/quantity.ts';
import type { RelaxationResult } from '../contracts/results.ts';
import type { Structure } from '../contracts/structure.ts';
import { upperLimit, verdictOf, type JudgedCheck } from '../convergence/verdict.ts';
import type { Crystal, Symmetry } from '../crystal/crystal.ts';
import { standardAxesOf } from '../crystal/settings.ts';
import { cellParameters, cellVolume, densityOf, massesOf } from '../crystal/structure.ts';
import { symmetryOf } from '../crystal/symmetry.ts';
import type { RelaxConstraint } from '../dynamics/relax.ts';
import { multiply3 } from '../math/matrix3.ts';
import { rowsOf } from '../math/rows.ts';
import { stressTensor } from '../math/voigt.ts';
import { chargedCellNote } from '../potential/coulomb.ts';
import { crossingShells } from '../potential/cutoff-shells.ts';
import type { PropertyContext, RelaxedCrystal } from './context.ts';
import { pressureOf } from './fixed-volume.ts';
import { keptBy } from './linear-range.ts';
import { relaxationTask } from './relaxation-task.ts';
import { sampleExtrapolation, sampleResiduals } from './samples.ts';
import type { Settings } from './settings.ts';

/** Relative to the energy: a rise of the enthalpy up to this is rounding. */
const energyRounding = 1e-10;

const inWords: Readonly<Record<RelaxConstraint, string>> = {
  full: 'ions and cell, to the requested stress',
  'fixed-shape': 'ions and volume, shape of the cell held',
  'fixed-volume': 'ions and shape, volume held',
  'fixed-cell': 'ions, cell held',
};

export async function relaxation(context: PropertyContext): Promise<{ result: RelaxationResult; relaxed: RelaxedCrystal }> {
  const { settings, tasks, potential } = context;
  const constraint = settings.get('relaxation.constraint');
  const requested = stressFrom(settings);
  const { symmetry } = context.crystal;
  const start = withMasses(context.crystal.structure, potential.card.masses);
  // A stress that breaks the symmetry of the crystal is followed; the operations that it respects are kept.
  const operations = keptBy(symmetry.operations, stressTensor(requested));
  const task = relaxationTask(settings, { structure: start, operations, constraint, stress: requested });
  const [outcome] = await tasks.all('Relaxation', [task], {
    step: ({ step, maxForce, maxStress }) => { sampleResiduals(context, step, [maxForce], [maxStress]); },
    finished: (found) => {
      // Kept results tell no steps.
      sampleResiduals(context, 0, found.history.maxForce, found.history.maxStress);
      sampleExtrapolation(context, found);
    },
  });
  const { structure, energy, maxForce, maxStress, steps } = outcome!;

  const found = symmetryOf(structure, settings.get('symmetry.tolerance'), 'the relaxed structure');
  const kept = found.number === symmetry.number;
  const crystal: Crystal = { structure, symmetry: operations.count === symmetry.operations.count ? deformedWith(symmetry, structure) : found };
  const shells = crossingShells([start, structure], potential);

  const forceTolerance = settings.get('relaxation.forceTolerance');
  const counted = { steps };
  const sentences = (code: 'force' | 'stress' | 'asymmetry' | 'energy' | 'shells') => ({ passed: `relaxation.${code}.passed`, failed: `relaxation.${code}.failed` }) as const;
  const checks: JudgedCheck[] = [
    { check: upperLimit('residual force', maxForce, forceTolerance, 'eV/Å', sentences('force'), counted), ifFailed: 'unreliable' },
    ...(constraint === 'fixed-cell'
      ? []
      : [{ check: upperLimit('residual stress', maxStress, settings.get('relaxation.stressTolerance'), 'GPa', sentences('stress'), counted), ifFailed: 'unreliable' as const }]),
    { check: upperLimit('energy does not rise', outcome!.enthalpyChange, energyRounding * Math.abs(energy), 'eV', sentences('energy')), ifFailed: 'unreliable' },
    { check: upperLimit('forces obey the space group', outcome!.asymmetry, Math.max(forceTolerance, energyRounding), 'eV/Å', sentences('asymmetry')), ifFailed: 'caution' },
    {
      check: {
        name: 'space group kept',
        passed: kept,
        measured: quantityOf(found.number, ''),
        limit: quantityOf(symmetry.number, ''),
        message: message(kept ? 'relaxation.group.passed' : 'relaxation.group.failed', { group: found.symbol, before: symmetry.symbol }),
      },
      ifFailed: 'caution',
    },
    { check: upperLimit('neighbour shells at cutoffs', shells.length, 0, '', sentences('shells')), ifFailed: 'caution' },
    ...chargeChecks(structure, potential.card),
  ];

  const conventional = cellParameters(multiply3(crystal.symmetry.conventionalMatrix, structure.cell));
  const volume = cellVolume(structure.cell);
  const pressure = pressureOf(outcome!);
  const { history } = outcome!;
  return {
    relaxed: { crystal, energy, maxForce, maxStress, pressure },
    result: {
      verdict: verdictOf(checks, {
        good: message('relaxation.good', { constraint: inWords[constraint], group: found.symbol }),
        caution: (failed) => message('relaxation.caution', { constraint: inWords[constraint], failed }),
        unreliable: (failed) => message('relaxation.unreliable', { failed }),
      }),
      cell: quantityOf(rowsOf(structure.cell, 3), 'Å'),
      positions: quantityOf(rowsOf(structure.positions, 3), 'Å'),
      energy: quantityOf(energy, 'eV', { basis: 'cell' }),
      volume: quantityOf(volume, 'Å³', { basis: 'cell' }),
      lattice: { lengths: quantityOf([...conventional.lengths], 'Å'), angles: quantityOf([...conventional.angles], '°') },
      density: quantityOf(densityOf(structure), 'kg/m³'),
      spaceGroup: { number: found.number, symbol: found.symbol, tolerance: found.tolerance },
      maxForce: quantityOf(maxForce, 'eV/Å'),
      maxStress: constraint === 'fixed-cell' ? quantityOf(null, 'GPa', { reason: message('relaxation.cellFixed').sentence }) : quantityOf(maxStress, 'GPa'),
      pressure: quantityOf(pressure, 'GPa'),
      steps,
      method: outcome!.method,
      constraint: inWords[constraint],
      history: {
        energy: quantityOf(history.energy, 'eV', { basis: 'cell' }),
        maxForce: quantityOf(history.maxForce, 'eV/Å'),
        maxStress: quantityOf(history.maxStress, 'GPa'),
      },
      cutoffShells: shells,
    },
  };
}

/** 6 GPa: −pressure on the diagonal plus `stress`. */
export function stressFrom(settings: Settings): Float64Array {
  return Float64Array.from(settings.get('stress'), (value, i) => value - (i < 3 ? settings.get('pressure') : 0));
}

/** The masses that go with a potential take precedence over those of the structure and over standard weights. */
function withMasses(structure: Structure, masses: Readonly<Record<string, number>> | undefined): Structure {
  if (!masses) return structure;
  const present = massesOf(structure);
  return { ...structure, masses: present.map((mass, i) => masses[structure.species[i]!] ?? mass) };
}

/** The same operations after a deformation that keeps them; axes of low symmetry turn with the cell. */
function deformedWith(symmetry: Symmetry, structure: Structure): Symmetry {
  return { ...symmetry, standardAxes: standardAxesOf(multiply3(symmetry.conventionalMatrix, structure.cell)) };
}

/** A cell with a net charge is computed in a uniform background, which must be said; nothing to check without charges. */
function chargeChecks(structure: Structure, card: PotentialCard): JudgedCheck[] {
  const { charges } = card;
  if (!charges) return [];
  const ions = structure.species.map((element) => charges[element] ?? 0);
  const note = chargedCellNote(structure, ions);
  const net = ions.reduce((sum, charge) => sum + charge, 0);
  return [
    {
      check: { name: 'cell without net charge', passed: note === null, measured: quantityOf(net, 'e'), limit: quantityOf(0, 'e'), message: note ?? message('relaxation.neutral') },
      ifFailed: 'caution',
    },
  ];
}
