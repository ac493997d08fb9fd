/** A reference crystal, relaxed with a bundled or reference potential, ready for a property. */
import { readFileSync } from 'node:fs';
import { standardPrimitive } from '../../core/crystal/symmetry.ts';
import { readStructures } from '../../core/files/read-structures.ts';
import { loadPotential } from '../../core/potential/load.ts';
import type { PropertyContext, RelaxedCrystal } from '../../core/properties/context.ts';
import { relaxation } from '../../core/properties/relaxation.ts';
import { resolveSettings } from '../../core/properties/settings.ts';
import { inPlaceTasks } from '../in-place-tasks.ts';
import { shared } from '../shared.ts';
import { fileURLToPath } from 'node:url';

export async function prepared(folder: string, potentialName: string, overrides: Record<string, string> = {}): Promise<{ context: PropertyContext; relaxed: RelaxedCrystal }> {
  const file = potentialName === 'eam' ? shared('reference/properties/C_eam_cu/Cu_mishin1.eam.alloy') : fileURLToPath(new URL(`../../resources/potentials/${potentialName}.json`, import.meta.url));
  const potential = loadPotential({ name: potentialName, files: [{ name: file, bytes: readFileSync(file) }] });
  const structureFile = shared(`reference/properties/${folder}/${folder.startsWith('F_') ? 'quartz9' : 'conventional'}.extxyz`);
  const { structures } = readStructures(readFileSync(structureFile), structureFile);
  const settings = resolveSettings('standard', overrides);
  const { crystal } = standardPrimitive(structures[0]!, settings.get('symmetry.tolerance'));
  const context: PropertyContext = { crystal, potential, tasks: inPlaceTasks(potential), settings, journal: () => {} };
  const { relaxed } = await relaxation(context);
  return { context, relaxed };
}
