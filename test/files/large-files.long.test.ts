import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const reader = fileURLToPath(new URL('../../core/files/read-structures.ts', import.meta.url));

/** Expressions for the text of a file with `n` atoms on a grid, in the shortest form that the format allows. */
const texts: Record<string, string> = {
  xyz: '`${n}\\n\\n${rows((i) => `H ${grid(i, 2)}`)}`',
  extxyz: '`${n}\\nLattice="200 0 0 0 200 0 0 0 200"\\n${rows((i) => `H ${grid(i, 2)}`)}`',
  frames: '`8\\nLattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3:forces:R:3 energy=-1\\n${Array.from({ length: 8 }, (_, i) => `Si ${[i & 1, (i >> 1) & 1, i >> 2].map((x) => `${2 * x}.0000000`).join(\' \')} 0.0000000 0.0000000 0.0000000\\n`).join(\'\')}`.repeat(n / 8)',
  poscar: '`t\\n1\\n200 0 0\\n0 200 0\\n0 0 200\\nH\\n${n}\\nDirect\\n${rows((i) => grid(i, 0.01))}`',
  cif: '`data_x\\n${[\'a\', \'b\', \'c\'].map((x) => `_cell_length_${x} 200\\n`).join(\'\')}${[\'alpha\', \'beta\', \'gamma\'].map((x) => `_cell_angle_${x} 90\\n`).join(\'\')}_space_group_symop_operation_xyz x,y,z\\nloop_\\n_atom_site_label\\n_atom_site_fract_x\\n_atom_site_fract_y\\n_atom_site_fract_z\\n${rows((i) => `H ${grid(i, 0.01)}`)}`',
};

test.each(Object.keys(texts))('%s with 800 000 atoms: at most a second for each MB, and memory of 20 times its size', (format) => {
  // In a process of its own, since the memory of a test runner says nothing.
  const program = `
    import { readStructures } from ${JSON.stringify(reader)};
    const n = 800000;
    const grid = (i, step) => [i % 100, Math.floor(i / 100) % 100, Math.floor(i / 10000)].map((x) => String(Number((x * step).toFixed(2)))).join(' ');
    const rows = (line) => Array.from({ length: n }, (_, i) => line(i)).join('\\n');
    const bytes = new TextEncoder().encode(${texts[format]!});
    globalThis.gc();
    const before = process.resourceUsage().maxRSS;
    const start = performance.now();
    const atoms = readStructures(bytes, 'large').structures.reduce((sum, structure) => sum + structure.species.length, 0);
    console.log(JSON.stringify({ atoms, bytes: bytes.length, time: performance.now() - start, memory: 1024 * (process.resourceUsage().maxRSS - before) }));
  `;
  const run = spawnSync(process.execPath, ['--expose-gc', '--input-type=module-typescript', '-e', program], { encoding: 'utf8' });
  expect(run.stderr.replace(/.*Warning:.*\n?/g, '')).toBe('');
  const { atoms, bytes, time, memory } = JSON.parse(run.stdout) as Record<'atoms' | 'bytes' | 'time' | 'memory', number>;
  console.log(`${format}: ${(bytes / 1e6).toFixed(1)} MB, ${(time / (bytes / 1e6)).toFixed(0)} ms/MB, ${(memory / bytes).toFixed(1)} times its size`);
  expect(atoms).toBe(800_000);
  expect(time / (bytes / 1e6)).toBeLessThan(1000);
  // The peak of the process, garbage not yet collected included.
  expect(memory / bytes).toBeLessThan(20);
});
