/** `phonolite export` and what committees say in `phonolite evaluate`, as a user calls them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { atomicMass } from '../../core/crystal/elements.ts';
import { writeExtendedXyz } from '../../core/files/xyz.ts';
import { writeNeuralPotential } from '../../core/files/neural-potential.ts';
import { modelOf } from '../../core/potential/neural-model.ts';
import { bohr, hartree } from '../../core/units/constants.ts';
import { crystal, filesOf, smallDescription } from '../files/n2p2/potentials.ts';
import { rattled, zincblende } from '../potential/models.ts';
import { compactFunctions } from '../potential/neural-models.ts';
import { trainedSilicon } from '../potential/trained-silicon.ts';
import { describeBuilt, phonolite } from './command-line.ts';
import { temporaryFolder } from './silicon.ts';

const place = temporaryFolder();
const inside = (...names: string[]): string => join(place.path, ...names);
const silicon = rattled(zincblende(5.43, 'Si', 'Si'), 0.05, 3);

interface EvaluatedJson {
  energy: number;
  forces: number[][];
  energySpread?: number;
  forceSpread?: number[];
  extrapolation?: { counts: number[]; excess: number[] };
}
async function evaluated(structures: string, potential: string): Promise<EvaluatedJson[]> {
  const out = inside('evaluated.json');
  expect(await phonolite(['evaluate', structures, '--potential', potential, '--out', out])).toMatchObject({ status: 0 });
  return JSON.parse(readFileSync(out, 'utf8')) as EvaluatedJson[];
}
function writeFolder(folder: string, description = smallDescription()): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of filesOf(description)) writeFileSync(join(folder, name), bytes);
}

beforeAll(() => {
  writeFileSync(inside('crystal.extxyz'), writeExtendedXyz([{ structure: crystal }]));
  writeFileSync(inside('silicon.extxyz'), writeExtendedXyz([{ structure: silicon }, { structure: rattled(zincblende(4.9, 'Si', 'Si'), 0.2, 4) }]));
  writeFileSync(inside('committee.json'), writeNeuralPotential(trainedSilicon(3, 24)));
  writeFolder(inside('bohr'), { ...smallDescription(), units: { length: 'bohr', energy: 'hartree' } });
});
afterAll(place.remove);

describeBuilt('evaluate', () => {
  test('says of a committee how far it disagrees and where its members were never trained', async () => {
    const [near, far] = (await evaluated(inside('silicon.extxyz'), inside('committee.json'))) as [EvaluatedJson, EvaluatedJson];
    expect(near.energySpread).toBeGreaterThan(0);
    expect(near.forceSpread).toHaveLength(8);
    expect(near.extrapolation).toEqual({ counts: new Array(8).fill(0), excess: new Array(8).fill(0) });
    expect(Math.max(...far.extrapolation!.counts)).toBeGreaterThan(0);
    expect(Math.max(...far.extrapolation!.excess)).toBeGreaterThan(0);
    expect(Math.max(...far.forceSpread!)).toBeGreaterThan(Math.max(...near.forceSpread!));
  });

  test('the same in columns of extended XYZ', async () => {
    const [near] = await evaluated(inside('silicon.extxyz'), inside('committee.json'));
    const out = inside('evaluated.extxyz');
    await phonolite(['evaluate', inside('silicon.extxyz'), '--potential', inside('committee.json'), '--out', out]);
    const [, comment, first] = readFileSync(out, 'utf8').split('\n') as [string, string, string];
    expect(comment).toContain('Properties=species:S:1:pos:R:3:forces:R:3:force_spread:R:1:extrapolations:I:1:extrapolation_excess:R:1');
    expect(comment).toContain(`energy_spread=${String(near!.energySpread)}`);
    const words = first.split(' ');
    expect(words).toHaveLength(10);
    expect([words[7], words[8], words[9]].map(Number)).toEqual([near!.forceSpread![0], 0, 0]);
  });

  test('says nothing of it for an analytic potential', async () => {
    const [one] = await evaluated(inside('silicon.extxyz'), 'si-stillinger-weber');
    expect(Object.keys(one!)).toEqual(['energy', 'forces', 'stress', 'energies']);
  });
});

describeBuilt('export', () => {
  test('writes every bit of an n2p2 potential, and LAMMPS input in its units', async () => {
    const set = ['--set', 'units=bohr,hartree'];
    expect(await phonolite(['export', inside('bohr'), ...set, '--out', inside('again')])).toMatchObject({ status: 0, stdout: `${inside('again')}\n`, stderr: '' });
    expect(readdirSync(inside('again')).sort()).toEqual(['input.nn', 'lammps.in', 'scaling.data', 'weights.006.data', 'weights.014.data']);
    for (const name of readdirSync(inside('bohr'))) expect(readFileSync(inside('again', name), 'utf8')).toBe(readFileSync(inside('bohr', name), 'utf8'));
    const lines = readFileSync(inside('again', 'lammps.in'), 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    // https://docs.lammps.org/pair_hdnnp.html: the cutoff in LAMMPS' unit, not smaller than the potential's; factors from Å and eV to its units.
    const [, cutoff] = /^pair_style hdnnp (\S+) dir "\.\/" showew no showewsum 1000 maxew 1000 resetew no cflength (\S+) cfenergy (\S+)$/.exec(lines[2]!)!;
    expect(Number(cutoff)).toBeGreaterThanOrEqual(4.2 * bohr);
    expect(Number(cutoff)).toBeLessThan(4.2 * bohr + 1.1e-6);
    expect(lines).toEqual([
      `mass 1 ${String(atomicMass('C'))}`, `mass 2 ${String(atomicMass('Si'))}`,
      `pair_style hdnnp ${cutoff!} dir "./" showew no showewsum 1000 maxew 1000 resetew no cflength ${String(1 / bohr)} cfenergy ${String(1 / hartree)}`,
      'pair_coeff * * C Si',
    ]);
    // Values in LAMMPS' own example of this conversion.
    expect(1 / bohr).toBeCloseTo(1.8897261328, 7);
    expect(1 / hartree).toBeCloseTo(0.0367493254, 8);
  });

  test('keeps what training needs of an input.nn, also of each member of a committee', async () => {
    const training = (epochs: number): string => `epochs ${String(epochs)}\nkalman_epsilon 1.0E-2\nmy_own_keyword 1 2 three\n`;
    for (const [k, folder] of [inside('trained', 'a'), inside('trained', 'b')].entries()) {
      writeFolder(folder, smallDescription({ seed: k + 1 }));
      writeFileSync(join(folder, 'input.nn'), readFileSync(join(folder, 'input.nn'), 'utf8') + training(10 + k));
    }
    expect(await phonolite(['export', inside('trained', 'a'), '--out', inside('once')])).toMatchObject({ status: 0 });
    expect(readFileSync(inside('once', 'input.nn'), 'utf8')).toContain(`\n${training(10)}`);
    expect(await phonolite(['export', inside('trained'), '--out', inside('both')])).toMatchObject({ status: 0 });
    for (const k of [0, 1]) expect(readFileSync(inside('both', String(k + 1), 'input.nn'), 'utf8')).toContain(`\n${training(10 + k)}`);
  });

  test('one file and back: the same energies to the bit', async () => {
    const set = ['--set', 'units=bohr,hartree'];
    expect(await phonolite(['export', inside('bohr'), ...set, '--format', 'phonolite', '--out', inside('my potential.json')])).toMatchObject({ status: 0 });
    expect(await phonolite(['export', inside('my potential.json'), '--out', inside('back')])).toMatchObject({ status: 0 });
    for (const name of readdirSync(inside('bohr'))) expect(readFileSync(inside('back', name), 'utf8')).toBe(readFileSync(inside('bohr', name), 'utf8'));
    const own = await evaluated(inside('crystal.extxyz'), inside('my potential.json'));
    expect(await evaluated(inside('crystal.extxyz'), inside('back'))).toEqual(own);
  });

  test('a committee becomes one folder for each member, which is the same committee', async () => {
    expect(await phonolite(['export', inside('committee.json'), '--format', 'n2p2', '--out', inside('members')])).toMatchObject({ status: 0 });
    expect(readdirSync(inside('members')).sort()).toEqual(['1', '2', '3']);
    expect(existsSync(inside('members', '2', 'lammps.in'))).toBe(true);
    expect(await evaluated(inside('silicon.extxyz'), inside('members'))).toEqual(await evaluated(inside('silicon.extxyz'), inside('committee.json')));
  });

  test('what n2p2 cannot hold is refused with the reason, and nothing is written', async () => {
    const file = (name: string, settings: Parameters<typeof smallDescription>[0]): string => {
      const card = { name, title: name, energyReference: 'x', references: [], validFor: 'x', notShown: 'x', limits: [] };
      writeFileSync(inside(`${name}.json`), writeNeuralPotential({ card, model: modelOf(smallDescription(settings)) }));
      return inside(`${name}.json`);
    };
    const cases: [string, string][] = [
      [file('silu', { activation: 'silu' }), 'The activation silu has no letter in the n2p2 format. Train a network with one of its activation functions to write it so.\n'],
      [file('volumes', { functions: compactFunctions }), 'The signed volumes of C have no form in the n2p2 format. Only potentials without them can be written so.\n'],
      ['si-stillinger-weber', 'The potential si-stillinger-weber is of the kind stillinger-weber. Written can be potentials of Behler-Parrinello networks only: an analytic form or an NEP has no place in the n2p2 format.\n'],
    ];
    for (const [potential, sentence] of cases) {
      expect(await phonolite(['export', potential, '--out', inside('never', 'there')])).toMatchObject({ status: 2, stderr: sentence, stdout: '' });
    }
    expect(existsSync(inside('never'))).toBe(false);
  });

  test('a folder with files in it, and a format that nobody knows', async () => {
    mkdirSync(dirname(inside('full', 'x')));
    writeFileSync(inside('full', 'weights.014.data'), '1\n');
    expect((await phonolite(['export', inside('committee.json'), '--out', inside('full')])).stderr).toBe(`${inside('full')} exists already and is not empty. Give a new folder, so that files of two potentials do not mix.\n`);
    expect((await phonolite(['export', inside('committee.json'), '--format', 'runner', '--out', inside('x')])).stderr).toMatch(/^The format "runner" is not known\. Potentials are written as n2p2 \(a folder\), phonolite/);
  });
});
