import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvFields, csvOf } from '../../core/contracts/table.ts';
import { csvFilesOf, tablesOf } from '../../core/report/csv.ts';
import { chainModes, chainResult } from './chain-result.ts';

test('any text and number comes back from CSV as it was written', () => {
  const value = fc.oneof(fc.string({ unit: 'binary' }).filter((text) => text !== ''), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null));
  fc.assert(fc.property(fc.integer({ min: 1, max: 5 }).chain((width) => fc.array(fc.array(value, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 })), (rows) => {
    const columns = rows[0]!.map((_, k) => ({ title: `column ${String(k)}`, unit: k === 0 ? 'GPa' : '' }));
    const [header, ...lines] = csvFields(csvOf({ name: 'table', columns, rows }));
    expect(header?.[0]).toBe('column 0 (GPa)');
    // A line that holds one empty field cannot be told from an empty line in any CSV.
    const expected = rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell))));
    expect(lines).toEqual(expected);
  }));
});

test('every table of a result is rectangular and has a head', () => {
  const tables = tablesOf(chainResult().result);
  expect(new Set(tables.map(({ name }) => name)).size).toBe(tables.length);
  for (const { name, columns, rows } of tables) {
    expect(name).toMatch(/^[a-z-]+$/);
    for (const row of rows) expect(row).toHaveLength(columns.length);
  }
});

test('numbers are written in full precision, with their unit in the header', () => {
  const files = csvFilesOf(chainResult().result);
  const bands = csvFields(files.get('phonons-bands.csv')!);
  expect(bands[0]?.slice(0, 6)).toEqual(['segment', 'q1', 'q2', 'q3', 'distance (rad/Å)', 'mode 1 (THz)']);
  expect(bands).toHaveLength(1 + 2 * 11);
  expect(Number(bands[1 + 4]![5 + 5])).toBe(chainModes(0.2)[1].frequency);
  const relaxation = csvFields(files.get('relaxation.csv')!);
  expect(relaxation[1]).toEqual(['energy', String(-1 / 3), '0.000001', '', 'eV', 'cell', '']);
});

test('the spread of a committee has its own columns', () => {
  const { result } = chainResult();
  const positions = { ...result.relaxation!.positions, uncertainty: { committee: [[0.1, 0.2, 0.3], [0, 0, 0]] } };
  const file = csvFields(csvFilesOf({ ...result, relaxation: { ...result.relaxation!, positions } }).get('relaxation-positions.csv')!);
  expect(file[0]).toEqual(['element', ...['x', 'y', 'z'].map((axis) => `position ${axis} (Å)`), ...['x', 'y', 'z'].map((axis) => `committee spread of position ${axis} (Å)`)]);
  expect(file[1]).toEqual(['Mg', '0', '0', '0', '0.1', '0.2', '0.3']);
});
