import { referenceSolver, type HermitianSolver } from '../math/hermitian.ts';
import { kernelModule } from './kernels.ts';

interface HermitianKernel {
  readonly memory: WebAssembly.Memory;
  reserve(order: number): number;
  solve(vectors: number): number;
}

/**
 * The fastest solver that is loaded. The matrix is written straight into the solver's arrays, so that nothing is copied
 * or allocated per matrix; each solver has a memory of its own.
 */
export function hermitianSolver(order: number): HermitianSolver {
  const module = kernelModule('hermitian');
  if (module === null || order === 0) return referenceSolver(order);
  const kernel = new WebAssembly.Instance(module, {}).exports as unknown as HermitianKernel;
  const stride = order + (order & 1);
  // The kernel lays out: real, imaginary, vectorsReal, vectorsImaginary (order × stride each), values.
  const start = kernel.reserve(order);
  const plane = order * stride;
  const view = (index: number, length: number): Float64Array => new Float64Array(kernel.memory.buffer, start + 8 * plane * index, length);
  return {
    order,
    stride,
    real: view(0, plane),
    imaginary: view(1, plane),
    vectorsReal: view(2, plane),
    vectorsImaginary: view(3, plane),
    values: view(4, order),
    solve(vectors) {
      if (kernel.solve(vectors ? 1 : 0) !== 0) throw new Error('hermitianSolver: the QL iteration does not converge');
    },
  };
}
