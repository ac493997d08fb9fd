import type { Sample } from '../contracts/events.ts';
import type { Message } from '../contracts/quantity.ts';
import type { Crystal } from '../crystal/crystal.ts';
import type { Potential } from '../potential/potential.ts';
import type { Tasks } from '../runs/tasks.ts';
import type { Settings } from './settings.ts';

/** What a property is given. Everything that costs time goes through `tasks`. */
export interface PropertyContext {
  /** Standard primitive cell in the input's frame, before relaxation. */
  readonly crystal: Crystal;
  /** For its card, ranges and parts; evaluations go through `tasks`. */
  readonly potential: Potential;
  readonly tasks: Tasks;
  readonly settings: Settings;
  /** A plain sentence for the run's journal. */
  journal(message: Message): void;
  /** Points of a figure that fills while the property is computed: for looking on, never a part of the result. */
  sample(sample: Sample): void;
}

/** The crystal at its minimum of enthalpy, which all further properties start from. */
export interface RelaxedCrystal {
  readonly crystal: Crystal;
  /** eV per cell */
  readonly energy: number;
  /** eV/Å */
  readonly maxForce: number;
  /** GPa */
  readonly maxStress: number;
  /** GPa */
  readonly pressure: number;
}
