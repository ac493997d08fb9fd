/** Whether the physics gives on this machine the numbers it must give on every machine. Takes some milliseconds. */
import { upperLimit } from '../convergence/verdict.ts';
import type { Check } from '../contracts/quantity.ts';
import type { Structure } from '../contracts/structure.ts';
import { hermitianSolver } from '../kernels/hermitian.ts';
import { referenceSolver, type HermitianSolver } from '../math/hermitian.ts';
import { random } from '../math/random.ts';
import { coulombPotential } from '../potential/coulomb.ts';
import { loadPotential } from '../potential/load.ts';

const faceCentred = (a: number): Float64Array => Float64Array.of(0, a / 2, a / 2, a / 2, 0, a / 2, a / 2, a / 2, 0);

/** E = −M/d per ion pair of unit charges at distance d; M of rock salt: OEIS A085469. */
function madelung(): Check {
  const structure: Structure = {
    cell: faceCentred(2), periodic: [true, true, true], species: ['Na', 'Cl'], positions: Float64Array.of(0, 0, 0, 1, 0, 0),
  };
  const potential = coulombPotential({ charges: { Na: 1, Cl: -1 }, coulombConstant: 1 });
  const measured = -potential.bind(structure).evaluate(structure.positions, structure.cell, {}).energy;
  // Ewald sums ask for 1e-12 by themselves; a tenth of what the tests demand of every lattice.
  return upperLimit('Madelung constant of rock salt', Math.abs(measured - 1.7475645946331822), 1e-11, '', {
    passed: 'doctor.madelung.passed', failed: 'doctor.madelung.failed',
  });
}

/**
 * Stillinger-Weber silicon in the diamond lattice with bonds of length r: three-body terms vanish at the tetrahedral
 * angle, second neighbours lie beyond the cutoff, and E = 2 ε A [B (σ/r)⁴ − 1] exp(σ/(r − aσ)) per atom.
 */
function silicon(): Check {
  const [epsilon, sigma, a, A, B] = [2.1683, 2.0951, 1.8, 7.049556277, 0.6022245584];
  const bond = 2.36;
  const edge = (4 * bond) / Math.sqrt(3);
  const structure: Structure = {
    cell: faceCentred(edge), periodic: [true, true, true], species: ['Si', 'Si'], positions: Float64Array.of(0, 0, 0, edge / 4, edge / 4, edge / 4),
  };
  const description = {
    format: 'phonolite-potential/1',
    units: { length: 'Å', energy: 'eV', charge: 'e', mass: 'amu' },
    card: { name: 'self-check', title: 'Stillinger-Weber silicon', energyReference: 'isolated atoms', references: [], validFor: 'this check', notShown: 'everything else', limits: [] },
    terms: [{
      type: 'stillinger-weber',
      pairs: [{ elements: ['Si', 'Si'], epsilon, sigma, a, gamma: 1.2, A, B, p: 4, q: 0 }],
      triplets: [{ elements: ['Si', 'Si', 'Si'], epsilon, lambda: 21, cosTheta0: -1 / 3 }],
    }],
  };
  const potential = loadPotential({ name: 'self-check', files: [{ name: 'self-check.json', bytes: new TextEncoder().encode(JSON.stringify(description)) }] });
  const measured = potential.bind(structure).evaluate(structure.positions, structure.cell, {}).energy / 2;
  const expected = 2 * epsilon * A * (B * (sigma / bond) ** 4 - 1) * Math.exp(sigma / (bond - a * sigma));
  // Some twenty operations in double precision.
  return upperLimit('energy of silicon', Math.abs(measured / expected - 1), 1e-13, '', { passed: 'doctor.silicon.passed', failed: 'doctor.silicon.failed' });
}

/** The compiled eigensolver against its plain reference on a random Hermitian matrix of a ten-atom cell. */
function eigenvalues(): Check {
  const order = 30;
  const fill = (solver: HermitianSolver): Float64Array => {
    const { uniform } = random(1);
    for (let i = 0; i < order; i++) {
      for (let j = 0; j <= i; j++) {
        solver.real[i * solver.stride + j] = uniform() - 0.5;
        solver.imaginary[i * solver.stride + j] = i === j ? 0 : uniform() - 0.5;
      }
    }
    solver.solve(false);
    return Float64Array.from(solver.values);
  };
  const expected = fill(referenceSolver(order));
  const difference = fill(hermitianSolver(order)).map((value, i) => Math.abs(value - expected[i]!));
  // Backward stable: a few hundred roundings of eigenvalues of order one.
  return upperLimit('compiled eigensolver', Math.max(...difference), 1e-13, '', { passed: 'doctor.eigenvalues.passed', failed: 'doctor.eigenvalues.failed' });
}

export function selfCheck(): Check[] {
  return [madelung(), silicon(), eigenvalues()];
}
