/** Repeats a property with every member of a committee, for the spread; does nothing for any other potential. */
import { Refusal } from '../contracts/messages.ts';
import type { PropertyName, RelaxationResult } from '../contracts/results.ts';
import type { Potential } from '../potential/potential.ts';
import { withCommitteeSpread, withoutMembers, type PropertyResult } from '../properties/committee-spread.ts';
import type { PropertyContext, RelaxedCrystal } from '../properties/context.ts';
import { relaxation } from '../properties/relaxation.ts';
import type { Tasks } from './tasks.ts';

export interface Committee {
  /** With the spread of the members. */
  readonly relaxation: RelaxationResult;
  /** `mean`: the committee's own result; `compute`: the property, called again for every member at its own minimum. */
  spread<R extends PropertyResult>(property: PropertyName, mean: R, context: PropertyContext, compute: (context: PropertyContext, relaxed: RelaxedCrystal) => Promise<R>): Promise<R>;
}

/** Relaxes every member by itself. */
export async function committeeOf(potential: Potential, context: PropertyContext, mean: RelaxationResult): Promise<Committee> {
  const { members } = potential;
  if (!members) return { relaxation: mean, spread: (_, own) => Promise.resolve(own) };
  const relaxed = await each(members.length, context, members, (own) => relaxation(own));
  return {
    relaxation: judged('relaxation', mean, relaxed.map((outcome) => outcome?.result ?? null)),
    spread: async (property, own, base, compute) => judged(property, own, await each(members.length, base, members, (of, k) => (relaxed[k] ? compute(of, relaxed[k].relaxed) : Promise.resolve(null)))),
  };
}

/** One after the other, so that the order of tasks does not depend on timing. A member that is refused is null, its reason in the journal. */
async function each<T>(count: number, context: PropertyContext, members: readonly Potential[], compute: (context: PropertyContext, k: number) => Promise<T>): Promise<(T | null)[]> {
  const results: (T | null)[] = [];
  for (let k = 0; k < count; k++) {
    try {
      const own: PropertyContext = {
        ...context, potential: members[k]!, tasks: tasksOfMember(context.tasks, k, count),
        sample: (sample) => { context.sample({ ...sample, member: k + 1 }); },
      };
      results.push(await compute(own, k));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      context.journal(error.detail);
      results.push(null);
    }
  }
  return results;
}

function tasksOfMember(tasks: Tasks, member: number, count: number): Tasks {
  return { all: (name, list, watch) => tasks.all(`${name}, member ${String(member + 1)} of ${String(count)}`, list.map((task) => ({ ...task, member })), watch) };
}

function judged<R extends PropertyResult>(property: PropertyName, mean: R, members: readonly (R | null)[]): R {
  const found = members.filter((member) => member !== null);
  const missing = members.length - found.length;
  const spread = found.length >= 2 ? withCommitteeSpread(property, mean, found) : mean;
  return missing === 0 ? spread : { ...spread, verdict: withoutMembers(spread.verdict, missing, members.length) };
}
