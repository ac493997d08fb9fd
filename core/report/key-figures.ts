/** The few numbers by which a run is known in a list. */
import type { z } from 'zod';
import type { keyFigure } from '../contracts/project.ts';
import type { Nested, Quantity } from '../contracts/quantity.ts';
import type { Result } from '../contracts/results.ts';

type KeyFigure = z.infer<typeof keyFigure>;

/** K: where tables of thermal expansion are compared. */
const roomTemperature = 300;

/** Every finite number of a nested value. */
function numbersIn(value: Nested): number[] {
  if (Array.isArray(value)) return value.flatMap(numbersIn);
  return value === null ? [] : [value];
}

function at(values: Quantity, index: number): Quantity {
  const { uncertainty: _uncertainty, ...rest } = values;
  const value = Array.isArray(values.value) ? (values.value[index] ?? null) : null;
  return { ...rest, value };
}

export function keyFiguresOf(result: Result): KeyFigure[] {
  const { relaxation, elasticity, eos, phonons, expansion } = result;
  const bulk = elasticity?.hill.bulk ?? eos?.bulkModulus;
  const bands = phonons ? numbersIn(phonons.bands.frequencies.value) : [];
  const place = expansion && Array.isArray(expansion.temperatures.value) ? expansion.temperatures.value.indexOf(roomTemperature) : -1;
  return [
    ...(relaxation ? [{ name: 'lattice' as const, quantity: relaxation.lattice.lengths }] : []),
    ...(bulk ? [{ name: 'bulkModulus' as const, quantity: bulk }] : []),
    ...(phonons && bands.length > 0
      ? [
          { name: 'lowestFrequency' as const, quantity: { value: bands.reduce((low, value) => Math.min(low, value)), unit: 'THz' } },
          { name: 'highestFrequency' as const, quantity: { value: bands.reduce((high, value) => Math.max(high, value)), unit: 'THz' } },
        ]
      : []),
    ...(expansion && place >= 0 ? [{ name: 'alphaVolumetric' as const, quantity: at(expansion.alphaVolumetric, place) }] : []),
  ];
}

/** Names a crystal by its atoms and space group, for what belongs to all runs of it: `mg1o1-225`. Unique without regard to case. */
export function crystalKey(result: Result): string {
  const counts = new Map<string, number>();
  for (const symbol of result.material.species) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  const formula = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([symbol, count]) => symbol + String(count / result.material.formulaUnits)).join('');
  return `${formula.toLowerCase()}-${String((result.relaxation?.spaceGroup ?? result.material.spaceGroup).number)}`;
}
