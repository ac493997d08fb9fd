/** A property's context for a structure and a potential, computed in place. */
import type { Structure } from '../../core/contracts/structure.ts';
import type { Message } from '../../core/contracts/quantity.ts';
import { standardPrimitive } from '../../core/crystal/symmetry.ts';
import type { Potential } from '../../core/potential/potential.ts';
import type { PropertyContext } from '../../core/properties/context.ts';
import { resolveSettings, type Accuracy } from '../../core/properties/settings.ts';
import { inPlaceTasks } from '../in-place-tasks.ts';

export function contextFor(structure: Structure, potential: Potential, overrides: Record<string, string> = {}, accuracy: Accuracy = 'standard'): PropertyContext & { readonly said: Message[] } {
  const settings = resolveSettings(accuracy, overrides);
  const said: Message[] = [];
  return {
    crystal: standardPrimitive(structure, settings.get('symmetry.tolerance')).crystal,
    potential,
    tasks: inPlaceTasks(potential),
    settings,
    journal: (message) => { said.push(message); },
    sample: () => undefined,
    said,
  };
}
