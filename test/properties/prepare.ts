/** A reference crystal, relaxed with a bundled or reference potential, ready for a property. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readStructures } from '../../core/files/read-structures.ts';
import { loadPotential } from '../../core/potential/load.ts';
import type { PropertyContext, RelaxedCrystal } from '../../core/properties/context.ts';
import { relaxation } from '../../core/properties/relaxation.ts';
import { shared } from '../shared.ts';
import { contextFor } from './context.ts';

export async function prepared(folder: string, potentialName: string, overrides: Record<string, string> = {}): Promise<{ context: PropertyContext; relaxed: RelaxedCrystal }> {
  const file = potentialName === 'eam' ? shared('reference/properties/C_eam_cu/Cu_mishin1.eam.alloy') : fileURLToPath(new URL(`../../resources/potentials/${potentialName}.json`, import.meta.url));
  const potential = loadPotential({ name: potentialName, files: [{ name: file, bytes: readFileSync(file) }] });
  const structureFile = shared(`reference/properties/${folder}/${folder.startsWith('F_') ? 'quartz9' : 'conventional'}.extxyz`);
  const { structures } = readStructures(readFileSync(structureFile), structureFile);
  const context = contextFor(structures[0]!, potential, overrides);
  const { relaxed } = await relaxation(context);
  return { context, relaxed };
}
