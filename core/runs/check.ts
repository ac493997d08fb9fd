/** Whether a run can begin: everything a user can be told before anything is computed at length or written. */
import type { PotentialCard } from '../contracts/card.ts';
import { refuse } from '../contracts/messages.ts';
import type { RunRequest } from '../contracts/request.ts';
import { structureFromJson, type Structure } from '../contracts/structure.ts';
import { standardPrimitive, type StandardPrimitive } from '../crystal/symmetry.ts';
import type { Potential } from '../potential/potential.ts';
import { resolveSettings, type Settings } from '../properties/settings.ts';
import { curvatureProperties, requireSmooth } from '../properties/smoothness.ts';

/** Refused with the elements that the potential does not know. `name`: what the user calls the structure. */
export function checkElements(structure: Structure, card: PotentialCard, name: string): void {
  const missing = [...new Set(structure.species)].filter((element) => !card.elements.includes(element));
  if (missing.length > 0) refuse('run.elements', { potential: card.name, elements: missing.join(', '), structure: name, known: card.elements.join(', ') });
}

/** The crystal that a run speaks about: the standard primitive cell of the input. */
export function crystalOf(structure: Structure, potential: Potential, settings: Settings, name: string): StandardPrimitive {
  const open = ['first', 'second', 'third'].filter((_, axis) => !structure.periodic[axis]);
  if (open.length > 0) refuse('run.notPeriodic', { structure: name, axes: `its ${open.join(' and ')} lattice vector` });
  checkElements(structure, potential.card, name);
  return standardPrimitive(structure, settings.get('symmetry.tolerance'), name);
}

/** Reads the settings, finds the symmetry, looks for kinks where curvature is asked for and evaluates the crystal once: what any of them refuses is thrown as it is. */
export function checkRequest(request: RunRequest, potential: Potential): void {
  const settings = resolveSettings(request.accuracy, request.settings);
  const { structure } = crystalOf(structureFromJson(request.structure), potential, settings, request.structureName).crystal;
  for (const property of request.properties) if (curvatureProperties.includes(property)) requireSmooth(potential, property);
  potential.bind(structure).evaluate(structure.positions, structure.cell, { forces: true, stress: true });
}
