/**
 * A whole result small enough to reason about: the diatomic chain with masses m and M and one spring constant K, whose
 * frequencies and eigenvectors are known (Ashcroft and Mermin, Solid State Physics, equation 22.37), as a 2-atom crystal.
 */
import type { Check, Verdict } from '../../core/contracts/quantity.ts';
import type { Result } from '../../core/contracts/results.ts';
import { terahertzPerRootForceConstant } from '../../core/units/constants.ts';

export const masses = [24.305, 15.999] as const;
const springConstant = 10;
const length = 4;

interface Wave { readonly frequency: number; readonly eigenvector: readonly (readonly [number, number])[] }

/** Acoustic and optical mode at reduced wave vector q: THz, and [atom](re, im) of the longitudinal eigenvector. */
export function chainModes(q: number): readonly [Wave, Wave] {
  const [m, M] = masses;
  // D = [[2K/m, −K(1 + e^{−i2πq})·phase/√(mM)], ...] with phases exp(iq·(r_j − r_i)): off-diagonal −2K cos(πq)/√(mM), real.
  const [a, b, c] = [(2 * springConstant) / m, (2 * springConstant) / M, (-2 * springConstant * Math.cos(Math.PI * q)) / Math.sqrt(m * M)];
  const root = Math.hypot((a - b) / 2, c);
  const wave = (square: number): Wave => {
    // (a − ω²) x + c y = 0, or where c vanishes the atom whose own spring it is.
    const raw: [number, number] = Math.abs(c) < 1e-12 ? (Math.abs(square - a) < Math.abs(square - b) ? [1, 0] : [0, 1]) : [c, square - a];
    const norm = Math.hypot(...raw);
    return { frequency: Math.sqrt(Math.max(0, square)) * terahertzPerRootForceConstant, eigenvector: raw.map((part) => [part / norm, 0] as const) };
  };
  return [wave((a + b) / 2 - root), wave((a + b) / 2 + root)];
}

const passed: Check = {
  name: 'a check', passed: true, measured: { value: 0, unit: 'GPa' }, limit: { value: 1, unit: 'GPa' }, message: { code: 'test', values: {}, sentence: 'It holds.' },
};
const verdict: Verdict = { state: 'good', message: { code: 'test', values: {}, sentence: 'All is well.' }, checks: [passed] };
const cell = [[length, 0, 0], [0, length, 0], [0, 0, length]];
const positions = [[0, 0, 0], [length / 2, 0, 0]];
const identity = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
const structure = { cell, periodic: [true, true, true] as [boolean, boolean, boolean], species: ['Mg', 'O'], positions };
const group = { number: 1, symbol: 'P 1', tolerance: 1e-4 };

/** @param points wave vectors of each of the two segments Γ–X and X–Γ */
export function chainResult(points = 11): { result: Result; eigenvectors: Float32Array } {
  const qs = [0, 1].map((segment) => Array.from({ length: points }, (_, i) => (segment === 0 ? 0.5 : -0.5) * (i / (points - 1)) + (segment === 0 ? 0 : 0.5)));
  const eigenvectors = new Float32Array(2 * points * 6 * 2 * 6);
  const frequencies = qs.map((segment, s) =>
    segment.map((q, p) => {
      const waves = chainModes(q);
      return [0, 0, waves[0].frequency, 0, 0, waves[1].frequency].map((frequency, mode) => {
        const wave = mode === 2 ? waves[0] : mode === 5 ? waves[1] : null;
        for (const atom of [0, 1]) {
          const at = (((s * points + p) * 6 + mode) * 2 + atom) * 6;
          // Longitudinal along x; the transverse modes of the chain cost nothing and move one atom along y or z.
          if (wave) eigenvectors.set(wave.eigenvector[atom]!, at);
          else if (atom === (mode < 2 ? 0 : 1)) eigenvectors[at + 2 + 2 * (mode % 3)] = 1;
        }
        return frequency;
      });
    }),
  );
  const temperatures = [0, 300];
  const thermal = { value: [1, 2], unit: 'kJ/mol', basis: 'cell' as const };
  const result: Result = {
    schema: 'phonolite-result/1',
    provenance: {
      application: 'Phonolite', version: '0.1.0', node: '24', v8: '13', platform: 'linux x64', device: 'CPU', threads: 1, seed: 1, started: '2026-01-01T00:00:00Z', finished: '2026-01-01T00:00:01Z',
      structureHash: 'a'.repeat(64), potentialHash: 'b'.repeat(64), command: 'phonolite run chain --potential "spring" --out run', accuracy: 'quick',
      settings: [{ key: 'seed', value: 1, unit: '', reason: 'Directions of random checks.', origin: 'accuracy' }],
    },
    potential: {
      name: 'chain', title: 'A chain of springs', kind: 'harmonic', elements: ['Mg', 'O'], cutoff: 3, cutoffStyle: 'none', energyReference: 'at rest', references: ['A reference, with "quotes"'],
      validFor: 'chains', notShown: 'anything else', limits: ['One dimension.'],
    },
    material: {
      formula: 'MgO', atoms: 2, formulaUnits: 1, species: ['Mg', 'O'], masses: { value: [...masses], unit: 'amu' }, input: structure, primitive: structure,
      matrixFromInput: { value: identity, unit: '' }, conventionalMatrix: { value: identity, unit: '' }, spaceGroup: group, sites: [{ wyckoff: 'a', siteSymmetry: '1' }, { wyckoff: 'a', siteSymmetry: '1' }],
    },
    relaxation: {
      verdict, cell: { value: cell, unit: 'Å' }, positions: { value: positions, unit: 'Å' }, energy: { value: -1 / 3, unit: 'eV', basis: 'cell', uncertainty: { numerical: 1e-6 } },
      volume: { value: length ** 3, unit: 'Å³', basis: 'cell' }, lattice: { lengths: { value: [length, length, length], unit: 'Å' }, angles: { value: [90, 90, 90], unit: '°' } },
      density: { value: 1000, unit: 'kg/m³' }, spaceGroup: group, maxForce: { value: 1e-9, unit: 'eV/Å' }, maxStress: { value: 0, unit: 'GPa' }, pressure: { value: 0, unit: 'GPa' },
      steps: 1, method: 'L-BFGS', constraint: 'cell and ions', history: { energy: { value: [-1 / 3], unit: 'eV' }, maxForce: { value: [1e-9], unit: 'eV/Å' }, maxStress: { value: [0], unit: 'GPa' } },
      cutoffShells: [],
    },
    phonons: {
      verdict,
      bands: {
        labels: [['GAMMA', 'X'], ['X', 'GAMMA']],
        qpoints: { value: qs.map((segment) => segment.map((q) => [q, 0, 0])), unit: '' },
        distances: { value: qs.map((segment, s) => segment.map((q) => ((s === 0 ? q : 1 - q) * 2 * Math.PI) / length)), unit: 'rad/Å' },
        frequencies: { value: frequencies, unit: 'THz' },
        groupVelocities: { value: frequencies.map((segment) => segment.map((modes) => modes.map(() => 0))), unit: 'm/s' },
      },
      gamma: { frequencies: { value: frequencies[0]![0]!, unit: 'THz' }, loTo: [] },
      dos: {
        mesh: [4, 4, 4], method: 'none', frequencies: { value: [0, 5, 10], unit: 'THz' }, total: { value: [0, 3, 3], unit: '1/THz', basis: 'cell' },
        projected: { value: [[0, 1, 1], [0, 2, 2]], unit: '1/THz', basis: 'cell' },
      },
      thermal: { mesh: [4, 4, 4], temperatures: { value: temperatures, unit: 'K' }, helmholtz: thermal, entropy: thermal, heatCapacity: thermal, internalEnergy: thermal, zeroPoint: { value: 1, unit: 'kJ/mol', basis: 'cell' } },
      displacements: {
        temperatures: { value: temperatures, unit: 'K' }, tensors: { value: temperatures.map(() => [[1, 1, 1, 0, 0, 0], [2, 2, 2, 0, 0, 0]]), unit: 'Å²' }, isotropic: { value: temperatures.map(() => [1, 2]), unit: 'Å²' },
      },
      acousticVelocities: [], imaginary: [],
      forceConstants: {
        supercell: { value: identity, unit: '' }, displacements: 2, range: { value: 2, unit: 'Å' }, acousticSum: { value: 0, unit: 'eV/Å²' }, permutation: { value: 0, unit: 'eV/Å²' },
        symmetry: { value: 0, unit: 'eV/Å²' }, linearity: { value: 0, unit: '' },
      },
    },
  };
  return { result, eigenvectors };
}
