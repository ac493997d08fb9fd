/**
 * n2p2 and RuNNer name no units. Where the user does not give them they are told from what the files hold: a comment that
 * names them, distances between neighbours against covalent radii, cutoffs, total energies against those of free atoms.
 */
import { message, refuse } from '../../contracts/messages.ts';
import type { Message } from '../../contracts/quantity.ts';
import { atomicNumber, elementOf } from '../../crystal/elements.ts';
import { neighbourList } from '../../crystal/neighbours.ts';
import { bohr, hartree } from '../../units/constants.ts';
import { energyUnitOf, lengthUnitOf, parseFileUnits, type EnergyUnit, type FileUnits, type LengthUnit } from '../../units/file-units.ts';
import { quoted } from '../source-text.ts';
import type { RawStructure } from './data.ts';
import type { N2p2Settings } from './settings.ts';

export const unitNames: Readonly<Record<LengthUnit | EnergyUnit, string>> = { angstrom: 'Å', bohr: 'bohr', ev: 'eV', hartree: 'hartree' };

export interface Inferred<U> {
  readonly unit: U;
  readonly reason: string;
}

/** Bonded and metallic neighbours are 0.8 to 1.25 sums of covalent radii apart; in bohr the same number is 1.89 times that. */
const bondRange = [0.72, 1.32] as const;
/** Held together by van der Waals forces, far outside covalent radii. */
const loose: ReadonlySet<string> = new Set(['He', 'Ne', 'Ar', 'Kr', 'Xe', 'Rn']);
/** Enough for a median; a large set costs no more. */
const sampledStructures = 20, sampledAtoms = 2000;

/** Median over atoms of the distance to the nearest neighbour in sums of covalent radii, in the file's unit over Å; null where nothing can be compared. */
function nearestRatio(structures: readonly RawStructure[]): number | null {
  const ratios: number[] = [];
  for (const { species, positions, lattice } of structures.slice(0, sampledStructures)) {
    if (ratios.length + species.length > sampledAtoms && ratios.length > 0) break;
    const radii = species.map((symbol) => (loose.has(symbol) ? null : elementOf(symbol).covalentRadius));
    const largest = Math.max(0, ...radii.map((radius) => radius ?? 0));
    const periodic = lattice !== null;
    const list = neighbourList(positions, lattice ?? Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), [periodic, periodic, periodic], (2 * largest * bondRange[1]) / bohr);
    radii.forEach((own, i) => {
      if (own === null) return;
      let nearest = Infinity;
      for (let p = list.first[i]!; p < list.first[i + 1]!; p++) {
        const other = radii[list.atoms[p]!];
        if (other != null) nearest = Math.min(nearest, list.distances[p]! / (own + other));
      }
      if (nearest < Infinity) ratios.push(nearest);
    });
  }
  ratios.sort((a, b) => a - b);
  return ratios.length > 0 ? ratios[ratios.length >> 1]! : null;
}

/** Å or bohr from distances between neighbours; null where they fit neither. */
export function inferLengthUnit(structures: readonly RawStructure[]): Inferred<LengthUnit> | null {
  const ratio = nearestRatio(structures);
  if (ratio === null) return null;
  const fits = (value: number): boolean => value > bondRange[0] && value < bondRange[1];
  const reason = `neighbours then are ${(fits(ratio) ? ratio : ratio * bohr).toFixed(2)} times the sum of their covalent radii apart`;
  if (fits(ratio)) return { unit: 'angstrom', reason };
  return fits(ratio * bohr) ? { unit: 'bohr', reason } : null;
}

/** Å: cutoffs of atom-centred functions in use; below, bonds alone are seen, above, evaluation becomes slow. */
const cutoffRange = [3.5, 9] as const;

function fromCutoff(settings: N2p2Settings): Inferred<LengthUnit> | null {
  const largest = Math.max(...settings.functions.flat().map(({ cutoff }) => cutoff));
  const fits = (value: number): boolean => value >= cutoffRange[0] && value <= cutoffRange[1];
  if (fits(largest) === fits(largest * bohr)) return null;
  const unit = fits(largest) ? 'angstrom' : 'bohr';
  return { unit, reason: `the largest cutoff, ${largest}, would be unusual in ${unit === 'bohr' ? 'Å' : 'bohr'}` };
}

/** hartree: total energy of a free atom, −0.768745 Z^(7/3) + Z²/2 − 0.269900 Z^(5/3) (Englert & Schwinger, Phys. Rev. A 32 (1985) 26), a few per cent off. */
function freeAtom(symbol: string): number {
  const z = atomicNumber(symbol);
  return -0.768745 * z ** (7 / 3) + 0.5 * z ** 2 - 0.2699 * z ** (5 / 3);
}

/** All-electron total energies tell their unit: 27 times apart, where pseudopotentials give a small part of either. */
function fromTotalEnergies(settings: N2p2Settings, structures: readonly RawStructure[]): Inferred<EnergyUnit> | null {
  const known = settings.elements.flatMap((element, e) => (settings.atomicEnergies[e] !== 0 ? [{ energy: settings.atomicEnergies[e]!, expected: freeAtom(element) }] : []));
  const whole = structures.slice(0, sampledStructures).flatMap(({ energy, species }) => (energy ? [{ energy, expected: species.reduce((sum, symbol) => sum + freeAtom(symbol), 0) }] : []));
  const given = known.length > 0 ? known : whole;
  const energy = given.reduce((sum, each) => sum + each.energy, 0), expected = given.reduce((sum, each) => sum + each.expected, 0);
  if (given.length === 0) return null;
  const ratio = energy / expected;
  // The formula gives 63 % of hydrogen's energy too much and misses relativity in heavy atoms.
  const fits = (value: number): boolean => value > 0.7 && value < 1.4;
  const reason = 'total energies are then those of all electrons';
  if (fits(ratio)) return { unit: 'hartree', reason };
  return fits(ratio / hartree) ? { unit: 'ev', reason } : null;
}

/** `Length unit : Bohr` and the like, as people and generators write them above the keywords. */
function fromComments(settings: N2p2Settings): { length: Inferred<LengthUnit> | null; energy: Inferred<EnergyUnit> | null } {
  const word = (kind: string): string | undefined => settings.file.comments.map((comment) => new RegExp(`^${kind} units?\\s*[:=]\\s*(\\S+)`, 'i').exec(comment)?.[1]).find((found) => found !== undefined);
  const reason = 'as a comment in input.nn says';
  const length = lengthUnitOf(word('length') ?? ''), energy = energyUnitOf(word('energy') ?? '');
  return { length: length ? { unit: length, reason } : null, energy: energy ? { unit: energy, reason } : null };
}

/**
 * The units of a potential's files and the sentences that say where they come from. `structures`: data in its format, where there are
 * any. Given units are taken, with a sentence where everything else speaks for others.
 */
export function unitsOfPotential(name: string, given: string | undefined, settings: N2p2Settings, structures: readonly RawStructure[]): { units: FileUnits; notes: Message[] } {
  const comment = fromComments(settings);
  const byDistance = inferLengthUnit(structures);
  if (given !== undefined) {
    const units = parseFileUnits(given) ?? refuse('n2p2.units', { file: settings.file.source.file, text: quoted(given) });
    const evidence = [comment.length, byDistance, comment.energy ?? fromTotalEnergies(settings, structures)].filter((each) => each !== null);
    const others = evidence.filter(({ unit }) => unit !== units.length && unit !== units.energy).map(({ unit, reason }) => `${unitNames[unit]} (${reason})`);
    return {
      units,
      notes: [
        message('n2p2.unitsGiven', { length: unitNames[units.length], energy: unitNames[units.energy] }),
        ...(others.length > 0 ? [message('n2p2.unitsDoubtful', { evidence: others.join(' and '), text: given })] : []),
      ],
    };
  }
  if (comment.length && byDistance && comment.length.unit !== byDistance.unit) {
    refuse('n2p2.unitsAmbiguous', { name, evidence: `its files: a comment says ${unitNames[comment.length.unit]}, the distances in its data say ${unitNames[byDistance.unit]}` });
  }
  const length = byDistance ?? comment.length ?? fromCutoff(settings);
  if (!length) {
    const largest = Math.max(...settings.functions.flat().map(({ cutoff }) => cutoff));
    refuse('n2p2.unitsAmbiguous', { name, evidence: `the largest cutoff, ${largest}, which is possible in Å and in bohr` });
  }
  const customary: EnergyUnit = length.unit === 'bohr' ? 'hartree' : 'ev';
  const energy = comment.energy ?? fromTotalEnergies(settings, structures) ?? { unit: customary, reason: `as usual with ${unitNames[length.unit]}` };
  return {
    units: { length: length.unit, energy: energy.unit },
    notes: [message('n2p2.unitsInferred', { length: unitNames[length.unit], lengthReason: length.reason, energy: unitNames[energy.unit], energyReason: energy.reason })],
  };
}
