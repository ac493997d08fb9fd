/** What a result stands on, in the order of its parts: the potential first, then the methods that were used. */
import type { Result } from '../contracts/results.ts';

const always = [
  'Constants and conversion factors: E. Tiesinga, P. J. Mohr, D. B. Newell, B. N. Taylor, CODATA 2018, Rev. Mod. Phys. 93, 025010 (2021), doi:10.1103/RevModPhys.93.025010.',
  'Symmetry: A. Togo, K. Shinohara, I. Tanaka, Spglib, Sci. Technol. Adv. Mater. Methods 4, 2384822 (2024), doi:10.1080/27660400.2024.2384822 (algorithms; computed here by moyo).',
];

const byProperty = {
  relaxation: ['Relaxation: D. C. Liu, J. Nocedal, limited-memory BFGS, Math. Program. 45, 503 (1989), doi:10.1007/BF01589116.'],
  eos: [
    'Equation of state: F. Birch, Phys. Rev. 71, 809 (1947), doi:10.1103/PhysRev.71.809.',
    'Equation of state: P. Vinet, J. Ferrante, J. H. Rose, J. R. Smith, J. Phys.: Condens. Matter 1, 1941 (1989), doi:10.1088/0953-8984/1/11/002.',
    'Equation of state: F. D. Murnaghan, Proc. Natl. Acad. Sci. USA 30, 244 (1944), doi:10.1073/pnas.30.9.244.',
    'Equation of state: J.-P. Poirier, A. Tarantola, Phys. Earth Planet. Inter. 109, 1 (1998), doi:10.1016/S0031-9201(98)00112-5.',
  ],
  elasticity: [
    'Averages: R. Hill, Proc. Phys. Soc. A 65, 349 (1952), doi:10.1088/0370-1298/65/5/307.',
    'Stability: F. Mouhat, F.-X. Coudert, Phys. Rev. B 90, 224104 (2014), doi:10.1103/PhysRevB.90.224104.',
    'Stress-strain coefficients under pressure: T. H. K. Barron, M. L. Klein, Proc. Phys. Soc. 85, 523 (1965), doi:10.1088/0370-1328/85/3/313.',
    'Anisotropy: S. I. Ranganathan, M. Ostoja-Starzewski, Phys. Rev. Lett. 101, 055504 (2008), doi:10.1103/PhysRevLett.101.055504; C. M. Kube, AIP Adv. 6, 095209 (2016), doi:10.1063/1.4962996.',
    'Directional moduli: A. Marmier et al., Comput. Phys. Commun. 181, 2102 (2010), doi:10.1016/j.cpc.2010.08.033.',
    'Debye temperature: O. L. Anderson, J. Phys. Chem. Solids 24, 909 (1963), doi:10.1016/0022-3697(63)90067-2.',
  ],
  phonons: [
    'Lattice dynamics: M. Born, K. Huang, Dynamical Theory of Crystal Lattices, Oxford University Press (1954).',
    'Paths and labels: Y. Hinuma, G. Pizzi, Y. Kumagai, F. Oba, I. Tanaka, Comput. Mater. Sci. 128, 140 (2017), doi:10.1016/j.commatsci.2016.10.015.',
    'Tetrahedron method: P. E. Blöchl, O. Jepsen, O. K. Andersen, Phys. Rev. B 49, 16223 (1994), doi:10.1103/PhysRevB.49.16223.',
    'Conventions of frequencies and eigenvectors: A. Togo, L. Chaput, T. Tadano, I. Tanaka, J. Phys.: Condens. Matter 35, 353001 (2023), doi:10.1088/1361-648X/acd831.',
  ],
  expansion: [
    'Quasiharmonic approximation: S. Baroni, P. Giannozzi, E. Isaev, Rev. Mineral. Geochem. 71, 39 (2010), doi:10.2138/rmg.2010.71.3.',
    'Internal strain and free cell parameters: N. L. Allan, T. H. K. Barron, J. A. O. Bruno, J. Chem. Phys. 105, 8300 (1996), doi:10.1063/1.472684.',
  ],
} as const satisfies Partial<Record<keyof Result, readonly string[]>>;

const longRange = [
  'Electrostatics: P. P. Ewald, Ann. Phys. 369, 253 (1921), doi:10.1002/andp.19213690304.',
  'Non-analytic term: X. Gonze, C. Lee, Phys. Rev. B 55, 10355 (1997), doi:10.1103/PhysRevB.55.10355.',
];

/** The card's own references, then those of every method that the result used; nothing twice. */
export function referencesOf(result: Result): string[] {
  const methods = Object.entries(byProperty).flatMap(([property, list]) => (result[property as keyof typeof byProperty] ? list : []));
  const charged = result.potential.charges !== undefined;
  return [...new Set([...result.potential.references.map((text) => `Potential: ${text}`), ...methods, ...(charged ? longRange : []), ...always])];
}
