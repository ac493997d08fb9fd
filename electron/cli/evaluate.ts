/** `phonolite evaluate`: one evaluation per structure, into JSON or extended XYZ. */
import { refuse } from '../../core/contracts/messages.ts';
import { checkElements, loadCore, loadPotential } from '../../core/index.ts';
import { evaluateStructures, evaluationsAsExtendedXyz, evaluationsAsJson } from '../services/evaluate.ts';
import { coreBytes } from '../services/layout.ts';
import { potentialSource, readStructureInput, withDataOf } from '../services/library.ts';
import { settingPairs } from '../services/requests.ts';
import { writeAtomic } from '../storage/atomic.ts';

interface Options {
  readonly potential: string;
  readonly set: readonly string[];
  readonly out: string;
}

export async function evaluate(input: string, { potential, set, out }: Options): Promise<number> {
  const json = out.endsWith('.json');
  if (!json && !out.endsWith('.extxyz')) refuse('evaluate.out', { value: out.slice(-80) });
  loadCore(coreBytes());
  const source = withDataOf(potentialSource(potential, settingPairs(set)), input);
  const { card, remarksOn } = loadPotential(source);
  const { structures, notes } = readStructureInput(input, card.units);
  for (const structure of structures) checkElements(structure, card, input);
  const evaluated = await evaluateStructures(structures, source);
  await writeAtomic(out, json ? evaluationsAsJson(evaluated) : evaluationsAsExtendedXyz(structures, evaluated));
  // One of a kind is enough.
  const remarks = new Map(structures.flatMap((structure) => remarksOn?.(structure) ?? []).reverse().map(({ code, sentence }) => [code, sentence]));
  // What must stand beside every number of this potential, its units among it.
  for (const sentence of [...notes.map((note) => note.sentence), ...card.limits, ...remarks.values()]) process.stderr.write(`${sentence}\n`);
  process.stdout.write(`${String(evaluated.length)} ${evaluated.length === 1 ? 'structure' : 'structures'}: ${out}\n`);
  return 0;
}
