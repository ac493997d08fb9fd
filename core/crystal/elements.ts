/**
 * The elements. Weights: conventional standard atomic weights of IUPAC/CIAAW (Meija et al., Pure Appl. Chem. 88 (2016) 265,
 * tables 1 and 3), for elements without one the mass of the isotope listed there in table 4. Covalent radii: Cordero et
 * al., Dalton Trans. (2008) 2832; `-` where that paper gives none.
 */

/** One line per element in the order of the atomic numbers: symbol, name, weight in amu, covalent radius in Å. */
const table = `
H hydrogen 1.008 0.31
He helium 4.002602 0.28
Li lithium 6.94 1.28
Be beryllium 9.0121831 0.96
B boron 10.81 0.84
C carbon 12.011 0.76
N nitrogen 14.007 0.71
O oxygen 15.999 0.66
F fluorine 18.998403163 0.57
Ne neon 20.1797 0.58
Na sodium 22.98976928 1.66
Mg magnesium 24.305 1.41
Al aluminium 26.9815385 1.21
Si silicon 28.085 1.11
P phosphorus 30.973761998 1.07
S sulfur 32.06 1.05
Cl chlorine 35.45 1.02
Ar argon 39.948 1.06
K potassium 39.0983 2.03
Ca calcium 40.078 1.76
Sc scandium 44.955908 1.70
Ti titanium 47.867 1.60
V vanadium 50.9415 1.53
Cr chromium 51.9961 1.39
Mn manganese 54.938044 1.39
Fe iron 55.845 1.32
Co cobalt 58.933194 1.26
Ni nickel 58.6934 1.24
Cu copper 63.546 1.32
Zn zinc 65.38 1.22
Ga gallium 69.723 1.22
Ge germanium 72.630 1.20
As arsenic 74.921595 1.19
Se selenium 78.971 1.20
Br bromine 79.904 1.20
Kr krypton 83.798 1.16
Rb rubidium 85.4678 2.20
Sr strontium 87.62 1.95
Y yttrium 88.90584 1.90
Zr zirconium 91.224 1.75
Nb niobium 92.90637 1.64
Mo molybdenum 95.95 1.54
Tc technetium 97.90721 1.47
Ru ruthenium 101.07 1.46
Rh rhodium 102.90550 1.42
Pd palladium 106.42 1.39
Ag silver 107.8682 1.45
Cd cadmium 112.414 1.44
In indium 114.818 1.42
Sn tin 118.710 1.39
Sb antimony 121.760 1.39
Te tellurium 127.60 1.38
I iodine 126.90447 1.39
Xe xenon 131.293 1.40
Cs caesium 132.90545196 2.44
Ba barium 137.327 2.15
La lanthanum 138.90547 2.07
Ce cerium 140.116 2.04
Pr praseodymium 140.90766 2.03
Nd neodymium 144.242 2.01
Pm promethium 144.91276 1.99
Sm samarium 150.36 1.98
Eu europium 151.964 1.98
Gd gadolinium 157.25 1.96
Tb terbium 158.92535 1.94
Dy dysprosium 162.500 1.92
Ho holmium 164.93033 1.92
Er erbium 167.259 1.89
Tm thulium 168.93422 1.90
Yb ytterbium 173.054 1.87
Lu lutetium 174.9668 1.87
Hf hafnium 178.49 1.75
Ta tantalum 180.94788 1.70
W tungsten 183.84 1.62
Re rhenium 186.207 1.51
Os osmium 190.23 1.44
Ir iridium 192.217 1.41
Pt platinum 195.084 1.36
Au gold 196.966569 1.36
Hg mercury 200.592 1.32
Tl thallium 204.38 1.45
Pb lead 207.2 1.46
Bi bismuth 208.98040 1.48
Po polonium 208.98243 1.40
At astatine 209.98715 1.50
Rn radon 222.01758 1.50
Fr francium 223.01974 2.60
Ra radium 226.02541 2.21
Ac actinium 227.02775 2.15
Th thorium 232.0377 2.06
Pa protactinium 231.03588 2.00
U uranium 238.02891 1.96
Np neptunium 237.04817 1.90
Pu plutonium 244.06421 1.87
Am americium 243.06138 1.80
Cm curium 247.07035 1.69
Bk berkelium 247.07031 -
Cf californium 251.07959 -
Es einsteinium 252.0830 -
Fm fermium 257.09511 -
Md mendelevium 258.09843 -
No nobelium 259.1010 -
Lr lawrencium 262.110 -
Rf rutherfordium 267.122 -
Db dubnium 268.126 -
Sg seaborgium 271.134 -
Bh bohrium 270.133 -
Hs hassium 269.1338 -
Mt meitnerium 278.156 -
Ds darmstadtium 281.165 -
Rg roentgenium 281.166 -
Cn copernicium 285.177 -
Nh nihonium 286.182 -
Fl flerovium 289.190 -
Mc moscovium 289.194 -
Lv livermorium 293.204 -
Ts tennessine 293.208 -
Og oganesson 294.214 -
`;

/**
 * From the most electropositive to the most electronegative, as formulas are written: the element sequence of the IUPAC
 * Red Book (2005), table VI, read backwards.
 */
const formulaSequence = `
Og Rn Xe Kr Ar Ne He Fr Cs Rb K Na Li Ra Ba Sr Ca Mg Be
Lr No Md Fm Es Cf Bk Cm Am Pu Np U Pa Th Ac Lu Yb Tm Er Ho Dy Tb Gd Eu Sm Pm Nd Pr Ce La Y Sc
Rf Hf Zr Ti Db Ta Nb V Sg W Mo Cr Bh Re Tc Mn Hs Os Ru Fe Mt Ir Rh Co Ds Pt Pd Ni Rg Au Ag Cu Cn Hg Cd Zn
Nh Tl In Ga Al B Fl Pb Sn Ge Si C Mc Bi Sb As P N H Lv Po Te Se S O Ts At I Br Cl F
`;

export interface Element {
  readonly symbol: string;
  readonly atomicNumber: number;
  readonly name: string;
  /** amu */
  readonly weight: number;
  /** Å, null where none is published */
  readonly covalentRadius: number | null;
}

const words = (text: string): string[] => text.trim().split(/\s+/);

/** All elements in the order of their atomic numbers. */
export const elements: readonly Element[] = table.trim().split('\n').map((line, index) => {
  const [symbol, name, weight, radius] = words(line);
  return { symbol: symbol!, atomicNumber: index + 1, name: name!, weight: Number(weight), covalentRadius: radius === '-' ? null : Number(radius) };
});

// A Map and not an object: a file may call an atom `__proto__` or `constructor`.
const bySymbol: ReadonlyMap<string, Element> = new Map(elements.map((element) => [element.symbol, element]));
const positionInFormula: ReadonlyMap<string, number> = new Map(words(formulaSequence).map((symbol, index) => [symbol, index]));

export function isElement(text: string): boolean {
  return bySymbol.has(text);
}

/** Throws on anything but a symbol of an element: readers refuse such symbols with their place before. */
export function elementOf(symbol: string): Element {
  const element = bySymbol.get(symbol);
  if (!element) throw new Error(`elementOf: "${symbol.slice(0, 40)}" is no element`);
  return element;
}

/** Standard atomic weight in amu. */
export function atomicMass(symbol: string): number {
  return elementOf(symbol).weight;
}

export function atomicNumber(symbol: string): number {
  return elementOf(symbol).atomicNumber;
}

/** Symbol of an atomic number 1 to 118, undefined for any other number. */
export function symbolOf(number: number): string | undefined {
  return elements[number - 1]?.symbol;
}

/** Sorts symbols as a formula is written, electropositive first (`Si`, `O`). */
export function byElectronegativity(a: string, b: string): number {
  return positionInFormula.get(elementOf(a).symbol)! - positionInFormula.get(elementOf(b).symbol)!;
}

/** Elements that take or share electrons. */
const nonMetals: ReadonlySet<string> = new Set(words('H B C N O F Si P S Cl Ge As Se Br Sb Te I At'));

/** Whether different elements carry different charges and the crystal is likely to be an insulator: a non-metal beside another element. */
export function isPolar(species: Iterable<string>): boolean {
  const kinds = new Set(species);
  return kinds.size > 1 && [...kinds].some((symbol) => nonMetals.has(symbol));
}
