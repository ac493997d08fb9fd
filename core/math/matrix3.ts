/** Row-major 3×3 matrices as 9 numbers. Every function returns a new array; nothing is changed in place. */

type Nine = ArrayLike<number>;
type Three = ArrayLike<number>;

export function identity3(): Float64Array {
  return Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
}

export function multiply3(a: Nine, b: Nine): Float64Array {
  const out = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      out[3 * i + j] = a[3 * i]! * b[j]! + a[3 * i + 1]! * b[3 + j]! + a[3 * i + 2]! * b[6 + j]!;
    }
  }
  return out;
}

export function transpose3(a: Nine): Float64Array {
  return Float64Array.of(a[0]!, a[3]!, a[6]!, a[1]!, a[4]!, a[7]!, a[2]!, a[5]!, a[8]!);
}

export function determinant3(a: Nine): number {
  return (
    a[0]! * (a[4]! * a[8]! - a[5]! * a[7]!) -
    a[1]! * (a[3]! * a[8]! - a[5]! * a[6]!) +
    a[2]! * (a[3]! * a[7]! - a[4]! * a[6]!)
  );
}

/** Throws where the determinant is exactly zero: callers check their cells before they come here. */
export function inverse3(a: Nine): Float64Array {
  const determinant = determinant3(a);
  if (determinant === 0) throw new Error('inverse3: the matrix is singular');
  return Float64Array.of(
    (a[4]! * a[8]! - a[5]! * a[7]!) / determinant,
    (a[2]! * a[7]! - a[1]! * a[8]!) / determinant,
    (a[1]! * a[5]! - a[2]! * a[4]!) / determinant,
    (a[5]! * a[6]! - a[3]! * a[8]!) / determinant,
    (a[0]! * a[8]! - a[2]! * a[6]!) / determinant,
    (a[2]! * a[3]! - a[0]! * a[5]!) / determinant,
    (a[3]! * a[7]! - a[4]! * a[6]!) / determinant,
    (a[1]! * a[6]! - a[0]! * a[7]!) / determinant,
    (a[0]! * a[4]! - a[1]! * a[3]!) / determinant,
  );
}

/** Column vector: M v. */
export function matrixTimesVector3(m: Nine, v: Three): Float64Array {
  return Float64Array.of(
    m[0]! * v[0]! + m[1]! * v[1]! + m[2]! * v[2]!,
    m[3]! * v[0]! + m[4]! * v[1]! + m[5]! * v[2]!,
    m[6]! * v[0]! + m[7]! * v[1]! + m[8]! * v[2]!,
  );
}

/** Row vector: v M, e.g. r = f · H. */
export function vectorTimesMatrix3(v: Three, m: Nine): Float64Array {
  return Float64Array.of(
    v[0]! * m[0]! + v[1]! * m[3]! + v[2]! * m[6]!,
    v[0]! * m[1]! + v[1]! * m[4]! + v[2]! * m[7]!,
    v[0]! * m[2]! + v[1]! * m[5]! + v[2]! * m[8]!,
  );
}

/** Rows are the reciprocal lattice vectors including 2π: b_i · a_j = 2π δ_ij. */
export function reciprocalCell(cell: Nine): Float64Array {
  return transpose3(inverse3(cell)).map((value) => 2 * Math.PI * value);
}

export function dot3(a: Three, b: Three): number {
  return a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
}

export function cross3(a: Three, b: Three): Float64Array {
  return Float64Array.of(a[1]! * b[2]! - a[2]! * b[1]!, a[2]! * b[0]! - a[0]! * b[2]!, a[0]! * b[1]! - a[1]! * b[0]!);
}

export function norm3(a: Three): number {
  return Math.hypot(a[0]!, a[1]!, a[2]!);
}
