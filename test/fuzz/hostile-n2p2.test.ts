/** Mutated files of an n2p2 potential and its data: read, or refused with one sentence; never anything else, never slow. */
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../core/contracts/messages.ts';
import { readStructures } from '../../core/files/read-structures.ts';
import { random, type Random } from '../../core/math/random.ts';
import { loadPotential } from '../../core/potential/load.ts';
import { writeData } from '../../core/files/n2p2/data.ts';
import { crystal, filesOf, smallDescription } from '../files/n2p2/potentials.ts';

const files = filesOf(smallDescription());
const data = new TextEncoder().encode(writeData([{ structure: crystal, labels: { energy: -40 } }, { structure: { ...crystal, periodic: [false, false, false] } }], { length: 'angstrom', energy: 'ev' }));

const words = ['NaN', 'inf', '-1', '0', '1e999', '999999999999', '__proto__', 'constructor', '', 'begin', 'end', 'atom', 'elements', 'symfunction_short', '#', '!', '\u00e5', '3', '21', 'Si', 'Xx'];

/** One to three changes: a byte, a word, a line lost, doubled or moved, a cut. */
function mutated(bytes: Uint8Array, source: Random): Uint8Array {
  let text = new TextDecoder().decode(bytes);
  for (let n = source.integer(3); n >= 0; n--) {
    const lines = text.split('\n'), at = source.integer(lines.length);
    switch (source.integer(6)) {
      case 0: text = text.slice(0, source.integer(text.length)); break;
      case 1: lines.splice(at, 1); text = lines.join('\n'); break;
      case 2: lines.splice(at, 0, lines[source.integer(lines.length)]!); text = lines.join('\n'); break;
      case 3: {
        const own = lines[at]!.split(' ');
        own[source.integer(own.length)] = words[source.integer(words.length)]!;
        lines[at] = own.join(' ');
        text = lines.join('\n');
        break;
      }
      case 4: {
        const place = source.integer(Math.max(text.length, 1));
        text = text.slice(0, place) + String.fromCharCode(source.integer(128)) + text.slice(place + 1);
        break;
      }
      default: lines[at] = `${lines[at]!} ${words[source.integer(words.length)]!}`; text = lines.join('\n');
    }
  }
  return new TextEncoder().encode(text);
}

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
