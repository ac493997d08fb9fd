/**
 * Sums of pair functions: E = Σ_{pairs} φ_{ab}(r). All pair terms of a potential share one neighbour list; several terms
 * for the same two elements add up. Per-atom energies: half of each pair to either atom.
 */
import { z } from 'zod';
import type { PotentialCard } from '../contracts/card.ts';
import { refuse } from '../contracts/messages.ts';
import type { Structure } from '../contracts/structure.ts';
import { createNeighbours } from '../crystal/neighbours.ts';
import { collapseRadius } from './collapse.ts';
import { cutoffSchema, withCutoff, type Cutoff } from './cutoff.ts';
import { bornMayerHuggins, buckingham, harmonic, lennardJones, mie, morse, type RadialFunction } from './forms.ts';
import type { Potential } from './potential.ts';
import { pairOf } from './schema.ts';
import { skin } from './skin.ts';
import { elementsIn, typesOf } from './species.ts';
import { clearTally, createTally, evaluationOf } from './tally.ts';

const forms = {
  'lennard-jones': lennardJones, mie, morse, buckingham, 'born-mayer-huggins': bornMayerHuggins, harmonic,
} as const;
type FormName = keyof typeof forms;

const termOf = <Name extends FormName>(name: Name) =>
  z.strictObject({
    type: z.literal(name),
    cutoff: cutoffSchema,
    pairs: z.array(z.strictObject({ elements: pairOf, ...(forms[name].parameters as (typeof forms)[Name]['parameters']) })).min(1),
  });

export const pairTerms = [
  termOf('lennard-jones'), termOf('mie'), termOf('morse'), termOf('buckingham'), termOf('born-mayer-huggins'), termOf('harmonic'),
] as const;
export type PairTerm = z.infer<(typeof pairTerms)[number]>;

export function isPairTerm(term: { readonly type: string }): term is PairTerm {
  return Object.hasOwn(forms, term.type);
}

/** Fixed charges that act beside the pair terms: they shift the radius inside which the pair energy collapses. */
export interface FixedCharges {
  /** e */
  readonly charges: Readonly<Record<string, number>>;
  /** eV·Å */
  readonly constant: number;
}

interface PairFunction {
  readonly elements: readonly [string, string];
  readonly pieces: { readonly radial: RadialFunction; readonly cutoff: Cutoff }[];
  collapses: boolean;
}

/** One function per unordered pair of elements, from all terms that name it. */
function gather(terms: readonly PairTerm[]): PairFunction[] {
  const functions: PairFunction[] = [];
  for (const term of terms) {
    // The schema has tied the parameters of each pair to its form; TypeScript cannot follow the link through the table.
    const form = forms[term.type] as { radial(parameters: unknown): RadialFunction; collapses(parameters: unknown): boolean };
    for (const pair of term.pairs) {
      const [first, second] = pair.elements;
      const known = functions.find(({ elements: [a, b] }) => (a === first && b === second) || (a === second && b === first));
      const target = known ?? { elements: pair.elements, pieces: [], collapses: false };
      if (!known) functions.push(target);
      target.pieces.push({ radial: withCutoff(form.radial(pair), term.cutoff), cutoff: term.cutoff });
      target.collapses ||= form.collapses(pair);
    }
  }
  return functions;
}

/** The sum of the pieces of one pair of elements, each inside its own radius. */
function total(pieces: PairFunction['pieces']): RadialFunction {
  if (pieces.length === 1) return pieces[0]!.radial;
  const piece = new Float64Array(2);
  return (r, out) => {
    let energy = 0, slope = 0;
    for (const { radial, cutoff } of pieces) {
      if (r >= cutoff.radius) continue;
      radial(r, piece);
      energy += piece[0]!;
      slope += piece[1]!;
    }
    out[0] = energy;
    out[1] = slope;
  };
}

/** eV and eV/Å: a function that has decayed to this at its cutoff ends without a jump that any result could show. */
const negligibleJump = 1e-12;

function jumps({ radial, cutoff }: PairFunction['pieces'][number]): boolean {
  if (cutoff.style === 'tapered') return false;
  const end = new Float64Array(2);
  radial(cutoff.radius, end);
  return Math.abs(end[0]!) > negligibleJump || Math.abs(end[1]!) > negligibleJump;
}

const nothing: RadialFunction = (_, out) => {
  out[0] = 0;
  out[1] = 0;
};

function refuseCollapse(structure: Structure, i: number, j: number, distance: number, radius: number): never {
  const pair = `${structure.species[i]}–${structure.species[j]}`;
  return refuse('potential.collapse', { first: i + 1, second: j + 1, pair, distance: distance.toFixed(4), radius: radius.toFixed(4) });
}

export function pairPotential(terms: readonly PairTerm[], card: PotentialCard, fixed?: FixedCharges): Potential {
  const functions = gather(terms);
  const elements = card.elements.length > 0 ? card.elements : elementsIn(functions.map((pair) => pair.elements));
  const count = elements.length;
  const radials: RadialFunction[] = Array.from({ length: count * count }, () => nothing);
  const cutoffs = new Float64Array(count * count);
  const collapse = new Float64Array(count * count);
  for (const { elements: [first, second], pieces, collapses } of functions) {
    const radial = total(pieces);
    const radius = Math.max(...pieces.map((piece) => piece.cutoff.radius));
    const product = fixed ? fixed.constant * (fixed.charges[first] ?? 0) * (fixed.charges[second] ?? 0) : 0;
    const inner = collapses ? collapseRadius(radial, product, radius) : 0;
    const [a, b] = [elements.indexOf(first), elements.indexOf(second)];
    for (const at of [a * count + b, b * count + a]) {
      radials[at] = radial;
      cutoffs[at] = radius;
      collapse[at] = inner;
    }
  }
  const longest = Math.max(...cutoffs);

  return {
    card,
    interactionRange: longest,
    plainCutoffs: () =>
      functions.flatMap(({ elements: pair, pieces }) =>
        pieces.filter(jumps).map(({ cutoff }) => ({ elements: pair, radius: cutoff.radius })),
      ),
    collapseRadii: () =>
      functions.flatMap(({ elements: pair }) => {
        const radius = collapse[elements.indexOf(pair[0]) * count + elements.indexOf(pair[1])]!;
        return radius > 0 ? [{ elements: pair, radius }] : [];
      }),
    bind(structure) {
      const atoms = structure.species.length;
      const types = typesOf(structure, elements, card.name);
      const neighbours = createNeighbours({ periodic: structure.periodic, cutoff: longest, skin, half: true });
      const tally = createTally(atoms);
      const { energies, forces, virial } = tally;
      const out = new Float64Array(2);
      return {
        evaluate(positions, cell, want) {
          const { first, atoms: others, vectors, distances } = neighbours.update(positions, cell);
          clearTally(tally);
          let xx = 0, yy = 0, zz = 0, yz = 0, xz = 0, xy = 0;
          for (let i = 0; i < atoms; i++) {
            const row = types[i]! * count;
            let energy = 0, fx = 0, fy = 0, fz = 0;
            const end = first[i + 1]!;
            for (let k = first[i]!; k < end; k++) {
              const j = others[k]!;
              const pair = row + types[j]!;
              const r = distances[k]!;
              if (r >= cutoffs[pair]!) continue;
              if (r < collapse[pair]!) refuseCollapse(structure, i, j, r, collapse[pair]!);
              radials[pair]!(r, out);
              const half = 0.5 * out[0]!;
              energy += half;
              energies[j] = energies[j]! + half;
              const g = out[1]! / r;
              const dx = vectors[3 * k]!, dy = vectors[3 * k + 1]!, dz = vectors[3 * k + 2]!;
              const gx = g * dx, gy = g * dy, gz = g * dz;
              fx += gx; fy += gy; fz += gz;
              const at = 3 * j;
              forces[at] = forces[at]! - gx; forces[at + 1] = forces[at + 1]! - gy; forces[at + 2] = forces[at + 2]! - gz;
              xx += gx * dx; yy += gy * dy; zz += gz * dz; yz += gy * dz; xz += gx * dz; xy += gx * dy;
            }
            energies[i] = energies[i]! + energy;
            forces[3 * i] = forces[3 * i]! + fx; forces[3 * i + 1] = forces[3 * i + 1]! + fy; forces[3 * i + 2] = forces[3 * i + 2]! + fz;
          }
          virial[0] = xx; virial[1] = yy; virial[2] = zz; virial[3] = yz; virial[4] = xz; virial[5] = xy;
          return evaluationOf(tally, structure, cell, want);
        },
      };
    },
  };
}
