/** The command line as a contract: commands, files, sentences and exit status of the built program. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runEvent } from '../../core/contracts/events.ts';
import { result as resultSchema } from '../../core/contracts/results.ts';
import { loadPotential, readStructures } from '../../core/index.ts';
import { potentialSource } from '../../electron/services/library.ts';
import { shared, describeWithShared } from '../shared.ts';
import { describeBuilt, phonolite, start } from './command-line.ts';
import { physicsIn, resultIn, siliconPoscar, temporaryFolder } from './silicon.ts';

let place = temporaryFolder();
beforeEach(() => {
  place = temporaryFolder();
  writeFileSync(join(place.path, 'silicon.vasp'), siliconPoscar);
});
afterEach(() => { place.remove(); });

const inside = (name: string): string => join(place.path, name);
const quick = ['--potential', 'si-stillinger-weber', '--property', 'elasticity', '--accuracy', 'quick'];

describeBuilt('lists and help', () => {
  test('help and version end with 0', async () => {
    expect(await phonolite(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: phonolite') as string });
    expect(await phonolite(['--version'])).toMatchObject({ status: 0, stdout: '0.1.0\n' });
    expect(await phonolite(['run', '--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('--accuracy') as string });
  });

  test('potentials as JSON: name, elements, kind, file', async () => {
    const { status, stdout } = await phonolite(['potentials', '--json']);
    expect(status).toBe(0);
    const list = JSON.parse(stdout) as { name: string; elements: string[]; kind: string; file: string }[];
    expect(list.map(({ name }) => name)).toEqual(expect.arrayContaining(
      ['si-stillinger-weber', 'si-tersoff', 'sic-tersoff', 'mgo-lewis-catlow', 'nacl-fumi-tosi', 'sio2-bks', 'ar-lennard-jones'],
    ));
    for (const entry of list) {
      expect(Object.keys(entry)).toEqual(['name', 'elements', 'kind', 'file']);
      expect(existsSync(entry.file)).toBe(true);
    }
    expect(list.find(({ name }) => name === 'mgo-lewis-catlow')?.elements.toSorted()).toEqual(['Mg', 'O']);
  });

  test('every bundled material names bundled potentials that cover it', async () => {
    const materials = JSON.parse((await phonolite(['materials', '--json'])).stdout) as { name: string; elements: string[]; potentials: string[] }[];
    const potentials = JSON.parse((await phonolite(['potentials', '--json'])).stdout) as { name: string; elements: string[] }[];
    expect(materials.length).toBeGreaterThan(5);
    for (const { elements, potentials: suitable } of materials) {
      for (const name of suitable) expect(potentials.find((entry) => entry.name === name)?.elements).toEqual(expect.arrayContaining(elements));
    }
  });

  test('the doctor measures and every check passes', async () => {
    const { status, stdout } = await phonolite(['doctor', '--json']);
    expect(status).toBe(0);
    const facts = JSON.parse(stdout) as { node: string; cores: number; selfCheck: { checks: { passed: boolean }[] } };
    expect(facts.node).toBe(process.versions.node);
    expect(facts.cores).toBeGreaterThan(0);
    expect(facts.selfCheck.checks.map(({ passed }) => passed)).toEqual([true, true, true]);
  });

  test('commands that come later say so in one sentence', async () => {
    for (const command of ['train']) {
      const { status, stderr } = await phonolite([command, 'x', '--recipe', 'y']);
      expect(status).toBe(2);
      expect(stderr).toMatch(new RegExp(`^"phonolite ${command}" comes with .*\\.\\n$`));
    }
  });
});

describeBuilt('run', () => {
  test('makes the run folder, says verdicts and places, and is finished when asked again', async () => {
    const command = ['run', inside('silicon.vasp'), ...quick, '--out', inside('run')];
    const first = await phonolite(command);
    expect(first).toMatchObject({ status: 0 });
    expect(first.stdout).toMatch(/^relaxation: good\. .*\nelasticity: good\. .*\n/);
    expect(first.stdout).toContain(join(inside('run'), 'result.json'));
    expect(first.stdout).toContain(join(inside('run'), 'report.html'));
    // Not a terminal: plain lines, nothing that moves the cursor.
    expect(first.stderr).toMatch(/^elasticity: .* \(\d+\)$/m);
    expect(first.stderr).not.toContain('\u001b');
    expect(readdirSync(inside('run')).sort()).toEqual(['events.ndjson', 'relaxed.cif', 'relaxed.extxyz', 'report.html', 'request.json', 'result.json', 'tables']);
    expect(() => resultSchema.parse(resultIn(inside('run')))).not.toThrow();
    expect(resultIn(inside('run')).provenance.command).toBe(`phonolite run ${inside('silicon.vasp')} --potential si-stillinger-weber --property elasticity --accuracy quick --out ${inside('run')}`);

    const before = statSync(join(inside('run'), 'result.json')).mtimeMs;
    const second = await phonolite(command);
    expect(second).toMatchObject({ status: 0, stdout: first.stdout });
    expect(second.stderr).toBe('The run is finished already; nothing was computed anew.\n');
    expect(statSync(join(inside('run'), 'result.json')).mtimeMs).toBe(before);

    const other = await phonolite([...command, '--set', 'pressure=1']);
    expect(other).toMatchObject({ status: 2, stdout: '' });
    expect(other.stderr).toMatch(/^The folder .* holds another run: its --set values are none, not pressure=1\. .*\n$/);
  });

  test('takes the structure from standard input and says events as NDJSON', async () => {
    const { status, stdout, stderr } = await phonolite(['run', '-', ...quick, '--json', '--threads', '1', '--out', inside('run')], siliconPoscar);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const events = stdout.trim().split('\n').map((line) => runEvent.parse(JSON.parse(line)));
    expect(events[0]).toMatchObject({ type: 'run-started', properties: ['relaxation', 'elasticity'], resumed: false });
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', outcome: 'done' });
    expect(readFileSync(join(inside('run'), 'events.ndjson'), 'utf8')).toBe(stdout);
  });

  test('Ctrl-C keeps what is finished; the same command continues to the same bits', async () => {
    const command = (out: string): string[] => ['run', 'silicon', '--potential', 'si-stillinger-weber', '--property', 'eos', '--property', 'expansion', '--accuracy', 'quick', '--out', inside(out)];
    const running = start(command('a'));
    await new Promise<void>((resolve) => {
      running.process.stderr?.on('data', (text: string) => { if (text.includes('eos: Volumes')) resolve(); });
    });
    running.process.kill('SIGINT');
    const stopped = await running.ended;
    expect(stopped).toMatchObject({ status: 1, stdout: '' });
    expect(stopped.stderr).toContain('the same command continues the run');
    expect(existsSync(join(inside('a'), 'result.json'))).toBe(false);
    expect(existsSync(join(inside('a'), '.lock'))).toBe(false);
    expect(await phonolite(command('a'))).toMatchObject({ status: 0 });
    expect(await phonolite(command('b'))).toMatchObject({ status: 0 });
    expect(physicsIn(inside('a')).replaceAll(inside('a'), '')).toBe(physicsIn(inside('b')).replaceAll(inside('b'), ''));
  });

  test('an unstable crystal ends with status 1 and says so', async () => {
    // Pair forces do not hold a simple cubic lattice: it shears without resistance into close packing.
    writeFileSync(inside('cubic.vasp'), 'simple cubic\n3.8\n1 0 0\n0 1 0\n0 0 1\nAr\n1\nDirect\n0 0 0\n');
    const { status, stdout } = await phonolite(['run', inside('cubic.vasp'), '--potential', 'ar-lennard-jones', '--property', 'elasticity', '--accuracy', 'quick', '--out', inside('run')]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^elasticity: unreliable\. /m);
  });

  test('a relaxation that was not allowed to end makes the run unreliable', async () => {
    const { status, stdout } = await phonolite(['run', inside('silicon.vasp'), ...quick, '--set', 'relaxation.maxSteps=1', '--out', inside('run')]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^relaxation: unreliable\. /);
  });
});

const water = '3\n\nO 0 0 0\nH 0.96 0 0\nH -0.24 0.93 0\n';

/** Command line, what its one sentence must quote. Every one ends with 2, says nothing on stdout and writes nothing. */
const refused: readonly { readonly what: string; readonly parameters: (place: string) => readonly string[]; readonly says: RegExp }[] = [
  { what: 'an absent structure', parameters: () => ['run', 'nowhere.cif', ...quick], says: /"nowhere\.cif".*Bundled materials: mgo, / },
  { what: 'a folder as structure', parameters: (at) => ['run', at, ...quick], says: /is a folder where a file is needed/ },
  { what: 'a device as structure', parameters: () => ['run', '/dev/zero', ...quick], says: /neither an ordinary file nor a pipe/ },
  { what: 'an empty file', parameters: (at) => ['run', `${at}/empty`, ...quick], says: /empty/ },
  { what: 'binary data', parameters: (at) => ['run', `${at}/binary`, ...quick], says: /binary/ },
  { what: 'an empty standard input', parameters: () => ['run', '-', ...quick], says: /the standard input/ },
  { what: 'several structures', parameters: (at) => ['run', `${at}/two.extxyz`, ...quick], says: /holds 2 structures/ },
  { what: 'a molecule', parameters: (at) => ['run', `${at}/water.xyz`, '--potential', 'sio2-bks', '--property', 'phonons'], says: /does not repeat along its first and second and third lattice vector/ },
  { what: 'an absent potential', parameters: () => ['run', 'silicon', '--potential', 'si-nothing', '--property', 'eos'], says: /"si-nothing".*Bundled potentials: ar-lennard-jones, / },
  { what: 'a structure as potential', parameters: (at) => ['run', 'silicon', '--potential', `${at}/silicon.vasp`, '--property', 'eos'], says: /silicon\.vasp/ },
  { what: 'an empty folder as potential', parameters: (at) => ['run', 'silicon', '--potential', `${at}/hollow`, '--property', 'eos'], says: /holds no potential file/ },
  { what: 'elements that the potential lacks', parameters: () => ['run', 'mgo', ...quick], says: /si-stillinger-weber does not cover (Mg, O|O, Mg), which mgo contains/ },
  { what: 'a property there is not', parameters: () => ['run', 'silicon', '--potential', 'si-tersoff', '--property', 'viscosity'], says: /no property "viscosity".*relaxation, eos, elasticity, phonons, expansion/ },
  { what: 'no property', parameters: () => ['run', 'silicon', '--potential', 'si-tersoff'], says: /--property/ },
  { what: 'an accuracy there is not', parameters: () => ['run', 'silicon', ...quick, '--accuracy', 'sloppy'], says: /no accuracy "sloppy"/ },
  { what: 'a setting there is not', parameters: () => ['run', 'silicon', ...quick, '--set', 'phonons.displacment=1'], says: /no setting "phonons\.displacment"\. Known settings: .*phonons\.displacement/ },
  { what: 'a setting that is no number', parameters: () => ['run', 'silicon', ...quick, '--set', 'pressure=high'], says: /pressure cannot be "high"/ },
  { what: 'a setting without a value', parameters: () => ['run', 'silicon', ...quick, '--set', 'pressure'], says: /key=value, not "pressure"/ },
  { what: 'a setting that would pollute prototypes', parameters: () => ['run', 'silicon', ...quick, '--set', '__proto__=1'], says: /no setting "__proto__"/ },
  { what: 'a device there is not', parameters: () => ['run', 'silicon', ...quick, '--device', 'abacus'], says: /no device "abacus"/ },
  { what: 'a GPU for an analytic potential', parameters: () => ['run', 'silicon', ...quick, '--device', 'gpu'], says: /runs on the processor only/ },
  { what: 'no threads', parameters: () => ['run', 'silicon', ...quick, '--threads', '0'], says: /whole number from 1 to 1024, not "0"/ },
];

describeBuilt('bad input to run', () => {
  for (const { what, parameters, says } of refused) {
    test(`${what}: one sentence, status 2, nothing written`, async () => {
      for (const [name, content] of [['empty', ''], ['binary', '\u0000\u0001\u0002'.repeat(50)], ['water.xyz', water]] as const) writeFileSync(inside(name), content);
      const frame = '1\nLattice="3 0 0 0 3 0 0 0 3" Properties=species:S:1:pos:R:3\nSi 0 0 0\n';
      writeFileSync(inside('two.extxyz'), frame + frame);
      mkdirSync(inside('hollow'));
      const before = readdirSync(place.path, { recursive: true }).sort();
      const { status, stdout, stderr, seconds } = await phonolite([...parameters(place.path), '--out', inside('new/run')]);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(says);
      expect(stderr).not.toMatch(/\n {4}at /);
      // Usage errors of the option parser add the line that points to --help.
      expect(stderr.trimEnd().split('\n').filter((line) => !line.includes('--help'))).toHaveLength(1);
      expect(readdirSync(place.path, { recursive: true }).sort()).toEqual(before);
      // One second for the input, as promised, on top of starting Node on a crowded machine.
      expect(seconds).toBeLessThan(10);
    });
  }

  test('options and commands there are not', async () => {
    expect(await phonolite(['run', 'silicon', ...quick, '--speed', 'high', '--out', inside('x')])).toMatchObject({ status: 2, stderr: expect.stringContaining("unknown option '--speed'") as string });
    expect(await phonolite(['fly'])).toMatchObject({ status: 2, stderr: expect.stringContaining("unknown command 'fly'") as string });
    expect(await phonolite(['run', 'silicon', ...quick])).toMatchObject({ status: 2, stderr: expect.stringContaining('--out') as string });
  });

  test('a folder that cannot be made or is not empty', async () => {
    writeFileSync(inside('file'), '');
    const run = (out: string): Promise<{ status: number | null; stderr: string }> => phonolite(['run', 'silicon', ...quick, '--out', out]);
    expect(await run(inside('file/run'))).toMatchObject({ status: 2, stderr: expect.stringContaining('is a file where a folder is needed') as string });
    expect(await run(place.path)).toMatchObject({ status: 2, stderr: expect.stringContaining('already holds other files') as string });
    expect(readFileSync(inside('file'), 'utf8')).toBe('');
    if (process.platform === 'linux') expect((await run('/proc/phonolite')).status).toBe(2);
  });
});

describeBuilt('evaluate', () => {
  test('writes energy, forces and stress in full double precision', async () => {
    const out = inside('out.json');
    expect(await phonolite(['evaluate', inside('silicon.vasp'), '--potential', 'si-stillinger-weber', '--out', out])).toMatchObject({ status: 0, stdout: `1 structure: ${out}\n` });
    const [structure] = readStructures(readFileSync(inside('silicon.vasp')), 'silicon.vasp').structures;
    const { energy, forces, stress, energies } = loadPotential(potentialSource('si-stillinger-weber')).bind(structure!).evaluate(structure!.positions, structure!.cell, { forces: true, stress: true, energies: true });
    const [item] = JSON.parse(readFileSync(out, 'utf8')) as { energy: number; forces: number[][]; stress: number[]; energies: number[] }[];
    expect(item).toEqual({ energy, forces: Array.from({ length: 8 }, (_, i) => Array.from(forces!.slice(3 * i, 3 * i + 3), (value) => value + 0)), stress: Array.from(stress!), energies: Array.from(energies!) });
  });

  test('extended XYZ carries the same numbers, charges included', async () => {
    const json = inside('out.json');
    const xyz = inside('out.extxyz');
    for (const out of [json, xyz]) expect(await phonolite(['evaluate', 'mgo', '--potential', 'mgo-lewis-catlow', '--out', out])).toMatchObject({ status: 0 });
    const [item] = JSON.parse(readFileSync(json, 'utf8')) as { energy: number; stress: number[]; charges: number[] }[];
    const { labels } = readStructures(readFileSync(xyz), 'out.extxyz');
    expect(labels[0]?.energy).toBe(item?.energy);
    expect(Array.from(labels[0]?.stress ?? [])).toEqual(item?.stress);
    expect(Array.from(labels[0]?.charges ?? [])).toEqual(item?.charges);
    expect(item?.charges.toSorted((a, b) => a - b)).toEqual([-2, -2, -2, -2, 2, 2, 2, 2]);
  });

  test('many structures go through worker threads to the same numbers in the same order', async () => {
    const frame = (i: number): string => `2\nLattice="0 2.7 2.7 2.7 0 2.7 2.7 2.7 0" Properties=species:S:1:pos:R:3\nSi 0 0 0\nSi 1.3 1.4 ${(1.3 + i * 1e-5).toFixed(6)}\n`;
    const count = 5000;
    writeFileSync(inside('many.extxyz'), Array.from({ length: count }, (_, i) => frame(i)).join(''));
    const out = inside('many.json');
    expect(await phonolite(['evaluate', inside('many.extxyz'), '--potential', 'si-stillinger-weber', '--out', out])).toMatchObject({ status: 0 });
    const items = JSON.parse(readFileSync(out, 'utf8')) as { energy: number }[];
    const potential = loadPotential(potentialSource('si-stillinger-weber'));
    const { structures } = readStructures(readFileSync(inside('many.extxyz')), 'many.extxyz');
    expect(items).toHaveLength(count);
    for (const i of [0, 1, 2500, count - 1]) expect(items[i]?.energy).toBe(potential.bind(structures[i]!).evaluate(structures[i]!.positions, structures[i]!.cell, {}).energy);
  });

  test('what it refuses leaves no file', async () => {
    const out = inside('x.json');
    expect(await phonolite(['evaluate', 'mgo', '--potential', 'si-tersoff', '--out', out])).toMatchObject({ status: 2, stderr: expect.stringContaining('does not cover') as string });
    expect(await phonolite(['evaluate', 'mgo', '--potential', 'mgo-lewis-catlow', '--set', 'units=furlong', '--out', out])).toMatchObject({ status: 2, stderr: expect.stringContaining('furlong') as string });
    expect(await phonolite(['evaluate', 'mgo', '--potential', 'mgo-lewis-catlow', '--out', inside('x.csv')])).toMatchObject({ status: 2, stderr: expect.stringContaining('.json or .extxyz') as string });
    expect(await phonolite(['evaluate', 'mgo', '--potential', 'mgo-lewis-catlow', '--out', inside('absent/x.json')])).toMatchObject({ status: 2, stderr: expect.stringContaining('cannot be found') as string });
    expect(readdirSync(place.path)).toEqual(['silicon.vasp']);
  });
});

describeWithShared('evaluate against LAMMPS', () => {
  test('the rattled magnesium oxide of the references, from its file to the numbers in the JSON', async () => {
    const folder = shared('reference/properties/D_mgo');
    const reference = JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8')) as { rattled_single_point: { energy_eV: number } };
    const file = readdirSync(folder).find((name) => /rattled.*xyz$/.test(name));
    const out = inside('out.json');
    expect(await phonolite(['evaluate', join(folder, file!), '--potential', 'mgo-lewis-catlow', '--out', out])).toMatchObject({ status: 0 });
    const [item] = JSON.parse(readFileSync(out, 'utf8')) as { energy: number }[];
    // The issue asks for 1e-6 relative; LAMMPS' Coulomb constant and erfc leave less than that.
    expect(Math.abs(item!.energy / reference.rattled_single_point.energy_eV - 1)).toBeLessThan(1e-6);
  });
});

describeBuilt('report', () => {
  test('of a folder that is not a finished run: one sentence, nothing written', async () => {
    const { status, stderr } = await phonolite(['report', place.path, '--format', 'html', '--out', inside('r.html')]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/is not a run folder: it has no readable result\.json/);
    expect(await phonolite(['report', place.path, '--format', 'doc', '--out', inside('r')])).toMatchObject({ status: 2, stderr: expect.stringContaining('no report format "doc"') as string });
    expect(readdirSync(place.path)).toEqual(['silicon.vasp']);
  });
});
