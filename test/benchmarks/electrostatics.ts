/** What electrostatics cost at several sizes and accuracies, beside LAMMPS' recorded figures. */
import { electrostaticSum } from '../../core/longrange/ewald.ts';
import { ewaldDynamics } from '../../core/longrange/ewald-dynamics.ts';
import { random } from '../../core/math/random.ts';
import type { Structure } from '../../core/contracts/structure.ts';
import { recorded } from './other-programs.ts';
import { leastProcessorSeconds } from './processor-time.ts';
import type { Row, Section } from './section.ts';

/** µs of processor time per call. */
function microseconds(calls: number, work: () => void): number {
  return (1e6 / calls) * leastProcessorSeconds(5, () => { for (let call = 0; call < calls; call++) work(); });
}

/** edge³ conventional cells of NaCl, ions displaced at random. */
function saltCrystal(edge: number): { structure: Structure; charges: Float64Array } {
  const a = 5.64, { normal } = random(1);
  const positions: number[] = [], charges: number[] = [];
  for (let x = 0; x < 2 * edge; x++) {
    for (let y = 0; y < 2 * edge; y++) {
      for (let z = 0; z < 2 * edge; z++) {
        for (const n of [x, y, z]) positions.push((a / 2) * n + 0.1 * normal());
        charges.push((x + y + z) % 2 === 0 ? 1 : -1);
      }
    }
  }
  return {
    structure: {
      cell: Float64Array.of(a * edge, 0, 0, 0, a * edge, 0, 0, 0, a * edge),
      periodic: [true, true, true],
      species: charges.map((q) => (q > 0 ? 'Na' : 'Cl')),
      positions: Float64Array.from(positions),
    },
    charges: Float64Array.from(charges),
  };
}

function force(edge: number, accuracy: number): number {
  const { structure, charges } = saltCrystal(edge);
  const sum = electrostaticSum(charges, structure.periodic, { coulombConstant: 14.399645, accuracy });
  const calls = Math.ceil(4000 / charges.length);
  return microseconds(calls, () => sum.evaluate(structure.positions, structure.cell, { forces: true, stress: true })) / charges.length;
}

function dynamics(edge: number, ions: number, gradient: boolean): number {
  const crystal = saltCrystal(edge);
  const structure = { ...crystal.structure, positions: crystal.structure.positions.slice(0, 3 * ions) };
  const charges = crystal.charges.slice(0, ions);
  const bound = ewaldDynamics(structure, charges, { coulombConstant: 14.399645, accuracy: 1e-10 });
  const out = new Float64Array(6 * (3 * ions) ** 2);
  const { uniform } = random(2);
  return microseconds(gradient ? 200 : 500, () => {
    const q = [uniform(), uniform(), uniform()];
    if (gradient) bound.addForceConstantsGradient(q, out);
    else bound.addForceConstants(q, out);
  });
}

export function electrostaticsSection(): Section {
  const lammps = recorded('timing/timing_lammps.json') as { results: Record<string, { cpu_min: number } | undefined> } | null;
  const rows: Row[] = [];
  for (const [edge, ions] of [[5, 1000], [6, 1728], [8, 4096]] as const) {
    for (const accuracy of [1e-3, 1e-5]) {
      rows.push({
        name: `NaCl, ${String(ions)} ions, accuracy ${String(accuracy)}`, ours: force(edge, accuracy), unit: 'µs per ion',
        theirs: lammps?.results[`nacl${String(ions)}_ewald`]?.cpu_min ?? null,
      });
    }
  }
  rows.push({ name: 'NaCl, 1000 ions, accuracy 1e-12', ours: force(5, 1e-12), theirs: null, unit: 'µs per ion' });
  for (const ions of [2, 8]) {
    rows.push({ name: `dynamical matrix, ${String(ions)} ions, accuracy 1e-10`, ours: dynamics(1, ions, false), theirs: null, unit: 'µs per q' });
    rows.push({ name: `its gradient, ${String(ions)} ions`, ours: dynamics(1, ions, true), theirs: null, unit: 'µs per q' });
  }
  return {
    title: 'Ewald sums with forces and stress: processor time on one thread',
    other: 'LAMMPS, recorded',
    rows,
    notes: [
      // LAMMPS' measure: root-mean-square force error relative to the force between unit charges at 1 Å.
      'LAMMPS at its relative accuracy 1e-5, short-range forces included, on a 2.5 GHz machine. Ours, a bound on the worst of all wanted numbers, leaves 1.5e-6 of that measure at 1e-3 and 1e-8 at 1e-5.',
    ],
  };
}
