/** Tables of the embedded-atom method: reading and interpolation. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { funcflCoulomb, readEam } from '../../core/files/eam.ts';
import { sourceText } from '../../core/files/source-text.ts';
import { evaluateSpline, uniformSpline } from '../../core/potential/uniform-spline.ts';
import { loadPotential } from '../../core/potential/load.ts';
import { supercell } from '../../core/crystal/supercell.ts';
import { describeWithShared, shared } from '../shared.ts';
import { alloyFunctions, eamFrom, faceCentred, potentialWith, rattled, rockSalt, setfl } from './models.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a cubic is interpolated exactly, slopes included, away from the ends', () => {
  const f = (x: number): number => 2 - 3 * x + 0.5 * x * x - 0.25 * x * x * x;
  const spline = uniformSpline(Float64Array.from({ length: 41 }, (_, k) => f(0.1 * k)), 0.1);
  const out = new Float64Array(2);
  // The five-point slope is exact for quartics; the first and last two intervals use lower orders.
  for (const x of [0.2, 0.257, 1.99999, 2, 3.123, 3.8]) {
    evaluateSpline(spline, x, out);
    expect(Math.abs(out[0]! - f(x))).toBeLessThan(1e-13);
    expect(Math.abs(out[1]! - (-3 + x - 0.75 * x * x))).toBeLessThan(1e-12);
  }
  evaluateSpline(spline, 4, out);
  expect(out[0]).toBe(f(0.1 * 40));
});

test('interpolation of a smooth function converges with the fourth power of the step', () => {
  const error = (step: number): number => {
    const spline = uniformSpline(Float64Array.from({ length: Math.round(4 / step) + 1 }, (_, k) => Math.sin(k * step)), step);
    const out = new Float64Array(2);
    let worst = 0;
    for (let x = 1; x < 3; x += 0.0137) {
      evaluateSpline(spline, x, out);
      worst = Math.max(worst, Math.abs(out[0]! - Math.sin(x)));
    }
    return worst;
  };
  expect(error(0.1) / error(0.05)).toBeGreaterThan(14);
});

test('energies of a table equal those of the functions it was made from', () => {
  const structure = rattled(rockSalt(5.1, 'Cu', 'Au'), 0.1);
  const { energy } = eamFrom(setfl(['Cu', 'Au'], alloyFunctions)).bind(structure).evaluate(structure.positions, structure.cell, {});
  // Direct sum over a block of images, straight from the functions.
  const { cell, positions, species } = structure;
  const type = (i: number): number => (species[i] === 'Cu' ? 0 : 1);
  let expected = 0;
  for (let i = 0; i < species.length; i++) {
    let density = 0;
    for (let j = 0; j < species.length; j++) {
      for (let n = 0; n < 125; n++) {
        const shift = [(n % 5) - 2, (Math.floor(n / 5) % 5) - 2, Math.floor(n / 25) - 2];
        const r = Math.hypot(...[0, 1, 2].map((x) => positions[3 * j + x]! - positions[3 * i + x]! + shift[0]! * cell[x]! + shift[1]! * cell[3 + x]! + shift[2]! * cell[6 + x]!));
        if (r === 0 || r >= alloyFunctions.cutoff) continue;
        density += alloyFunctions.density(type(j), r);
        expected += (0.5 * alloyFunctions.pair(type(i), type(j), r)) / r;
      }
    }
    expected += alloyFunctions.embedding(type(i), density);
  }
  // Steps of 2.4e-3 Å and 4e-3: fourth order leaves 1e-10 of an eV per atom.
  expect(Math.abs(energy - expected)).toBeLessThan(1e-8);
});

test('funcfl and setfl tables of the same functions agree', () => {
  const charge = (r: number): number => 3 * Math.exp(-0.8 * r) * Math.max(0, 1 - r / 4.8) ** 4;
  const functions = { ...alloyFunctions, pair: (_a: number, _b: number, r: number): number => funcflCoulomb * charge(r) ** 2 };
  const column = (count: number, f: (k: number) => number): string => {
    // Five numbers to a line, as DYNAMO writes them, with Fortran's exponent.
    const words = Array.from({ length: count }, (_, k) => f(k).toExponential(17).replace('e', 'D'));
    return Array.from({ length: Math.ceil(count / 5) }, (_, row) => words.slice(5 * row, 5 * row + 5).join(' ')).join('\n');
  };
  const { nrho, drho, nr, cutoff } = functions;
  const dr = cutoff / (nr - 1);
  const funcfl = `copper\n29 63.55 3.615 FCC\n${nrho} ${drho} ${nr} ${dr} ${cutoff}\n${column(nrho, (k) => functions.embedding(0, k * drho))}\n${column(nr, (k) => charge(k * dr))}\n${column(nr, (k) => functions.density(0, k * dr))}\n`;
  const structure = rattled(faceCentred(3.61, 'Cu'), 0.08);
  const [one, other] = [funcfl, setfl(['Cu'], functions)].map((text) => {
    const potential = eamFrom(text);
    expect(potential.card.elements).toEqual(['Cu']);
    const result = potential.bind(structure).evaluate(structure.positions, structure.cell, { forces: true });
    return { energy: result.energy, forces: Float64Array.from(result.forces!) };
  });
  expect(Math.abs(one!.energy - other!.energy)).toBeLessThan(1e-10);
  one!.forces.forEach((force, k) => expect(Math.abs(force - other!.forces[k]!)).toBeLessThan(1e-10));
});

test('beyond its densities the embedding energy goes on with constant slope, forces included', () => {
  // Densities only up to 2, far below those of the crystal.
  const short = eamFrom(setfl(['Cu'], { ...alloyFunctions, nrho: 501 }));
  const structure = rattled(faceCentred(3.2, 'Cu'), 0.05);
  const evaluator = short.bind(structure);
  const { forces } = evaluator.evaluate(structure.positions, structure.cell, { forces: true });
  const force = forces![4]!;
  const at = (h: number): number => evaluator.evaluate(structure.positions.map((x, k) => (k === 4 ? x + h : x)), structure.cell, {}).energy;
  // Truncation of the central difference, h² times third derivatives of some 1e2 eV/Å³.
  expect(Math.abs((at(1e-4) - at(-1e-4)) / 2e-4 + force)).toBeLessThan(1e-5);
});

test('a potential file may take its table from a file beside it and add terms', () => {
  const table = setfl(['Cu', 'Au'], alloyFunctions);
  const file = JSON.stringify({
    format: 'phonolite-potential/1', units: { length: 'Å', energy: 'eV', charge: 'e', mass: 'amu' },
    card: { name: 'cu-au', title: 'Copper and gold', energyReference: 'isolated atoms', references: [], validFor: 'tests', notShown: 'all else', limits: [], masses: { Cu: 63.546, Au: 196.97 } },
    terms: [{ type: 'eam', table: 'alloy.setfl' }, { type: 'morse', cutoff: { radius: 4, style: 'tapered', width: 1 }, pairs: [{ elements: ['Cu', 'Au'], depth: 0.1, alpha: 1.5, r0: 2.7 }] }],
  });
  const both = loadPotential({ name: 'cu-au', files: [{ name: 'cu-au.json', bytes: bytes(file) }, { name: 'alloy.setfl', bytes: bytes(table) }] });
  const morse = potentialWith({ type: 'morse', cutoff: { radius: 4, style: 'tapered', width: 1 }, pairs: [{ elements: ['Cu', 'Au'], depth: 0.1, alpha: 1.5, r0: 2.7 }] });
  const structure = rattled(rockSalt(5.1, 'Cu', 'Au'), 0.1);
  const energy = (potential: typeof both): number => potential.bind(structure).evaluate(structure.positions, structure.cell, {}).energy;
  expect(energy(both)).toBeCloseTo(energy(eamFrom(table)) + energy(morse), 11);
  expect(both.interactionRange).toBeCloseTo(9.6, 12);
  expect(() => loadPotential({ name: 'cu-au', files: [{ name: 'cu-au.json', bytes: bytes(file) }] })).toThrow('uses the table "alloy.setfl", but no file of that name was given');
});

describeWithShared('a published table', () => {
  const path = shared('reference/properties/C_eam_cu/Cu_mishin1.eam.alloy');

  test('takes its element from the list, not from the wrong atomic number, and its mass from our table', () => {
    const tables = readEam(sourceText(readFileSync(path), 'Cu_mishin1.eam.alloy'));
    expect(tables.elements).toEqual(['Cu']);
    expect(tables.cutoff).toBe(5.50679);
    expect(tables.embedding[0]!.values.length).toBe(10001);
    const { card } = loadPotential({ name: 'cu', files: [{ name: 'x', bytes: readFileSync(path) }] });
    expect(card.masses).toEqual({ Cu: 63.546 });
    expect(card.limits.join(' ')).toContain('its atomic numbers and masses are ignored');
  });

  test('a supercell evaluates in linear time and gives the same energy per atom', () => {
    const potential = loadPotential({ name: 'cu', files: [{ name: 'x', bytes: readFileSync(path) }] });
    const cell = faceCentred(3.615, 'Cu');
    const large = supercell(cell, [4, 0, 0, 0, 4, 0, 0, 0, 4]).structure;
    const per = (structure: typeof cell): number => potential.bind(structure).evaluate(structure.positions, structure.cell, {}).energy / structure.species.length;
    expect(Math.abs(per(large) - per(cell))).toBeLessThan(1e-12);
  });
});
