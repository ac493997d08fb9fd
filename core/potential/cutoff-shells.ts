/**
 * Neighbour shells at plain cutoffs. A pair function that stops at r_c adds or loses a whole shell of neighbours when that
 * shell crosses r_c between two cells: a jump of energy that looks like an elastic constant or a pressure. Runs name
 * every such shell.
 */
import { message } from '../contracts/messages.ts';
import type { Message } from '../contracts/quantity.ts';
import type { Structure } from '../contracts/structure.ts';
import { neighbourList } from '../crystal/neighbours.ts';
import type { Potential } from './potential.ts';

/** Å: distances closer than this belong to one shell; published coordinates carry four to six decimals. */
const sameShell = 1e-3;

type PlainCutoff = ReturnType<NonNullable<Potential['plainCutoffs']>>[number];

/** Cutoffs that several terms share for the same pair of elements count once. */
function distinctCutoffs(potential: Potential): PlainCutoff[] {
  const seen = new Map((potential.plainCutoffs?.() ?? []).map((cutoff) => [`${[...cutoff.elements].sort().join('–')} ${cutoff.radius}`, cutoff]));
  return [...seen.values()];
}

function concerns({ elements: [a, b] }: PlainCutoff, first: string, second: string): boolean {
  return (a === first && b === second) || (a === second && b === first);
}

const pairName = (cutoff: PlainCutoff): string => cutoff.elements.join('–');

/** |r_j + n·H − r_i| */
function distanceOf({ positions, cell }: Structure, i: number, j: number, shift: readonly number[]): number {
  let square = 0;
  for (let x = 0; x < 3; x++) {
    const d = positions[3 * j + x]! - positions[3 * i + x]! + shift[0]! * cell[x]! + shift[1]! * cell[3 + x]! + shift[2]! * cell[6 + x]!;
    square += d * d;
  }
  return Math.sqrt(square);
}

/**
 * The shells that stand inside a plain cutoff in one of `structures` and outside in another: one message per cutoff and
 * shell of the first structure. All structures have the same atoms in the same order and lattice vectors that correspond
 * (strained, relaxed or scaled copies of one crystal). `count`: neighbours of one atom, on average, that cross.
 */
export function crossingShells(structures: readonly Structure[], potential: Potential): Message[] {
  const [reference] = structures;
  if (!reference || structures.length < 2) return [];
  const atoms = reference.species.length;
  return distinctCutoffs(potential).flatMap((cutoff) => {
    // Every pair that is inside in some structure, by its atoms and lattice shift.
    const inside = new Map<string, { i: number; j: number; shift: readonly number[] }>();
    for (const { positions, cell, periodic } of structures) {
      const list = neighbourList(positions, cell, periodic, cutoff.radius);
      for (let i = 0; i < atoms; i++) {
        for (let p = list.first[i]!; p < list.first[i + 1]!; p++) {
          const j = list.atoms[p]!;
          if (list.distances[p]! >= cutoff.radius || !concerns(cutoff, reference.species[i]!, reference.species[j]!)) continue;
          const shift = [...list.shifts.subarray(3 * p, 3 * p + 3)];
          inside.set(`${i} ${j} ${shift.join(' ')}`, { i, j, shift });
        }
      }
    }
    const crossing: { distance: number; nearest: number; farthest: number; centre: number }[] = [];
    for (const { i, j, shift } of inside.values()) {
      const distances = structures.map((structure) => distanceOf(structure, i, j, shift));
      if (Math.max(...distances) >= cutoff.radius) {
        crossing.push({ distance: distances[0]!, nearest: Math.min(...distances), farthest: Math.max(...distances), centre: i });
      }
    }
    crossing.sort((a, b) => a.distance - b.distance);
    const shells: (typeof crossing)[] = [];
    for (const pair of crossing) {
      const current = shells.at(-1);
      if (current && pair.distance - current[0]!.distance < sameShell) current.push(pair);
      else shells.push([pair]);
    }
    return shells.map((shell) =>
      message('potential.cutoffShell', {
        // The list holds each pair from both ends: divided by the centres it is a number of neighbours.
        count: Math.round(shell.length / new Set(shell.map((pair) => pair.centre)).size),
        pair: pairName(cutoff),
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
  /** Å: distance of the shell nearest to the cutoff, on either side; null where there is none up to 1.5 times the cutoff. */
  readonly distance: number | null;
  /** Neighbours of one atom in that shell; 0 where there is none. */
  readonly neighbours: number;
}

/** For every plain cutoff the neighbour shell that lies closest to it: how much room strain and expansion have. */
export function shellsNearCutoffs(structure: Structure, potential: Potential): ShellAtCutoff[] {
  const { positions, cell, periodic, species } = structure;
  return distinctCutoffs(potential).map((cutoff) => {
    const list = neighbourList(positions, cell, periodic, 1.5 * cutoff.radius);
    let distance: number | null = null;
    const pairs: { centre: number; distance: number }[] = [];
    for (let i = 0; i < species.length; i++) {
      for (let p = list.first[i]!; p < list.first[i + 1]!; p++) {
        if (!concerns(cutoff, species[i]!, species[list.atoms[p]!]!)) continue;
        const here = list.distances[p]!;
        pairs.push({ centre: i, distance: here });
        if (distance === null || Math.abs(here - cutoff.radius) < Math.abs(distance - cutoff.radius)) distance = here;
      }
    }
    const shell = pairs.filter((pair) => distance !== null && Math.abs(pair.distance - distance) < sameShell);
    const neighbours = shell.length === 0 ? 0 : Math.round(shell.length / new Set(shell.map((pair) => pair.centre)).size);
    return { elements: cutoff.elements, cutoff: cutoff.radius, distance, neighbours };
  });
}
