/** The one way in which properties ask for a relaxation: tolerances and method from the settings. */
import type { RelaxInput } from '../dynamics/relax.ts';
import type { Task } from '../runs/tasks.ts';
import type { Settings } from './settings.ts';

/** `stress`: 6 GPa requested, default zero. */
export function relaxationTask(
  settings: Settings,
  { structure, operations, constraint, stress = new Float64Array(6) }: Pick<RelaxInput, 'structure' | 'operations' | 'constraint'> & { readonly stress?: Float64Array },
): Task<'relax'> {
  return {
    kind: 'relax',
    input: {
      structure,
      operations,
      constraint,
      method: settings.get('relaxation.method'),
      stress,
      forceTolerance: settings.get('relaxation.forceTolerance'),
      stressTolerance: settings.get('relaxation.stressTolerance'),
      maxSteps: settings.get('relaxation.maxSteps'),
    },
  };
}
