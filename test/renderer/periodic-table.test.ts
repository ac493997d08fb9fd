import { expect, test } from 'vitest';
import { elements } from '../../core/crystal/elements.ts';
import { neighbourIn, periodicTable } from '../../renderer/composables/periodic-table.ts';

const at = (symbol: string) => periodicTable.find((one) => one.symbol === symbol)!;

test('every element has one place, groups and periods are those of the table', () => {
  expect(periodicTable.map(({ symbol }) => symbol).toSorted()).toEqual(elements.map(({ symbol }) => symbol).toSorted());
  expect(new Set(periodicTable.map(({ row, column }) => `${String(row)} ${String(column)}`)).size).toBe(118);
  const group = (column: number): string[] => periodicTable.filter((one) => one.column === column && one.row <= 7).map(({ symbol }) => symbol);
  expect(group(1)).toEqual(['H', 'Li', 'Na', 'K', 'Rb', 'Cs', 'Fr']);
  expect(group(11)).toEqual(['Cu', 'Ag', 'Au', 'Rg']);
  expect(group(17)).toEqual(['F', 'Cl', 'Br', 'I', 'At', 'Ts']);
});

test('arrow keys reach every element from any other, and leave none by the edge', () => {
  expect(neighbourIn('right', at('Mg')).symbol).toBe('Al');
  expect(neighbourIn('up', at('Sc')).symbol).toBe('Sc');
  expect(neighbourIn('down', at('Ra')).symbol).toBe('Ra');
  expect(neighbourIn('down', at('Y')).symbol).toBe('La');
  expect(neighbourIn('left', at('H')).symbol).toBe('H');
  const reached = new Set(['H']);
  for (const symbol of reached) for (const direction of ['left', 'right', 'up', 'down'] as const) reached.add(neighbourIn(direction, at(symbol)).symbol);
  expect(reached.size).toBe(118);
});
