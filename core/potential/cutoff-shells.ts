/**
 * Neighbour shells at plain cutoffs. A pair function that stops at r_c adds or loses a whole shell of neighbours when that
 * shell crosses r_c between two cells: a jump of energy that looks like an elastic constant or a pressure. Runs name
 * every such shell.
 */
import { message } from '../contracts/messages.ts';
import type { Message } from '../contracts/quantity.ts';
import type { Structure } from '../contracts/structure.ts';
import { createNeighbours } from '../crystal/neighbours.ts';
import { inverse3, multiply3, vectorTimesMatrix3 } from '../math/matrix3.ts';
import type { Potential } from './potential.ts';

/** Å: distances closer than this belong to one shell; published coordinates carry four to six decimals. */
const sameShell = 1e-3;

type PlainCutoff = ReturnType<NonNullable<Potential['plainCutoffs']>>[number];

/** Cutoffs that several terms share for the same pair of elements count once. */
function distinctCutoffs(potential: Potential): PlainCutoff[] {
  const seen = new Map((potential.plainCutoffs?.() ?? []).map((cutoff) => [`${[...cutoff.elements].sort().join('–')} ${cutoff.radius}`, cutoff]));
  return [...seen.values()];
}

const concerns = ({ elements: [a, b] }: PlainCutoff, first: string, second: string): boolean =>
  (a === first && b === second) || (a === second && b === first);

/** A pair of atoms by index, j in the cell at `shift`. */
interface Pair {
  readonly i: number;
  readonly j: number;
  readonly shift: Int32Array;
}

/** |r_j + n·H − r_i|, Å */
function distanceOf({ positions, cell }: Structure, { i, j, shift }: Pair): number {
  let square = 0;
  for (let x = 0; x < 3; x++) {
    const d = positions[3 * j + x]! - positions[3 * i + x]! + shift[0]! * cell[x]! + shift[1]! * cell[3 + x]! + shift[2]! * cell[6 + x]!;
    square += d * d;
  }
  return Math.sqrt(square);
}

/** The pairs with `nearest` ≤ distance ≤ `farthest`, each once, with their distances. */
function pairsBetween({ positions, cell, periodic }: Structure, nearest: number, farthest: number): (Pair & { readonly distance: number })[] {
  const list = createNeighbours({ periodic, cutoff: farthest, skin: 0, half: true }).update(positions, cell);
  const pairs: (Pair & { readonly distance: number })[] = [];
  for (let i = 0; i < positions.length / 3; i++) {
    for (let p = list.first[i]!; p < list.first[i + 1]!; p++) {
      const distance = list.distances[p]!;
      if (distance >= nearest) pairs.push({ i, j: list.atoms[p]!, shift: list.shifts.slice(3 * p, 3 * p + 3), distance });
    }
  }
  return pairs;
}

/** Factors low, high and a length δ such that every distance d of `from` lies in [low·d − δ, high·d + δ] in `to`. */
function distanceBounds(from: Structure, to: Structure): { low: number; high: number; shift: number } {
  const deformation = multiply3(inverse3(from.cell), to.cell);
  const norm = (matrix: Float64Array): number => Math.hypot(...matrix);
  const change = norm(deformation.map((value, k) => value - (k % 4 === 0 ? 1 : 0)));
  let largest = 0;
  for (let i = 0; i < from.positions.length; i += 3) {
    const affine = vectorTimesMatrix3(from.positions.subarray(i, i + 3), deformation);
    largest = Math.max(largest, Math.hypot(to.positions[i]! - affine[0]!, to.positions[i + 1]! - affine[1]!, to.positions[i + 2]! - affine[2]!));
  }
  // The smallest singular value is at least 1 − |F − 1| and at least 1/|F⁻¹|; rounding gets a little room.
  return { low: Math.max(1 - change, 1 / norm(inverse3(deformation))), high: 1 + change, shift: 2 * largest + 1e-9 };
}

/** Atoms of the second element around one atom of the first, averaged over those that have any. */
function neighboursPerAtom(cutoff: PlainCutoff, pairs: readonly Pair[], species: readonly string[]): number {
  const [first, second] = cutoff.elements;
  const counts = new Map<number, number>();
  const add = (centre: number, other: number): void => {
    if (species[centre] === first && species[other] === second) counts.set(centre, (counts.get(centre) ?? 0) + 1);
  };
  for (const { i, j } of pairs) {
    add(i, j);
    add(j, i);
  }
  return counts.size === 0 ? 0 : Math.round([...counts.values()].reduce((sum, count) => sum + count, 0) / counts.size);
}

/**
 * The shells that stand inside a plain cutoff in one of `structures` and outside in another: one message per cutoff and
 * shell of the first structure, nearest first. All structures have the same atoms in the same order and lattice vectors
 * that correspond (strained, relaxed or scaled copies of one crystal).
 */
export function crossingShells(structures: readonly Structure[], potential: Potential): Message[] {
  const [reference] = structures;
  if (!reference || structures.length < 2) return [];
  const { species } = reference;
  const bounds = structures.map((structure) => distanceBounds(reference, structure));
  const low = Math.min(...bounds.map((bound) => bound.low)), high = Math.max(...bounds.map((bound) => bound.high));
  const shift = Math.max(...bounds.map((bound) => bound.shift));
  return distinctCutoffs(potential).flatMap((cutoff) => {
    const candidates = pairsBetween(reference, (cutoff.radius - shift) / high, (cutoff.radius + shift) / low);
    const crossing = candidates.filter(({ i, j }) => concerns(cutoff, species[i]!, species[j]!)).flatMap((pair) => {
      const distances = structures.map((structure) => distanceOf(structure, pair));
      const nearest = Math.min(...distances), farthest = Math.max(...distances);
      return nearest < cutoff.radius && farthest >= cutoff.radius ? [{ ...pair, nearest, farthest }] : [];
    });
    crossing.sort((a, b) => a.distance - b.distance);
    const shells: (typeof crossing)[] = [];
    for (const pair of crossing) {
      const current = shells.at(-1);
      if (current && pair.distance - current[0]!.distance < sameShell) current.push(pair);
      else shells.push([pair]);
    }
    return shells.map((shell) =>
      message('potential.cutoffShell', {
        count: neighboursPerAtom(cutoff, shell, species),
        centre: cutoff.elements[0],
        neighbour: cutoff.elements[1],
        nearest: Math.min(...shell.map((pair) => pair.nearest)).toFixed(4),
        farthest: Math.max(...shell.map((pair) => pair.farthest)).toFixed(4),
        radius: cutoff.radius,
      }),
    );
  });
}

export interface ShellAtCutoff {
  readonly elements: readonly [string, string];
  /** Å */
  readonly cutoff: number;
  /** Å: distance of the shell nearest to the cutoff, on either side; null where there is none from 0.5 to 1.5 times the cutoff. */
  readonly distance: number | null;
  /** Atoms of the second element in that shell around one of the first; 0 where there are none. */
  readonly neighbours: number;
}

/** For every plain cutoff the neighbour shell that lies closest to it: how much room strain and expansion have. */
export function shellsNearCutoffs(structure: Structure, potential: Potential): ShellAtCutoff[] {
  const { species } = structure;
  return distinctCutoffs(potential).map((cutoff) => {
    const { radius } = cutoff;
    const pairs = pairsBetween(structure, 0.5 * radius, 1.5 * radius).filter(({ i, j }) => concerns(cutoff, species[i]!, species[j]!));
    let distance: number | null = null;
    for (const pair of pairs) if (distance === null || Math.abs(pair.distance - radius) < Math.abs(distance - radius)) distance = pair.distance;
    const shell = pairs.filter((pair) => distance !== null && Math.abs(pair.distance - distance) < sameShell);
    return { elements: cutoff.elements, cutoff: radius, distance, neighbours: neighboursPerAtom(cutoff, shell, species) };
  });
}
