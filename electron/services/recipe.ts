/** Everything that a run was computed from, in one archive, with the command that computes the same digits again. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync, type Zippable } from 'fflate';
import type { PotentialSource } from '../../core/contracts/card.ts';
import { refuse } from '../../core/contracts/messages.ts';
import { keptRequest, runFiles } from '../storage/run-folder.ts';
import { readableJson } from '../storage/json.ts';
import { withPathNow } from '../storage/failures.ts';
import { commandOf } from './requests.ts';

/** `structure`: the crystal as extended XYZ, every digit of it. */
export function recipeOf(folder: string, source: PotentialSource, structure: string): Uint8Array {
  const request = keptRequest(folder) ?? refuse('run.notARun', { folder, file: runFiles.request });
  const settings = [...Object.entries(request.potential.options), ...Object.entries(request.settings)].map(([key, value]) => `${key}=${value}`);
  const command = commandOf({ structure: 'structure.extxyz', potential: 'potential', properties: request.properties, accuracy: request.accuracy, settings, out: 'recomputed' });
  const result = join(folder, runFiles.result);
  const provenance: unknown = existsSync(result) ? (JSON.parse(withPathNow(result, () => readFileSync(result, 'utf8'))) as { provenance?: unknown }).provenance : null;
  const recipe = { schema: 'phonolite-recipe/1', command, request, provenance };
  const readme = `In this folder:\n\n    ${command}\n\ncomputes the run again, with the same digits on the same version of V8 (recipe.json names it under provenance).\n`;
  const files: Zippable = { 'README.txt': strToU8(readme), 'recipe.json': strToU8(readableJson(recipe)), 'structure.extxyz': strToU8(structure) };
  for (const { name, bytes } of source.files) files[`potential/${name}`] = bytes;
  return zipSync(files);
}
