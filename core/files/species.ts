import { atomicMass, isElement, symbolOf } from '../crystal/elements.ts';

/** A kind of atom as a file names it: the element, and a mass in amu where the name means one isotope. */
export interface Species {
  readonly symbol: string;
  readonly mass?: number;
}

/** amu, AME2020 (Wang et al., Chin. Phys. C 45 (2021) 030003). Tritium's `T` is not read: zeolite files mean a tetrahedral site by it. */
export const deuteriumMass = 2.014101778;

/** `Mg`, `MG` or `mg`; `D`; undefined for anything that is not the symbol of an element. */
export function parseSpecies(text: string): Species | undefined {
  if (text.length === 0 || text.length > 2) return undefined;
  const symbol = text.charAt(0).toUpperCase() + text.charAt(1).toLowerCase();
  if (symbol === 'D') return { symbol: 'H', mass: deuteriumMass };
  return isElement(symbol) ? { symbol } : undefined;
}

/** An element by its atomic number in decimal digits. */
export function parseAtomicNumber(text: string): Species | undefined {
  const symbol = /^\d{1,3}$/.test(text) ? symbolOf(Number(text)) : undefined;
  return symbol === undefined ? undefined : { symbol };
}

/** Collects the kinds of atoms of one structure; masses exist only where some atom's differs from the standard weight. */
export class SpeciesList {
  readonly symbols: string[] = [];
  readonly #masses: number[] = [];
  #isotopes = 0;

  get count(): number {
    return this.symbols.length;
  }

  /** Atoms given as `D`. */
  get isotopes(): number {
    return this.#isotopes;
  }

  add(species: Species): void {
    this.symbols.push(species.symbol);
    if (species.mass !== undefined && this.#isotopes++ === 0) {
      for (let i = 0; i < this.symbols.length - 1; i++) this.#masses.push(atomicMass(this.symbols[i]!));
    }
    if (this.#isotopes > 0) this.#masses.push(species.mass ?? atomicMass(species.symbol));
  }

  masses(): { masses?: Float64Array } {
    return this.#isotopes > 0 ? { masses: Float64Array.from(this.#masses) } : {};
  }
}
