/** What a benchmark prints and writes: plain tables of our figure beside another program's. */
export interface Row {
  readonly name: string;
  readonly ours: number;
  /** The same work by another program, same unit; null where it was not measured. */
  readonly theirs: number | null;
  readonly unit: string;
  /** What exactly either side did, where the name does not say it. */
  readonly measured?: string;
}

export interface Section {
  readonly title: string;
  /** The other program, as a column head: `phonopy`. */
  readonly other: string;
  readonly rows: readonly Row[];
  /** What was compared, where figures come from, and how far the results of both sides agree. */
  readonly notes: readonly string[];
}

export const ratioOf = ({ ours, theirs }: Row): number | null => (theirs === null || theirs === 0 ? null : ours / theirs);

const figure = (value: number | null): string => (value === null ? '–' : value === 0 ? '0' : value.toPrecision(3));

/** The section as lines of text; a ratio below 1 means that ours is faster. */
export function linesOf({ title, other, rows, notes }: Section): string[] {
  const table = [
    ['', 'ours', other, 'ours / theirs', 'unit', 'measured'],
    ...rows.map((row) => [row.name, figure(row.ours), figure(row.theirs), figure(ratioOf(row)), row.unit, row.measured ?? '']),
  ];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((cells) => [...cells[column]!].length)));
  const lines = table.map((cells) => cells.map((cell, column) => (column > 0 && column < 4 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join('  ').trimEnd());
  return [title, '='.repeat([...title].length), ...lines, ...notes.map((note) => `* ${note}`), ''];
}
