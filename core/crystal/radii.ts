/**
 * How much room an element takes before anything is computed. Starting lengths, not results: a relaxation follows.
 * Metallic radii (Å, twelve neighbours): Greenwood and Earnshaw, Chemistry of the Elements, 2nd ed. (1997). Van der Waals
 * radii of noble gases: Bondi, J. Phys. Chem. 68 (1964) 441; radon, Mantina et al., J. Phys. Chem. A 113 (2009) 5806.
 */
import { elementOf } from './elements.ts';

const metallic =
  'Li 1.52 Be 1.12 Na 1.86 Mg 1.60 Al 1.43 K 2.27 Ca 1.97 Sc 1.62 Ti 1.47 V 1.34 Cr 1.28 Mn 1.27 Fe 1.26 Co 1.25 Ni 1.24 Cu 1.28 Zn 1.34 Ga 1.35 ' +
  'Rb 2.48 Sr 2.15 Y 1.80 Zr 1.60 Nb 1.46 Mo 1.39 Tc 1.36 Ru 1.34 Rh 1.34 Pd 1.37 Ag 1.44 Cd 1.51 In 1.67 Cs 2.65 Ba 2.22 ' +
  'La 1.87 Ce 1.82 Pr 1.82 Nd 1.81 Pm 1.83 Sm 1.80 Eu 1.80 Gd 1.80 Tb 1.77 Dy 1.78 Ho 1.76 Er 1.76 Tm 1.76 Yb 1.76 Lu 1.74 ' +
  'Hf 1.59 Ta 1.46 W 1.39 Re 1.37 Os 1.35 Ir 1.36 Pt 1.39 Au 1.44 Hg 1.51 Tl 1.70 Pb 1.75 Th 1.79 Pa 1.63 U 1.56 Np 1.55 Pu 1.59 Am 1.73 Cm 1.74 Bk 1.70';
const nobleGases = 'He 1.40 Ne 1.54 Ar 1.88 Kr 2.02 Xe 2.16 Rn 2.20';

function tableOf(text: string): ReadonlyMap<string, number> {
  const words = text.split(' ');
  return new Map(Array.from({ length: words.length / 2 }, (_, i) => [words[2 * i]!, Number(words[2 * i + 1])]));
}
const packed = new Map([...tableOf(metallic), ...tableOf(nobleGases)]);

/** Å: of curium, the last element whose covalent radius is published. */
const unpublished = 1.69;

/** Å: radius for the bond between unlike atoms. */
export function bondRadius(symbol: string): number {
  return elementOf(symbol).covalentRadius ?? unpublished;
}

/**
 * Å: radius of the sphere that touches twelve like neighbours. Where no metal is known, the covalent radius and 0.3 Å:
 * sharing the electrons of a few bonds among twelve neighbours lengthens each by 0.6 Å · log10(12/v), v being 1 to 4
 * (Pauling, J. Am. Chem. Soc. 69 (1947) 542).
 */
export function packingRadius(symbol: string): number {
  return packed.get(symbol) ?? bondRadius(symbol) + 0.3;
}
