/**
 * Eigenvalues and eigenvectors of a complex Hermitian matrix in f64x2 SIMD. Algorithm, layout and meaning: the plain
 * reference `core/math/hermitian.ts`. Real and imaginary parts lie in separate planes, so that complex products need no
 * shuffles; rows are an even number of doubles apart, so that every row starts on 16 bytes.
 */
import { at, put } from './shared/memory';

let order: i32 = 0;
let stride: i32 = 0;
/** Bytes from row to row. */
let pitch: usize = 0;
let real: usize = 0;
let imaginary: usize = 0;
let vectorsReal: usize = 0;
let vectorsImaginary: usize = 0;
let values: usize = 0;
let offDiagonal: usize = 0;
let phaseReal: usize = 0;
let phaseImaginary: usize = 0;
let scale: usize = 0;
let productReal: usize = 0;
let productImaginary: usize = 0;

const negligibleSquare: f64 = 1e-290;
// A coupling this small relative to the matrix is rounding: within a pair of equal values the iteration itself leaves a few
// units in the last place, so that one unit (2^−53) would never be reached.
const roundOff: f64 = 4.440892098500626e-16;
const maxIterations: i32 = 60;

/** Lays out the memory for matrices of this order and returns its start. Called once per instance. */
export function reserve(n: i32): usize {
  order = n;
  stride = n + (n & 1);
  pitch = <usize>stride << 3;
  const start = (__heap_base + 15) & ~15;
  const plane = pitch * <usize>n;
  real = start;
  imaginary = real + plane;
  vectorsReal = imaginary + plane;
  vectorsImaginary = vectorsReal + plane;
  values = vectorsImaginary + plane;
  offDiagonal = values + pitch;
  phaseReal = offDiagonal + pitch;
  phaseImaginary = phaseReal + pitch;
  scale = phaseImaginary + pitch;
  productReal = scale + pitch;
  productImaginary = productReal + pitch;
  const end = productImaginary + pitch;
  const pages = <i32>((end + 65535) >>> 16);
  if (pages > memory.size()) memory.grow(pages - memory.size());
  return start;
}

// @ts-ignore: decorator of AssemblyScript
@inline
function sum(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** product = B v for the leading k×k block B, of which the lower triangle is stored. */
function multiply(k: i32, vReal: usize, vImaginary: usize): void {
  memory.fill(productReal, 0, <usize>k << 3);
  memory.fill(productImaginary, 0, <usize>k << 3);
  let rowReal = real;
  let rowImaginary = imaginary;
  let r = 0;
  // Two rows at a time share the loads of v and the loads and stores of the product.
  for (; r + 1 < k; r += 2) {
    const nextReal = rowReal + pitch;
    const nextImaginary = rowImaginary + pitch;
    const v0r = at(vReal, r), v0i = at(vImaginary, r);
    const v1r = at(vReal, r + 1), v1i = at(vImaginary, r + 1);
    const w0r = f64x2.splat(v0r), w0i = f64x2.splat(v0i), w1r = f64x2.splat(v1r), w1i = f64x2.splat(v1i);
    let s0r = f64x2.splat(0), s0i = f64x2.splat(0), s1r = f64x2.splat(0), s1i = f64x2.splat(0);
    const end = <usize>r << 3;
    for (let c: usize = 0; c < end; c += 16) {
      const vr = v128.load(vReal + c), vi = v128.load(vImaginary + c);
      const ar = v128.load(rowReal + c), ai = v128.load(rowImaginary + c);
      const br = v128.load(nextReal + c), bi = v128.load(nextImaginary + c);
      s0r = f64x2.add(s0r, f64x2.sub(f64x2.mul(ar, vr), f64x2.mul(ai, vi)));
      s0i = f64x2.add(s0i, f64x2.add(f64x2.mul(ar, vi), f64x2.mul(ai, vr)));
      s1r = f64x2.add(s1r, f64x2.sub(f64x2.mul(br, vr), f64x2.mul(bi, vi)));
      s1i = f64x2.add(s1i, f64x2.add(f64x2.mul(br, vi), f64x2.mul(bi, vr)));
      const pr = f64x2.add(f64x2.add(f64x2.mul(ar, w0r), f64x2.mul(ai, w0i)), f64x2.add(f64x2.mul(br, w1r), f64x2.mul(bi, w1i)));
      const pi = f64x2.add(f64x2.sub(f64x2.mul(ar, w0i), f64x2.mul(ai, w0r)), f64x2.sub(f64x2.mul(br, w1i), f64x2.mul(bi, w1r)));
      v128.store(productReal + c, f64x2.add(v128.load(productReal + c), pr));
      v128.store(productImaginary + c, f64x2.add(v128.load(productImaginary + c), pi));
    }
    // The 2×2 block on the diagonal: B[r,r], B[r+1,r], B[r+1,r+1].
    const d0 = at(rowReal, r), d1 = at(nextReal, r + 1);
    const or = at(nextReal, r), oi = at(nextImaginary, r);
    put(productReal, r, sum(s0r) + d0 * v0r + (or * v1r + oi * v1i));
    put(productImaginary, r, sum(s0i) + d0 * v0i + (or * v1i - oi * v1r));
    put(productReal, r + 1, sum(s1r) + (or * v0r - oi * v0i) + d1 * v1r);
    put(productImaginary, r + 1, sum(s1i) + (or * v0i + oi * v0r) + d1 * v1i);
    rowReal = nextReal + pitch;
    rowImaginary = nextImaginary + pitch;
  }
  if (r < k) {
    const v0r = at(vReal, r), v0i = at(vImaginary, r);
    const w0r = f64x2.splat(v0r), w0i = f64x2.splat(v0i);
    let s0r = f64x2.splat(0), s0i = f64x2.splat(0);
    const end = <usize>r << 3;
    for (let c: usize = 0; c < end; c += 16) {
      const vr = v128.load(vReal + c), vi = v128.load(vImaginary + c);
      const ar = v128.load(rowReal + c), ai = v128.load(rowImaginary + c);
      s0r = f64x2.add(s0r, f64x2.sub(f64x2.mul(ar, vr), f64x2.mul(ai, vi)));
      s0i = f64x2.add(s0i, f64x2.add(f64x2.mul(ar, vi), f64x2.mul(ai, vr)));
      v128.store(productReal + c, f64x2.add(v128.load(productReal + c), f64x2.add(f64x2.mul(ar, w0r), f64x2.mul(ai, w0i))));
      v128.store(productImaginary + c, f64x2.add(v128.load(productImaginary + c), f64x2.sub(f64x2.mul(ar, w0i), f64x2.mul(ai, w0r))));
    }
    const d0 = at(rowReal, r);
    put(productReal, r, sum(s0r) + d0 * v0r);
    put(productImaginary, r, sum(s0i) + d0 * v0i);
  }
}

/** B −= v w† + w v† on the lower triangle of the leading k×k block; w is in `product`. Writes up to the next even column. */
function update(k: i32, vReal: usize, vImaginary: usize): void {
  let rowReal = real;
  let rowImaginary = imaginary;
  for (let r = 0; r < k; r++) {
    const vr = f64x2.splat(at(vReal, r)), vi = f64x2.splat(at(vImaginary, r));
    const wr = f64x2.splat(at(productReal, r)), wi = f64x2.splat(at(productImaginary, r));
    const end = <usize>(r + 1) << 3;
    for (let c: usize = 0; c < end; c += 16) {
      const pr = v128.load(productReal + c), pi = v128.load(productImaginary + c);
      const qr = v128.load(vReal + c), qi = v128.load(vImaginary + c);
      const dr = f64x2.add(f64x2.add(f64x2.mul(vr, pr), f64x2.mul(vi, pi)), f64x2.add(f64x2.mul(wr, qr), f64x2.mul(wi, qi)));
      const di = f64x2.add(f64x2.sub(f64x2.mul(vi, pr), f64x2.mul(vr, pi)), f64x2.sub(f64x2.mul(wi, qr), f64x2.mul(wr, qi)));
      v128.store(rowReal + c, f64x2.sub(v128.load(rowReal + c), dr));
      v128.store(rowImaginary + c, f64x2.sub(v128.load(rowImaginary + c), di));
    }
    rowReal += pitch;
    rowImaginary += pitch;
  }
}

function reduce(): void {
  for (let k = order - 1; k > 0; k--) {
    const vReal = real + pitch * <usize>k;
    const vImaginary = imaginary + pitch * <usize>k;
    put(values, k, at(vReal, k));
    let square: f64 = 0;
    for (let c = 0; c < k; c++) {
      const xr = at(vReal, c), xi = -at(vImaginary, c);
      put(vImaginary, c, xi);
      square += xr * xr + xi * xi;
    }
    if (square <= negligibleSquare) {
      put(offDiagonal, k - 1, 0);
      put(phaseReal, k, 1);
      put(phaseImaginary, k, 0);
      put(scale, k, 0);
      continue;
    }
    const xr = at(vReal, k - 1), xi = at(vImaginary, k - 1);
    const norm = Math.sqrt(square);
    const modulus = Math.sqrt(xr * xr + xi * xi);
    const ur: f64 = modulus > 0 ? xr / modulus : 1, ui: f64 = modulus > 0 ? xi / modulus : 0;
    put(offDiagonal, k - 1, norm);
    put(phaseReal, k, -ur);
    put(phaseImaginary, k, -ui);
    put(vReal, k - 1, xr + ur * norm);
    put(vImaginary, k - 1, xi + ui * norm);
    const h = square + modulus * norm;
    put(scale, k, h);
    multiply(k, vReal, vImaginary);
    let overlap: f64 = 0;
    for (let c = 0; c < k; c++) overlap += at(productReal, c) * at(vReal, c) + at(productImaginary, c) * at(vImaginary, c);
    const inverse = 1 / h;
    const half = 0.5 * overlap * inverse * inverse;
    for (let c = 0; c < k; c++) {
      put(productReal, c, at(productReal, c) * inverse - half * at(vReal, c));
      put(productImaginary, c, at(productImaginary, c) * inverse - half * at(vImaginary, c));
    }
    // `update` works in pairs of columns: what it adds beyond column r of row r is never read.
    put(productReal, k, 0);
    put(productImaginary, k, 0);
    update(k, vReal, vImaginary);
  }
  put(values, 0, at(real, 0));
  put(offDiagonal, order - 1, 0);
}

function size(): f64 {
  let largest: f64 = 0;
  for (let i = 0; i < order; i++) largest = Math.max(largest, Math.max(Math.abs(at(values, i)), Math.abs(at(offDiagonal, i))));
  return largest;
}

function tridiagonalValues(): i32 {
  const bound = roundOff * size();
  const limit = bound * bound;
  for (let i = 0; i < order; i++) put(offDiagonal, i, at(offDiagonal, i) * at(offDiagonal, i));
  for (let low = 0; low < order; low++) {
    for (let iteration = 0; ; iteration++) {
      let high = low;
      while (high < order - 1 && at(offDiagonal, high) > limit) high++;
      if (high === low) break;
      if (iteration === maxIterations) return 1;
      const root = Math.sqrt(at(offDiagonal, low));
      const ratio = (at(values, low + 1) - at(values, low)) / (2 * root);
      const length = Math.sqrt(ratio * ratio + 1);
      const shift = at(values, low) - root / (ratio + (ratio < 0 ? -length : length));
      let cosine: f64 = 1, sine: f64 = 0;
      let gamma = at(values, high) - shift;
      let p = gamma * gamma;
      for (let i = high - 1; i >= low; i--) {
        const square = at(offDiagonal, i);
        const r = p + square;
        put(offDiagonal, i + 1, sine * r);
        const before = cosine;
        const inverse = 1 / r;
        cosine = p * inverse;
        sine = square * inverse;
        const gammaBefore = gamma;
        const alpha = at(values, i);
        gamma = cosine * (alpha - shift) - sine * gammaBefore;
        put(values, i + 1, gammaBefore + (alpha - gamma));
        p = cosine !== 0 ? (gamma * gamma) / cosine : before * square;
      }
      put(offDiagonal, high, 0);
      put(offDiagonal, low, sine * p);
      put(values, low, shift + gamma);
    }
  }
  // Insertion: QL leaves the values almost in order.
  for (let i = 1; i < order; i++) {
    const value = at(values, i);
    let j = i - 1;
    while (j >= 0 && at(values, j) > value) {
      put(values, j + 1, at(values, j));
      j--;
    }
    put(values, j + 1, value);
  }
  return 0;
}

function tridiagonalVectors(): i32 {
  const limit = roundOff * size();
  for (let low = 0; low < order; low++) {
    for (let iteration = 0; ; iteration++) {
      let high = low;
      while (high < order - 1 && Math.abs(at(offDiagonal, high)) > limit) high++;
      if (high === low) break;
      if (iteration === maxIterations) return 1;
      const ratio = (at(values, low + 1) - at(values, low)) / (2 * at(offDiagonal, low));
      const length = Math.sqrt(ratio * ratio + 1);
      let g = at(values, high) - at(values, low) + at(offDiagonal, low) / (ratio + (ratio < 0 ? -length : length));
      let sine: f64 = 1, cosine: f64 = 1, correction: f64 = 0;
      let split = false;
      for (let i = high - 1; i >= low; i--) {
        const f = sine * at(offDiagonal, i);
        const b = cosine * at(offDiagonal, i);
        const r = Math.sqrt(f * f + g * g);
        put(offDiagonal, i + 1, r);
        if (r === 0) {
          put(values, i + 1, at(values, i + 1) - correction);
          split = true;
          break;
        }
        sine = f / r;
        cosine = g / r;
        g = at(values, i + 1) - correction;
        const t = (at(values, i) - g) * sine + 2 * cosine * b;
        correction = sine * t;
        put(values, i + 1, g + correction);
        g = cosine * t - b;
        const upper = vectorsReal + pitch * <usize>i;
        const lower = upper + pitch;
        const s = f64x2.splat(sine), c = f64x2.splat(cosine);
        for (let offset: usize = 0; offset < pitch; offset += 16) {
          const a = v128.load(upper + offset), z = v128.load(lower + offset);
          v128.store(lower + offset, f64x2.add(f64x2.mul(s, a), f64x2.mul(c, z)));
          v128.store(upper + offset, f64x2.sub(f64x2.mul(c, a), f64x2.mul(s, z)));
        }
      }
      put(offDiagonal, high, 0);
      if (!split) {
        put(values, low, at(values, low) - correction);
        put(offDiagonal, low, g);
      }
    }
  }
  for (let m = 0; m < order - 1; m++) {
    let smallest = m;
    for (let other = m + 1; other < order; other++) if (at(values, other) < at(values, smallest)) smallest = other;
    if (smallest === m) continue;
    const value = at(values, m);
    put(values, m, at(values, smallest));
    put(values, smallest, value);
    const first = vectorsReal + pitch * <usize>m;
    const second = vectorsReal + pitch * <usize>smallest;
    for (let offset: usize = 0; offset < pitch; offset += 16) {
      const a = v128.load(first + offset);
      v128.store(first + offset, v128.load(second + offset));
      v128.store(second + offset, a);
    }
  }
  return 0;
}

function transformBack(): void {
  let pr: f64 = 1, pi: f64 = 0;
  for (let k = 0; k < order; k++) {
    if (k > 0) {
      const tr = at(phaseReal, k), ti = -at(phaseImaginary, k);
      const next = pr * tr - pi * ti;
      pi = pr * ti + pi * tr;
      pr = next;
    }
    let cell = <usize>k << 3;
    for (let m = 0; m < order; m++) {
      const value = load<f64>(vectorsReal + cell);
      store<f64>(vectorsImaginary + cell, value * pi);
      store<f64>(vectorsReal + cell, value * pr);
      cell += pitch;
    }
  }
  for (let m = 0; m < order; m++) {
    const yReal = vectorsReal + pitch * <usize>m;
    const yImaginary = vectorsImaginary + pitch * <usize>m;
    for (let k = 1; k < order; k++) {
      const h = at(scale, k);
      if (h === 0) continue;
      const vReal = real + pitch * <usize>k;
      const vImaginary = imaginary + pitch * <usize>k;
      let accumulatedReal = f64x2.splat(0), accumulatedImaginary = f64x2.splat(0);
      const end = <usize>(k & ~1) << 3;
      for (let c: usize = 0; c < end; c += 16) {
        const vr = v128.load(vReal + c), vi = v128.load(vImaginary + c);
        const yr = v128.load(yReal + c), yi = v128.load(yImaginary + c);
        accumulatedReal = f64x2.add(accumulatedReal, f64x2.add(f64x2.mul(vr, yr), f64x2.mul(vi, yi)));
        accumulatedImaginary = f64x2.add(accumulatedImaginary, f64x2.sub(f64x2.mul(vr, yi), f64x2.mul(vi, yr)));
      }
      let sr = sum(accumulatedReal), si = sum(accumulatedImaginary);
      if (k & 1) {
        const vr = at(vReal, k - 1), vi = at(vImaginary, k - 1), yr = at(yReal, k - 1), yi = at(yImaginary, k - 1);
        sr += vr * yr + vi * yi;
        si += vr * yi - vi * yr;
      }
      sr /= h;
      si /= h;
      const tr = f64x2.splat(sr), ti = f64x2.splat(si);
      for (let c: usize = 0; c < end; c += 16) {
        const vr = v128.load(vReal + c), vi = v128.load(vImaginary + c);
        v128.store(yReal + c, f64x2.sub(v128.load(yReal + c), f64x2.sub(f64x2.mul(tr, vr), f64x2.mul(ti, vi))));
        v128.store(yImaginary + c, f64x2.sub(v128.load(yImaginary + c), f64x2.add(f64x2.mul(tr, vi), f64x2.mul(ti, vr))));
      }
      if (k & 1) {
        const vr = at(vReal, k - 1), vi = at(vImaginary, k - 1);
        put(yReal, k - 1, at(yReal, k - 1) - (sr * vr - si * vi));
        put(yImaginary, k - 1, at(yImaginary, k - 1) - (sr * vi + si * vr));
      }
    }
  }
}

/** 0 when done, 1 where the iteration does not converge. */
export function solve(vectors: i32): i32 {
  reduce();
  if (!vectors) return tridiagonalValues();
  memory.fill(vectorsReal, 0, pitch * <usize>order);
  for (let m = 0; m < order; m++) put(vectorsReal + pitch * <usize>m, m, 1);
  if (tridiagonalVectors()) return 1;
  transformBack();
  return 0;
}
