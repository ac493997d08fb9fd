/** Where the elements stand in the periodic table of eighteen columns; lanthanoids and actinoids in rows of their own below. */
const rows = [
  'H . . . . . . . . . . . . . . . . He',
  'Li Be . . . . . . . . . . B C N O F Ne',
  'Na Mg . . . . . . . . . . Al Si P S Cl Ar',
  'K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr',
  'Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe',
  'Cs Ba * Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn',
  'Fr Ra * Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og',
  '. . La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu .',
  '. . Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr .',
];

export interface PlacedElement {
  readonly symbol: string;
  /** Counted from 1. */
  readonly row: number;
  readonly column: number;
}

export const periodicTable: readonly PlacedElement[] = rows.flatMap((line, row) => line.split(' ').flatMap((symbol, column) => (/[A-Z]/.test(symbol) ? [{ symbol, row: row + 1, column: column + 1 }] : [])));

/** The nearest element in a direction; the same one at the edge. */
export function neighbourIn(direction: 'left' | 'right' | 'up' | 'down', from: PlacedElement): PlacedElement {
  const sideways = direction === 'left' || direction === 'right';
  const sign = direction === 'left' || direction === 'up' ? -1 : 1;
  const ahead = periodicTable.filter(({ row, column }) => (sideways ? row === from.row && (column - from.column) * sign > 0 : column === from.column && (row - from.row) * sign > 0));
  const distance = ({ row, column }: PlacedElement): number => Math.abs(row - from.row) + Math.abs(column - from.column);
  return ahead.reduce((best, one) => (best === from || distance(one) < distance(best) ? one : best), from);
}
