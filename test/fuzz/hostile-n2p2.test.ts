/** Mutated files of an n2p2 potential and its data: read, or refused with one sentence; never anything else, never slow. */
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../core/contracts/messages.ts';
import { readStructures } from '../../core/files/read-structures.ts';
import { random } from '../../core/math/random.ts';
import { loadPotential } from '../../core/potential/load.ts';
import { writeData } from '../../core/files/n2p2/data.ts';
import { crystal } from '../files/n2p2/potentials.ts';
import { files, mutated } from './hostile-n2p2.ts';

const data = new TextEncoder().encode(writeData([{ structure: crystal, labels: { energy: -40 } }, { structure: { ...crystal, periodic: [false, false, false] } }], { length: 'angstrom', energy: 'ev' }));

function outcome(read: () => unknown): string {
  const before = performance.now();
  try {
    read();
    return 'read';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.detail.sentence).toMatch(/^[^\n\p{Cc}]{20,900}\.$/u);
    return error.detail.code;
  } finally {
    expect(performance.now() - before).toBeLessThan(2000);
  }
}

describe('a hundred mutations of each file', () => {
  test.each(files.map(({ name }) => name))('%s', (name) => {
    const source = random(name.length);
    const outcomes = Array.from({ length: 100 }, () => outcome(() => {
      const potential = loadPotential({ name: 'fuzzed', files: files.map((file) => (file.name === name ? { name, bytes: mutated(file.bytes, source) } : file)), options: { units: 'angstrom,ev' } });
      // What is read must also evaluate, or refuse.
      potential.bind(crystal).evaluate(crystal.positions, crystal.cell, { forces: true });
    }));
    expect(new Set(outcomes).size).toBeGreaterThan(3);
  });

  test('input.data', () => {
    const source = random(77);
    const outcomes = Array.from({ length: 300 }, () => outcome(() => readStructures(mutated(data, source), 'input.data')));
    expect(outcomes).toContain('read');
    expect(new Set(outcomes).size).toBeGreaterThan(8);
  });
});

test('counts that no file can hold cost nothing', () => {
  const huge = files.map((file) => (file.name === 'input.nn' ? { name: file.name, bytes: new TextEncoder().encode(new TextDecoder().decode(file.bytes).replace('global_nodes_short 3 2', 'global_nodes_short 10000 10000')) } : file));
  expect(outcome(() => loadPotential({ name: 'huge', files: huge, options: { units: 'angstrom,ev' } }))).toBe('n2p2.weightCount');
});
