/** Phonolite's own file of networks: exact, checked, and refused with a place where something in it is wrong. */
import { readdirSync, readFileSync } from 'node:fs';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PotentialSource } from '../../core/contracts/card.ts';
import { Refusal } from '../../core/contracts/messages.ts';
import { sortedFunctions, type SymmetryFunction } from '../../core/descriptors/symmetry-functions.ts';
import { decodeBase64, encodeBase64 } from '../../core/files/base64.ts';
import { neuralFormat, readNeuralPotential, recogniseNeuralPotential, writeNeuralPotential, type NeuralFile } from '../../core/files/neural-potential.ts';
import { sourceText } from '../../core/files/source-text.ts';
import { activationNames } from '../../core/network/activations.ts';
import { weightCount, type FeedForward } from '../../core/network/feed-forward.ts';
import { loadPotential } from '../../core/potential/load.ts';
import { exportN2p2, exportNeuralPotential } from '../../core/potential/export.ts';
import { modelOf, modelPotential } from '../../core/potential/neural-model.ts';
import { everyKind } from '../descriptors/environments.ts';
import { compactFunctions, gaussianFunctions } from '../potential/neural-models.ts';
import { describeWithShared, shared } from '../shared.ts';
import { crystal, filesOf, smallDescription } from './n2p2/potentials.ts';
import { cases, referenceOf, structureOf } from './n2p2/references.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string): NeuralFile => readNeuralPotential(sourceText(encode(text), 'potential.json'));
const refusal = (text: string): { code: string; sentence: string } => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof Refusal) return error.detail;
    throw error;
  }
  return { code: 'none', sentence: '' };
};

const card = { name: 'small', title: 'Small', energyReference: 'free atoms', references: [], validFor: 'tests', notShown: 'all else', limits: [] };
const small: NeuralFile = { card, model: modelOf(smallDescription({ functions: [...gaussianFunctions, ...compactFunctions] })) };

const bits = fc.double({ noNaN: true, noDefaultInfinity: true });
const array = (length: number): fc.Arbitrary<Float64Array> => fc.array(bits, { minLength: length, maxLength: length }).map((values) => Float64Array.from(values));
const network = (inputs: number): fc.Arbitrary<FeedForward> =>
  fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }).chain((hidden) => {
    const layers = [inputs, ...hidden, 1];
    return fc.record({
      layers: fc.constant(layers), activations: fc.array(fc.constantFrom(...activationNames), { minLength: layers.length - 1, maxLength: layers.length - 1 }),
      normalised: fc.boolean(), weights: array(weightCount(layers)),
    });
  });
const text = fc.string({ minLength: 1, unit: 'grapheme' });
const elements = ['H', 'C', 'O'] as const;
const potential: fc.Arbitrary<NeuralFile> = fc.tuple(fc.constantFrom(1, 2, 3), fc.boolean(), fc.array(fc.subarray([...everyKind], { minLength: 1 }), { minLength: 3, maxLength: 3 }))
  .chain(([members, charged, chosen]) => {
    const functions = chosen.map((own) => sortedFunctions<SymmetryFunction>(own));
    const networks = (extra: number): fc.Arbitrary<FeedForward[]> => fc.tuple(...functions.map((own) => network(own.length + extra)));
    const positive = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
    const equilibration = fc.record({
      electronegativities: networks(0), hardness: fc.tuple(positive, positive, positive).map((x) => Float64Array.from(x)), widths: fc.tuple(positive, positive, positive).map((x) => Float64Array.from(x)),
      fourPiEpsilon: positive, screening: fc.option(fc.record({ inner: fc.double({ min: 0, max: 3, noNaN: true }), outer: fc.double({ min: 4, max: 9, noNaN: true }), fall: fc.constantFrom(1, 4, 5, 6, 7, 8) })),
    });
    return fc.record({
      card: fc.record({
        ...Object.fromEntries(['title', 'energyReference', 'validFor', 'notShown'].map((key) => [key, text])) as Record<'title' | 'energyReference' | 'validFor' | 'notShown', typeof text>,
        name: fc.constant('x-1.2_b'), references: fc.array(text), limits: fc.array(text), provenance: text,
        trainingData: fc.record({ fingerprint: fc.constant('0af'.padStart(64, '7')), structures: fc.constant(12), atoms: fc.constant(96) }),
        accuracy: fc.constant([{ quantity: 'energy', error: 1.25, unit: 'meV/atom', set: 'test' as const }]),
      }, { requiredKeys: ['name', 'title', 'energyReference', 'references', 'validFor', 'notShown', 'limits'] }),
      model: fc.record({
        basis: fc.record({
          units: fc.constantFrom({ length: 'angstrom' as const, energy: 'ev' as const }, { length: 'bohr' as const, energy: 'hartree' as const }),
          elements: fc.constant([...elements]), cutoff: fc.record({ type: fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8), alpha: fc.double({ min: 0, max: 0.99, noNaN: true }) }),
          functions: fc.constant(functions), scaling: fc.constant({ mode: 'center', low: -0, high: 1 } as const),
          statistics: fc.tuple(...functions.map(({ length }) => fc.record({ minimum: array(length).map((x) => x.map((y) => Math.min(y, 0))), maximum: array(length).map((x) => x.map((y) => Math.max(y, 0))), mean: array(length), deviation: fc.option(array(length)) }))),
          atomicEnergies: array(3), normalisation: fc.option(fc.record({ meanEnergy: bits, energy: positive, length: positive, charge: fc.option(positive) })),
        }),
        members: fc.array(charged ? fc.record({ networks: networks(1), equilibration }) : fc.record({ networks: networks(0) }), { minLength: members, maxLength: members }),
      }),
    }) as fc.Arbitrary<NeuralFile>;
  });

test('every potential is read back the same, bit for bit', () => {
  fc.assert(fc.property(potential, (original) => {
    // toEqual tells −0 from 0 and compares typed arrays element by element.
    expect(read(writeNeuralPotential(original))).toEqual(original);
  }), { numRuns: 60 });
});

test('numbers of large networks are cut into lines and joined again', () => {
  const layers = [1, 400, 30, 1], weights = Float64Array.from({ length: weightCount(layers) }, (_, k) => Math.sin(k) * 10 ** ((k % 40) - 20));
  const only: SymmetryFunction = { type: 2, neighbours: ['Si'], eta: 0.1, shift: 0, cutoff: 5 };
  const one = Float64Array.of(1), zero = Float64Array.of(0);
  const file: NeuralFile = {
    card,
    model: {
      basis: { ...small.model.basis, elements: ['Si'], functions: [[only]], statistics: [{ minimum: zero, maximum: one, mean: zero, deviation: null }], atomicEnergies: zero },
      members: [{ networks: [{ layers, activations: ['tanh', 'silu', 'linear'], normalised: false, weights }] }],
    },
  };
  const written = writeNeuralPotential(file);
  // Far below the longest line that a text file may have.
  expect(Math.max(...written.split('\n').map(({ length }) => length))).toBeLessThan(100_000);
  expect(read(written)).toEqual(file);
});

describe('from n2p2', () => {
  for (const units of [{ length: 'angstrom', energy: 'ev' }, { length: 'bohr', energy: 'hartree' }] as const) {
    test(`a folder in ${units.length} and ${units.energy} gives the same energies and forces to the bit`, () => {
      const source = { name: 'folder', files: filesOf({ ...smallDescription(), units }), options: { units: `${units.length},${units.energy}` } };
      const own = exportNeuralPotential(source, 'own');
      const [first, second] = [loadPotential(source), loadPotential({ name: 'own.json', files: [{ name: 'own.json', bytes: encode(own) }] })];
      const want = { forces: true, stress: true, energies: true } as const;
      const evaluate = (which: typeof first): unknown => which.bind(crystal).evaluate(crystal.positions, crystal.cell, want);
      expect(evaluate(second)).toEqual(evaluate(first));
      expect(second.card).toMatchObject({ name: 'own', kind: 'neural-network', elements: first.card.elements, cutoff: first.card.cutoff, units });
      expect(second.card.limits).toEqual(first.card.limits);
    });
  }

  test('units that contradict the file are refused', () => {
    const bytes = encode(writeNeuralPotential(small));
    const load = (units: string): unknown => loadPotential({ name: 'x', files: [{ name: 'x.json', bytes }], options: { units } });
    expect(() => load('angstrom,ev')).not.toThrow();
    expect(() => load('bohr,hartree')).toThrow('The potential file x.json states its own units, Å and eV; --set units=bohr,hartree contradicts them. Leave the setting out.');
  });
});

describeWithShared('n2p2’s own potentials', () => {
  const all = [...cases, { name: 'AlAuMgO_4G', references: ['reference_ewald_converged'], units: { length: 'bohr', energy: 'hartree' } as const }];
  for (const { name, references, units } of all) {
    test(`${name} is the same to the bit, charges included`, () => {
      const folder = shared(`reference/n2p2/${name}`);
      const files = readdirSync(folder).filter((file) => /^(input\.nn|scaling\.data|(weights|weightse|hardness)\.\d{3}\.data)$/.test(file)).map((file) => ({ name: file, bytes: readFileSync(`${folder}/${file}`) }));
      const source = { name, files, options: { units: `${units.length},${units.energy}` } };
      const own = { name: 'own', files: [{ name: 'own.json', bytes: encode(exportNeuralPotential(source, 'own')) }] };
      const first = referenceOf(`${name}/${references[0]!}.json`).structures[0]!;
      const structure = structureOf({ ...first, periodic: first.lattice !== undefined }, units);
      const evaluate = (which: PotentialSource): unknown => loadPotential(which).bind(structure).evaluate(structure.positions, structure.cell, { forces: true, energies: true, extrapolation: true });
      expect(evaluate(own)).toEqual(evaluate(source));
      // What n2p2 was told to train it with stands in its own input.nn alone, so that file is compared by what it says.
      const [fromOwn, fromSource] = [exportN2p2(own).files, exportN2p2(source).files];
      const numbers = (written: typeof fromOwn): typeof fromOwn => written.filter(({ name: file }) => file.endsWith('.data'));
      expect(numbers(fromOwn)).toEqual(numbers(fromSource));
      const folderOf = (written: typeof fromOwn): PotentialSource => ({ name, options: source.options, files: written.map(({ name: file, text }) => ({ name: file, bytes: encode(text) })) });
      expect(evaluate(folderOf(fromOwn))).toEqual(evaluate(folderOf(fromSource)));
    });
  }
});

describe('what is damaged', () => {
  const written = writeNeuralPotential(small);

  test('one character changed anywhere is never read as another potential', () => {
    fc.assert(fc.property(fc.nat(written.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
      const damaged = written.slice(0, at) + character + written.slice(at + 1);
      try {
        expect(read(damaged)).toEqual(read(written));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        expect(error.detail.sentence).toMatch(/\.$/);
      }
    }), { numRuns: 150 });
  });

  test('a weight that changed says that the checksum is wrong', () => {
    const at = written.lastIndexOf('"weights"') + 40;
    const { code, sentence } = refusal(written.slice(0, at) + (written[at] === 'A' ? 'B' : 'A') + written.slice(at + 1));
    expect(code).toBe('neuralFile.checksum');
    expect(sentence).toMatch(/^The potential file potential\.json is damaged: its content has the checksum [0-9a-f]{12}…, but was written with [0-9a-f]{12}…\. Fetch it again/);
  });

  test('another layout of the same JSON is the same potential', () => {
    expect(read(JSON.stringify(JSON.parse(written)))).toEqual(read(written));
  });

  test('a file that ends early, and one of a later version', () => {
    expect(refusal(written.slice(0, written.length / 2)).code).toBe('json.syntax');
    const later = written.replace(neuralFormat, 'phonolite-neural-potential/2');
    expect(recogniseNeuralPotential(sourceText(encode(later), 'x'))).toBe(true);
    expect(refusal(later).sentence).toBe('potential.json, line 2, column 13: the potential file has the format phonolite-neural-potential/2; this program reads phonolite-neural-potential/1. Use a newer version of Phonolite, or export the potential again.');
  });

  test('the checksum is SHA-256 over the content without blanks', () => {
    const document = JSON.parse(written) as { sha256: string; content: unknown };
    expect(document.sha256).toBe(bytesToHex(sha256(encode(JSON.stringify(document.content)))));
  });
});

describe('fields that are wrong although the checksum is right', () => {
  type Plain = Record<string, never>;
  const forged = (change: (content: Plain) => void): string => {
    const { content } = JSON.parse(writeNeuralPotential(small)) as { content: Plain };
    change(content);
    return JSON.stringify({ format: neuralFormat, sha256: bytesToHex(sha256(encode(JSON.stringify(content)))), content }, null, 1);
  };
  const at = (content: Plain, ...path: (string | number)[]): Record<string, unknown> => path.reduce<Record<string, unknown>>((value, key) => value[key] as Record<string, unknown>, content);
  const numbers = (...values: number[]): string[] => [encodeBase64(new Uint8Array(Float64Array.from(values).buffer))];
  const cases: readonly [name: string, change: (content: Plain) => void, field: string, problem: RegExp][] = [
    ['a network with another number of inputs', (c) => { at(c, 'members', 0, 'networks', 0, 'layers')[0] = 3; }, 'content.members[0].networks[0].layers[0]', /is not 15, the number of inputs; found 3/],
    ['too few weights', (c) => { at(c, 'members', 0, 'networks', 1)['weights'] = numbers(1, 2); }, 'content.members[0].networks[1].weights', /holds 2 numbers where 15-3-2-1 needs 59/],
    ['infinite weights', (c) => { at(c, 'members', 0, 'networks', 0)['weights'] = numbers(Infinity); }, 'content.members[0].networks[0].weights', /is not base64 of finite f64 numbers/],
    ['half a number', (c) => { at(c, 'elements', 0)['mean'] = ['AAAA']; }, 'content.elements[0].mean', /is not base64 of finite f64 numbers/],
    ['a foreign neighbour', (c) => { at(c, 'elements', 0, 'functions', 0)['neighbours'] = ['Mg']; }, 'content.elements[0].functions[0].neighbours', /names Mg, which is none of the elements C, Si/],
    ['functions in another order', (c) => { (at(c, 'elements', 0, 'functions') as unknown as unknown[]).reverse(); }, 'content.elements[0].functions[0]', /is not in the order of the inputs/],
    ['an unknown type of function', (c) => { at(c, 'elements', 0, 'functions', 0)['type'] = 4; }, 'content.elements[0].functions[0].type', /none of the known kinds/],
    ['an unknown activation', (c) => { at(c, 'members', 0, 'networks', 0, 'activations')[0] = 'gelu'; }, 'content.members[0].networks[0].activations[0]', /is none of "linear", "tanh"/],
    ['a cutoff of zero', (c) => { at(c, 'elements', 1, 'functions', 2)['cutoff'] = 0; }, 'content.elements[1].functions[2].cutoff', /is not above 0; found 0/],
    ['a range without width', (c) => { at(c, 'elements', 0)['maximum'] = at(c, 'elements', 0)['minimum']; }, 'content.elements[0].functions[0]', /one value in the whole training set/],
    ['elements in another order', (c) => { at(c, 'elements', 0)['element'] = 'Si'; at(c, 'elements', 1)['element'] = 'C'; }, 'content.elements[1].element', /ascending atomic number/],
    ['a member without one network', (c) => { (at(c, 'members', 0, 'networks') as unknown as unknown[]).pop(); }, 'content.members[0].networks', /one network for each of the 2 elements/],
    ['no member', (c) => { (c as Record<string, unknown>)['members'] = []; }, 'content.members', /is empty/],
    ['an unknown key', (c) => { at(c, 'card')['colour'] = 'blue'; }, 'content.card', /unknown key "colour"/],
  ];
  test.each(cases)('%s', (_, change, field, problem) => {
    const { code, sentence } = refusal(forged(change));
    expect(code).toBe('neuralFile.field');
    expect(sentence).toMatch(/^potential\.json, line \d+, column \d+: /);
    expect(sentence).toContain(`: ${field} `);
    expect(sentence).toMatch(problem);
  });
});

test('base64 is that of RFC 4648, and nothing else is decoded', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
    expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
    expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
  }));
  for (const wrong of ['A', 'AAA', 'A===', 'AA=A', 'AB==', 'AAB=', 'AA-A', 'AA A', '=AAA', 'ÀAAA']) expect(decodeBase64(wrong), wrong).toBeNull();
});

test('a committee keeps its members and their order', () => {
  const { basis, members } = small.model;
  const twice = { card, model: { basis, members: [members[0]!, ...[1, 2].map((seed) => ({ networks: smallDescription({ functions: [...gaussianFunctions, ...compactFunctions], seed }).networks }))] } };
  const again = read(writeNeuralPotential(twice));
  expect(again).toEqual(twice);
  const loaded = loadPotential({ name: 'x', files: [{ name: 'x.json', bytes: encode(writeNeuralPotential(twice)) }] });
  expect(loaded.members).toHaveLength(3);
  expect(loaded.card).toMatchObject({ name: 'small', title: 'Small', members: 3, kind: 'neural-network' });
  const energies = (which: readonly typeof loaded[]): number[] => which.map((member) => member.bind(crystal).evaluate(crystal.positions, crystal.cell, {}).energy);
  expect(energies(loaded.members!)).toEqual(energies(modelPotential(twice.model, loaded.card).members!));
});
