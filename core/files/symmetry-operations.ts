/** A space-group operation on fractional coordinates: x' = W x + w. */
export interface Operation {
  /** 9 integers, row-major W. */
  readonly rotation: readonly number[];
  /** 3, w, between 0 and 1. */
  readonly translation: readonly number[];
}

const term = /([+-]?)(?:(\d*)\*?([xyz])|(\d+(?:\.\d*)?|\.\d+)(?:\/(\d+))?)/y;

/**
 * An operation as coordinates are written: `-x+1/2, y, z`, `1/2-X,Y,Z`, `x-y, x, z+0.3333`. Undefined for anything that is not three
 * sums of x, y, z with integer factors and a translation, or that is no unimodular matrix.
 */
export function parseOperation(text: string): Operation | undefined {
  if (text.length > 200) return undefined;
  const components = text.toLowerCase().replace(/\s/g, '').split(',');
  if (components.length !== 3) return undefined;
  const rotation = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  const translation = [0, 0, 0];
  for (const [row, component] of components.entries()) {
    if (component === '') return undefined;
    for (term.lastIndex = 0; term.lastIndex < component.length; ) {
      const isFirst = term.lastIndex === 0;
      const match = term.exec(component);
      if (!match || (!isFirst && match[1] === '')) return undefined;
      const sign = match[1] === '-' ? -1 : 1;
      if (match[3] !== undefined) rotation[3 * row + 'xyz'.indexOf(match[3])]! += sign * (match[2] === '' ? 1 : Number(match[2]));
      else if (match[5] === undefined) translation[row]! += sign * exactTranslation(match[4]!);
      else if (Number(match[5]) === 0) return undefined;
      else translation[row]! += (sign * Number(match[4])) / Number(match[5]);
    }
  }
  const [a, b, c, d, e, f, g, h, i] = rotation as [number, number, number, number, number, number, number, number, number];
  if (Math.abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)) !== 1) return undefined;
  return { rotation, translation: translation.map(wrapped) };
}

/** Translations of space groups are multiples of 1/24 at the finest: a decimal that is one, cut or rounded, means it. */
function exactTranslation(text: string): number {
  const value = Number(text);
  const unit = 10 ** -(text.split('.')[1]?.length ?? 0);
  const nearest = Math.round(value * 24) / 24;
  return unit < 0.02 && Math.abs(value - nearest) < unit ? nearest : value;
}

/** Into [0, 1); what is an integer up to rounding becomes 0. */
function wrapped(value: number): number {
  const fraction = value - Math.floor(value);
  return fraction > 1 - 1e-9 ? 0 : fraction;
}

/** Two operations that differ by a lattice translation are the same. Distinguishes translations down to 1e-4. */
function keyOf({ rotation, translation }: Operation): string {
  return `${rotation.join()} ${translation.map((w) => Math.round(w * 1e4) % 1e4).join()}`;
}

function product(first: Operation, second: Operation): Operation {
  const rotation: number[] = [];
  const translation: number[] = [];
  for (let i = 0; i < 3; i++) {
    const row = first.rotation.slice(3 * i, 3 * i + 3);
    for (let j = 0; j < 3; j++) rotation.push(row[0]! * second.rotation[j]! + row[1]! * second.rotation[3 + j]! + row[2]! * second.rotation[6 + j]!);
    translation.push(wrapped(first.translation[i]! + row[0]! * second.translation[0]! + row[1]! * second.translation[1]! + row[2]! * second.translation[2]!));
  }
  return { rotation, translation };
}

/** The operations without repetitions, in their order. */
export function distinctOperations(operations: readonly Operation[]): Operation[] {
  return [...new Map(operations.map((operation) => [keyOf(operation), operation])).values()];
}

/**
 * A product of two operations (their places in the list) that is not in the list; undefined where the list is a group modulo the lattice.
 * Only products with generators are formed: an operation is one where those before it do not make it.
 */
export function missingProduct(operations: readonly Operation[]): readonly [number, number] | undefined {
  const places = new Map(operations.map((operation, place) => [keyOf(operation), place]));
  const generators: number[] = [];
  const reached = new Set<number>();
  for (let next = 0; next < operations.length; next++) {
    if (reached.has(next)) continue;
    generators.push(next);
    reached.add(next);
    const open = [...reached];
    for (let first = open.pop(); first !== undefined; first = open.pop()) {
      for (const second of generators) {
        const place = places.get(keyOf(product(operations[first]!, operations[second]!)));
        if (place === undefined) return [first, second];
        if (reached.has(place)) continue;
        reached.add(place);
        open.push(place);
      }
    }
  }
  return undefined;
}

/** Order of the point group: how many different W there are. */
export function pointGroupOrder(operations: readonly Operation[]): number {
  return new Set(operations.map(({ rotation }) => rotation.join())).size;
}

const fractions: ReadonlyMap<number, string> = new Map(
  [24, 12, 8, 6, 4, 3, 2].flatMap((denominator) => Array.from({ length: denominator - 1 }, (_, k) => [Math.round(((k + 1) / denominator) * 1e9), `${k + 1}/${denominator}`] as const)),
);

/** `-x+1/2,y,z`: what `parseOperation` reads. */
export function formatOperation({ rotation, translation }: Operation): string {
  return [0, 1, 2].map((row) => {
    const terms = ['x', 'y', 'z'].map((name, column) => {
      const factor = rotation[3 * row + column]!;
      return factor === 0 ? '' : `${factor < 0 ? '-' : '+'}${Math.abs(factor) === 1 ? '' : Math.abs(factor)}${name}`;
    });
    const w = wrapped(translation[row]!);
    if (w > 1e-9) terms.push(`+${fractions.get(Math.round(w * 1e9)) ?? String(w)}`);
    return terms.join('').replace(/^\+/, '');
  }).join(',');
}
