/** Gauss-Legendre nodes and weights on [−1, 1], exact for polynomials up to degree 2n − 1, ascending. */
export function gaussLegendre(n: number): { readonly nodes: Float64Array; readonly weights: Float64Array } {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    // Newton on P_n from Tricomi's estimate of the root (Abramowitz & Stegun 22.16.6): four steps reach rounding.
    let x = -Math.cos((Math.PI * (k + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let step = 0; step < 6; step++) {
      let last = 1, value = x;
      for (let m = 2; m <= n; m++) [last, value] = [value, ((2 * m - 1) * x * value - (m - 1) * last) / m];
      slope = (n * (x * value - last)) / (x * x - 1);
      x -= value / slope;
    }
    nodes[k] = x;
    weights[k] = 2 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}
