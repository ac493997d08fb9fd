/**
 * Benchmarks: `npm run bench -- [properties] [electrostatics] [potentials] [--json FILE]`; without names, all of them.
 *
 *   properties      the MgO demonstration through the command line, its parts beside LAMMPS and phonopy, thermal functions
 *                   beside phonopy, potentials beside LAMMPS
 *   electrostatics  Ewald sums at several sizes and accuracies
 *   potentials      networks and neuroevolution potentials: kernels beside their plain references and native programs, by
 *                   threads and by size; analytic potentials beside LAMMPS
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { Refusal } from '../../core/contracts/messages.ts';
import { loadCore } from '../../core/index.ts';
import { coreBytes } from '../../electron/services/layout.ts';
import { demonstrationSection } from './demonstration.ts';
import { electrostaticsSection } from './electrostatics.ts';
import { nepBenchmarks } from './nep.ts';
import { neuralBenchmarks } from './neural.ts';
import { potentialsSection } from './potentials.ts';
import { linesOf, ratioOf, type Section } from './section.ts';
import { thermalFunctionsSection } from './thermal.ts';
import { workflow } from './workflow.ts';

type Benchmark = () => Section | readonly Section[] | Promise<Section | readonly Section[]>;
const benchmarks: Readonly<Record<string, readonly Benchmark[]>> = {
  properties: [workflow, demonstrationSection, thermalFunctionsSection, potentialsSection],
  electrostatics: [electrostaticsSection],
  potentials: [neuralBenchmarks, nepBenchmarks, potentialsSection],
};

function usage(): { names: string[]; json: string | undefined } {
  const known = Object.keys(benchmarks);
  try {
    const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
    const unknown = positionals.find((name) => !known.includes(name));
    if (unknown !== undefined) throw new Error(`"${unknown}" is no benchmark`);
    return { names: positionals.length > 0 ? positionals : known, json: values.json };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}. Give names out of ${known.join(', ')}, or none for all; --json FILE writes the figures too.\n`);
    process.exit(2);
  }
}

const { names, json } = usage();
try {
  loadCore(coreBytes());
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.detail.sentence}\n`);
  process.exit(2);
}
const processor = cpus()[0]?.model ?? 'unknown processor';
process.stdout.write(`${processor}, Node.js ${process.version}\n\n`);
const sections: (Section & { benchmark: string })[] = [];
const measured = new Set<Benchmark>();
for (const benchmark of names) {
  for (const measure of benchmarks[benchmark]!.filter((each) => !measured.has(each))) {
    measured.add(measure);
    for (const section of [await measure()].flat()) {
      process.stdout.write(`${linesOf(section).join('\n')}\n`);
      sections.push({ benchmark, ...section });
    }
  }
}
if (json !== undefined) {
  const document = { processor, node: process.version, sections: sections.map((section) => ({ ...section, rows: section.rows.map((row) => ({ ...row, ratio: ratioOf(row) })) })) };
  writeFileSync(json, `${JSON.stringify(document, null, 1)}\n`);
}
