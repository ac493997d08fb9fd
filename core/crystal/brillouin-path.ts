/**
 * Labelled points and the recommended band path of Hinuma, Pizzi, Kumagai, Oba & Tanaka, Comput. Mater. Sci. 128 (2017)
 * 140 ("HPKOT", the SeeK-path convention), for all extended Bravais lattices. Phonons obey time reversal, so q and −q are
 * alike and crystals without inversion take the same path.
 */
import { refuse } from '../contracts/messages.ts';
import { dot3, matrixTimesVector3, multiply3, reciprocalCell, transpose3 } from '../math/matrix3.ts';
import type { Crystal } from './crystal.ts';
import { niggliReduction } from './reduction.ts';
import { centringLetter } from './settings.ts';
import { cellParameters } from './structure.ts';

export interface LabelledPoint {
  /** As in the paper, subscripts after an underscore: `GAMMA`, `X`, `SIGMA_0`. */
  readonly label: string;
  /** 3, reduced in the reciprocal lattice of the crystal's own primitive cell. */
  readonly q: Float64Array;
}

export interface BandPath {
  /** Extended Bravais lattice: `cF2`, `hP2`, `mC1`. */
  readonly lattice: string;
  /** Every labelled point of this lattice. */
  readonly points: readonly LabelledPoint[];
  readonly segments: readonly { readonly from: LabelledPoint; readonly to: LabelledPoint }[];
}

/** Parameters of the conventional cell: lengths in any unit, cosine and squared sine of β. */
interface Conventional {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly cosBeta: number;
  readonly sinBeta2: number;
}
type Coordinates = readonly [number, number, number];

interface ExtendedLattice {
  /** Labels along the path; `|` separates pieces that are not joined. */
  readonly path: string;
  /** Coordinates in the paper's primitive reciprocal basis. GAMMA is understood. */
  readonly points: (cell: Conventional) => Readonly<Record<string, Coordinates>>;
}

const half = 1 / 2, third = 1 / 3, quarter = 1 / 4;
/** (1 + x²/y²) / 4: where the faces of a centred zone cut its axes. */
const cut = (x: number, y: number): number => (1 + (x / y) ** 2) / 4;
/** (1 + s x²/y² + t x²/z²) / 4, the same for face-centred lattices. */
const cutF = (x: number, y: number, s: number, z: number, t: number): number => (1 + s * (x / y) ** 2 + t * (x / z) ** 2) / 4;

const cubicP = { R: [half, half, half], M: [half, half, 0], X: [0, half, 0] } as const;
const cubicF = {
  X: [half, 0, half], L: [half, half, half], W: [half, quarter, 3 / 4], K: [3 / 8, 3 / 8, 3 / 4], U: [5 / 8, quarter, 5 / 8],
} as const;
const hexagonal = {
  A: [0, 0, half], K: [third, third, 0], H: [third, third, half], M: [half, 0, 0], L: [half, 0, half],
} as const;
const bodyOrthorhombic = { S: [half, 0, 0], R: [0, half, 0], T: [0, 0, half], W: [quarter, quarter, quarter] } as const;

/** Base-centred orthorhombic zones: `x` is the cut of the shorter reciprocal axis; the two variants differ by the axis. */
const baseCentredLong = (x: number): Record<string, Coordinates> => ({
  Y: [-half, half, 0], T: [-half, half, half], Z: [0, 0, half], S: [0, half, 0], R: [0, half, half],
  SIGMA_0: [x, x, 0], C_0: [-x, 1 - x, 0], A_0: [x, x, half], E_0: [-x, 1 - x, half],
});
const baseCentredShort = (x: number): Record<string, Coordinates> => ({
  Y: [half, half, 0], T: [half, half, half], Z: [0, 0, half], S: [0, half, 0], R: [0, half, half],
  DELTA_0: [-x, x, 0], F_0: [x, 1 - x, 0], B_0: [-x, x, half], G_0: [x, 1 - x, half],
});
const baseCentredLongPath = 'GAMMA-Y-C_0|SIGMA_0-GAMMA-Z-A_0|E_0-T-Y|GAMMA-S-R-Z-T';
const baseCentredShortPath = 'GAMMA-Y-F_0|DELTA_0-GAMMA-Z-B_0|G_0-T-Y|GAMMA-S-R-Z-T';

const lattices = {
  cP1: { path: 'GAMMA-X-M-GAMMA-R-X|R-M-X_1', points: () => ({ ...cubicP, X_1: [half, 0, 0] }) },
  cP2: { path: 'GAMMA-X-M-GAMMA-R-X|R-M', points: () => cubicP },
  cF1: { path: 'GAMMA-X-U|K-GAMMA-L-W-X-W_2', points: () => ({ ...cubicF, W_2: [3 / 4, quarter, half] }) },
  cF2: { path: 'GAMMA-X-U|K-GAMMA-L-W-X', points: () => cubicF },
  cI1: { path: 'GAMMA-H-N-GAMMA-P-H|P-N', points: () => ({ H: [half, -half, half], P: [quarter, quarter, quarter], N: [0, 0, half] }) },
  tP1: {
    path: 'GAMMA-X-M-GAMMA-Z-R-A-Z|X-R|M-A',
    points: () => ({ Z: [0, 0, half], M: [half, half, 0], A: [half, half, half], R: [0, half, half], X: [0, half, 0] }),
  },
  tI1: {
    path: 'GAMMA-X-M-GAMMA-Z|Z_0-M|X-P-N-GAMMA',
    points: ({ a, c }) => {
      const eta = cut(c, a);
      return { M: [-half, half, half], X: [0, 0, half], P: [quarter, quarter, quarter], Z: [eta, eta, -eta], Z_0: [-eta, 1 - eta, eta], N: [0, half, 0] };
    },
  },
  tI2: {
    path: 'GAMMA-X-P-N-GAMMA-M-S|S_0-GAMMA|X-R|G-M',
    points: ({ a, c }) => {
      const eta = cut(a, c), zeta = (a / c) ** 2 / 2;
      return {
        M: [half, half, -half], X: [0, 0, half], P: [quarter, quarter, quarter], N: [0, half, 0],
        S_0: [-eta, eta, eta], S: [eta, 1 - eta, -eta], R: [-zeta, zeta, half], G: [half, half, -zeta],
      };
    },
  },
  oP1: {
    path: 'GAMMA-X-S-Y-GAMMA-Z-U-R-T-Z|X-U|Y-T|S-R',
    points: () => ({
      X: [half, 0, 0], Z: [0, 0, half], U: [half, 0, half], Y: [0, half, 0], S: [half, half, 0], T: [0, half, half], R: [half, half, half],
    }),
  },
  oF1: {
    path: 'GAMMA-Y-T-Z-GAMMA-SIGMA_0|U_0-T|Y-C_0|A_0-Z|GAMMA-L',
    points: ({ a, b, c }) => {
      const zeta = cutF(a, b, 1, c, -1), eta = cutF(a, b, 1, c, 1);
      return {
        T: [1, half, half], Z: [half, half, 0], Y: [half, 0, half], SIGMA_0: [0, eta, eta], U_0: [1, 1 - eta, 1 - eta],
        A_0: [half, half + zeta, zeta], C_0: [half, half - zeta, 1 - zeta], L: [half, half, half],
      };
    },
  },
  oF2: {
    path: 'GAMMA-T-Z-Y-GAMMA-LAMBDA_0|Q_0-Z|T-G_0|H_0-Y|GAMMA-L',
    points: ({ a, b, c }) => {
      const zeta = cutF(c, a, 1, b, -1), kappa = cutF(c, a, 1, b, 1);
      return {
        T: [0, half, half], Z: [half, half, 1], Y: [half, 0, half], LAMBDA_0: [kappa, kappa, 0], Q_0: [1 - kappa, 1 - kappa, 1],
        G_0: [half - zeta, 1 - zeta, half], H_0: [half + zeta, zeta, half], L: [half, half, half],
      };
    },
  },
  oF3: {
    path: 'GAMMA-Y-C_0|A_0-Z-B_0|D_0-T-G_0|H_0-Y|T-GAMMA-Z|GAMMA-L',
    points: ({ a, b, c }) => {
      const eta = cutF(a, b, 1, c, -1), delta = cutF(b, a, 1, c, -1), phi = cutF(c, b, 1, a, -1);
      return {
        T: [0, half, half], Z: [half, half, 0], Y: [half, 0, half], A_0: [half, half + eta, eta], C_0: [half, half - eta, 1 - eta],
        B_0: [half + delta, half, delta], D_0: [half - delta, half, 1 - delta], G_0: [phi, half + phi, half], H_0: [1 - phi, half - phi, half],
        L: [half, half, half],
      };
    },
  },
  oI1: {
    path: 'GAMMA-X-F_2|SIGMA_0-GAMMA-Y_0|U_0-X|GAMMA-R-W-S-GAMMA-T-W',
    points: ({ a, b, c }) => {
      const zeta = cut(a, c), eta = cut(b, c);
      return {
        ...bodyOrthorhombic, X: [half, half, -half], SIGMA_0: [-zeta, zeta, zeta], F_2: [zeta, 1 - zeta, -zeta],
        Y_0: [eta, -eta, eta], U_0: [1 - eta, eta, -eta],
      };
    },
  },
  oI2: {
    path: 'GAMMA-X-U_2|Y_0-GAMMA-LAMBDA_0|G_2-X|GAMMA-R-W-S-GAMMA-T-W',
    points: ({ a, b, c }) => {
      const zeta = cut(b, a), eta = cut(c, a);
      return {
        ...bodyOrthorhombic, X: [-half, half, half], Y_0: [zeta, -zeta, zeta], U_2: [-zeta, zeta, 1 - zeta],
        LAMBDA_0: [eta, eta, -eta], G_2: [-eta, 1 - eta, eta],
      };
    },
  },
  oI3: {
    path: 'GAMMA-X-F_0|SIGMA_0-GAMMA-LAMBDA_0|G_0-X|GAMMA-R-W-S-GAMMA-T-W',
    points: ({ a, b, c }) => {
      const zeta = cut(c, b), eta = cut(a, b);
      return {
        ...bodyOrthorhombic, X: [half, -half, half], SIGMA_0: [-eta, eta, eta], F_0: [eta, -eta, 1 - eta],
        LAMBDA_0: [zeta, zeta, -zeta], G_0: [1 - zeta, -zeta, zeta],
      };
    },
  },
  oC1: { path: baseCentredLongPath, points: ({ a, b }) => baseCentredLong(cut(a, b)) },
  oC2: { path: baseCentredShortPath, points: ({ a, b }) => baseCentredShort(cut(b, a)) },
  oA1: { path: baseCentredLongPath, points: ({ b, c }) => baseCentredLong(cut(b, c)) },
  oA2: { path: baseCentredShortPath, points: ({ b, c }) => baseCentredShort(cut(c, b)) },
  hP1: { path: 'GAMMA-M-K-GAMMA-A-L-H-A|L-M|H-K-H_2', points: () => ({ ...hexagonal, H_2: [third, third, -half] }) },
  hP2: { path: 'GAMMA-M-K-GAMMA-A-L-H-A|L-M|H-K', points: () => hexagonal },
  hR1: {
    path: 'GAMMA-T-H_2|H_0-L-GAMMA-S_0|S_2-F-GAMMA',
    points: ({ a, c }) => {
      const delta = (a / c) ** 2 / 4, eta = 5 / 6 - 2 * delta, nu = third + delta;
      return {
        T: [half, half, half], L: [half, 0, 0], F: [half, 0, half], S_0: [nu, -nu, 0], S_2: [1 - nu, 0, nu],
        H_0: [half, -1 + eta, 1 - eta], H_2: [eta, 1 - eta, half],
      };
    },
  },
  hR2: {
    path: 'GAMMA-L-T-P_0|P_2-GAMMA-F',
    points: ({ a, c }) => {
      const eta = half - 2 * (1 / 6 - (c / a) ** 2 / 9);
      return { T: [half, -half, half], P_0: [eta, -1 + eta, eta], P_2: [eta, eta, eta], L: [half, 0, 0], F: [half, -half, 0] };
    },
  },
  mP1: {
    path: 'GAMMA-Z-D-B-GAMMA-A-E-Z-C_2-Y_2-GAMMA',
    points: () => ({
      Z: [0, half, 0], B: [0, 0, half], Y_2: [-half, 0, 0], C_2: [-half, half, 0], D: [0, half, half], A: [-half, 0, half], E: [-half, half, half],
    }),
  },
  mC1: {
    path: 'GAMMA-C|C_2-Y_2-GAMMA-M_2-D|D_2-A-GAMMA|L_2-GAMMA-V_2',
    points: ({ a, b, c, cosBeta, sinBeta2 }) => {
      const psi = 3 / 4 - (b / a) ** 2 / (4 * sinBeta2), phi = psi - ((3 / 4 - psi) * a * cosBeta) / c;
      return {
        Y_2: [-half, half, 0], A: [0, 0, half], M_2: [-half, half, half], V_2: [0, half, 0], L_2: [0, half, half],
        C: [1 - psi, 1 - psi, 0], C_2: [-1 + psi, psi, 0], D: [-1 + phi, phi, half], D_2: [1 - phi, 1 - phi, half],
      };
    },
  },
  mC2: {
    path: 'GAMMA-Y-M-A-GAMMA|L_2-GAMMA-V_2',
    points: () => ({ Y: [half, half, 0], A: [0, 0, half], M: [half, half, half], V_2: [0, half, 0], L_2: [0, half, half] }),
  },
  mC3: {
    path: 'GAMMA-A-I_2|I-M_2-GAMMA-Y|L_2-GAMMA-V_2',
    points: ({ a, b, c, cosBeta, sinBeta2 }) => {
      const zeta = ((a / b) ** 2 + (1 + (a / c) * cosBeta) / sinBeta2) / 4, rho = 1 - zeta * (b / a) ** 2;
      return {
        Y: [half, half, 0], A: [0, 0, half], M_2: [-half, half, half], V_2: [0, half, 0], L_2: [0, half, half],
        I: [-1 + rho, rho, half], I_2: [1 - rho, 1 - rho, half],
      };
    },
  },
  aP2: {
    path: 'GAMMA-X|Y-GAMMA-Z|R-GAMMA-T|U-GAMMA-V',
    points: () => ({
      Z: [0, 0, half], Y: [0, half, 0], X: [half, 0, 0], V: [half, half, 0], U: [half, 0, half], T: [0, half, half], R: [half, half, half],
    }),
  },
  aP3: {
    path: 'GAMMA-X|Y-GAMMA-Z|R_2-GAMMA-T_2|U_2-GAMMA-V_2',
    points: () => ({
      Z: [0, 0, half], Y: [0, half, 0], X: [half, 0, 0], V_2: [half, -half, 0], U_2: [-half, 0, half], T_2: [0, -half, half], R_2: [-half, -half, half],
    }),
  },
} as const satisfies Record<string, ExtendedLattice>;

export type ExtendedLatticeName = keyof typeof lattices;
export const extendedLatticeNames = Object.keys(lattices) as ExtendedLatticeName[];

/** The paper's primitive vectors (rows) in the conventional ones; for A and monoclinic C not those of spglib. */
const primitiveOf: Readonly<Record<string, readonly number[]>> = {
  P: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  F: [0, half, half, half, 0, half, half, half, 0],
  I: [-half, half, half, half, -half, half, half, half, -half],
  R: [2 / 3, third, third, -third, third, third, -third, -2 / 3, third],
  oC: [half, -half, 0, half, half, 0, 0, 0, 1],
  oA: [0, half, -half, 0, half, half, 1, 0, 0],
  mC: [half, half, 0, -half, half, 0, 0, 0, 1],
};

/** Trigonal groups whose zone lacks the symmetry that makes H and H_2 equivalent (so the paper). */
const withoutSixfoldZone = new Set([143, 144, 145, 147, 149, 151, 153, 157, 159, 162, 163]);

function extendedLattice(number: number, centring: string, cell: Conventional): ExtendedLatticeName {
  const { a, b, c, cosBeta, sinBeta2 } = cell;
  if (number >= 195) {
    const second = number >= 207;
    return centring === 'P' ? (second ? 'cP2' : 'cP1') : centring === 'F' ? (second ? 'cF2' : 'cF1') : 'cI1';
  }
  if (number >= 143) {
    if (centring === 'R') return Math.sqrt(3) * a <= Math.SQRT2 * c ? 'hR1' : 'hR2';
    return withoutSixfoldZone.has(number) ? 'hP1' : 'hP2';
  }
  if (number >= 75) return centring === 'P' ? 'tP1' : c <= a ? 'tI1' : 'tI2';
  if (number >= 16) {
    if (centring === 'P') return 'oP1';
    if (centring === 'C') return a <= b ? 'oC1' : 'oC2';
    if (centring === 'A') return b <= c ? 'oA1' : 'oA2';
    if (centring === 'I') return c >= a && c >= b ? 'oI1' : a >= b ? 'oI2' : 'oI3';
    const [x, y, z] = [a ** -2, b ** -2, c ** -2];
    return x > y + z ? 'oF1' : z > x + y ? 'oF2' : 'oF3';
  }
  if (centring === 'P') return 'mP1';
  if (b < a * Math.sqrt(sinBeta2)) return 'mC1';
  return (-a * cosBeta) / c + ((a / b) ** 2) * sinBeta2 <= 1 ? 'mC2' : 'mC3';
}

/**
 * Triclinic: the paper takes the basis that is Niggli-reduced in reciprocal space, with the least |k_a k_b cos k_γ| and
 * all reciprocal angles acute (aP3) or none (aP2). Returns its reciprocal vectors as rows.
 */
function triclinicReciprocal(cell: Float64Array): { reciprocal: Float64Array; lattice: 'aP2' | 'aP3' } {
  const reduced = niggliReduction(reciprocalCell(cell)).cell;
  const k = [0, 1, 2].map((row) => reduced.subarray(3 * row, 3 * row + 3));
  // products[i] = |k_{i+1} · k_{i+2}|; the pair with the least becomes (k_a, k_b).
  const products = [0, 1, 2].map((i) => Math.abs(dot3(k[(i + 1) % 3]!, k[(i + 2) % 3]!)));
  const last = products.indexOf(Math.min(...products));
  const ordered = [k[(last + 1) % 3]!, k[(last + 2) % 3]!, k[last]!];
  // Right angles count as not acute; 1e-9 of the squared length tells them from rounding.
  const acute = [0, 1, 2].map((i) => dot3(ordered[(i + 1) % 3]!, ordered[(i + 2) % 3]!) > 1e-9 * dot3(ordered[0]!, ordered[0]!));
  const positive = acute.filter(Boolean).length;
  // Turning two vectors round changes the signs of two angles: an odd number of acute ones can be made three, an even one none.
  const kept = positive === 1 || positive === 2 ? acute.indexOf(positive === 1) : -1;
  const signed = ordered.flatMap((vector, i) => Array.from(vector, (value) => (kept === -1 || i === kept ? value : -value)));
  return { reciprocal: Float64Array.from(signed), lattice: positive % 2 === 1 ? 'aP3' : 'aP2' };
}

/** The band path of a crystal. Refuses (`symmetry.path`) what is not periodic along all three vectors. */
export function bandPath({ structure, symmetry }: Crystal): BandPath {
  const directions = structure.periodic.filter(Boolean).length;
  if (directions < 3) refuse('symmetry.path', { count: directions });
  const conventional = multiply3(symmetry.conventionalMatrix, structure.cell);
  const { lengths: [a, b, c] } = cellParameters(conventional);
  const cosBeta = dot3(conventional.subarray(0, 3), conventional.subarray(6, 9)) / (a * c);
  const parameters = { a, b, c, cosBeta, sinBeta2: 1 - cosBeta ** 2 };

  let lattice: ExtendedLatticeName;
  let reciprocal: Float64Array;
  if (symmetry.number <= 2) {
    ({ lattice, reciprocal } = triclinicReciprocal(conventional));
  } else {
    const centring = centringLetter(symmetry.number);
    lattice = extendedLattice(symmetry.number, centring, parameters);
    const primitive = primitiveOf[centring === 'C' || centring === 'A' ? lattice.slice(0, 2) : centring]!;
    reciprocal = reciprocalCell(multiply3(primitive, conventional));
  }

  // q = Σ x_i k_i is, in units of this crystal's reciprocal vectors, a_j · q / 2π: an integer matrix times x.
  const change = multiply3(structure.cell, transpose3(reciprocal)).map((value) => Math.round(value / (2 * Math.PI)) + 0);
  const { path, points: coordinatesOf } = lattices[lattice] as ExtendedLattice;
  const points = Object.entries({ GAMMA: [0, 0, 0] as Coordinates, ...coordinatesOf(parameters) })
    .map(([label, x]) => ({ label, q: matrixTimesVector3(change, x) }));
  const named = (label: string): LabelledPoint => points.find((point) => point.label === label)!;
  const segments = path.split('|').flatMap((piece) => {
    const labels = piece.split('-');
    return labels.slice(1).map((label, k) => ({ from: named(labels[k]!), to: named(label) }));
  });
  return { lattice, points, segments };
}
