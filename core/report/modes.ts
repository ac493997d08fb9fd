/** Eigenvectors for the moving crystal of a report: int16 and, where the file would grow too large, every n-th point. */
import type { ReportModes } from '../contracts/report.ts';
import { encodeBase64 } from '../files/base64.ts';

/** Characters of base64 that the modes may take in a report. */
export const modesBudget = 2_000_000;

const fullScale = 32767;
/** Every `step`-th point of each segment and always its last one, as indices into the flat list of points. */
function everyNth(segments: readonly number[], step: number): number[] {
  const kept: number[] = [];
  let first = 0;
  for (const length of segments) {
    for (let i = 0; i < length - 1; i += step) kept.push(first + i);
    if (length > 0) kept.push(first + length - 1);
    first += length;
  }
  return kept;
}

/** As many of the candidates as fit, evenly chosen. */
function evenly(candidates: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, i) => candidates[Math.floor((i * candidates.length) / count)]!);
}

/**
 * @param eigenvectors [point][mode][atom][xyz][re, im], each mode of norm 1, as in `modes.bin`
 * @param segments points of each segment of the path
 */
export function reportModesOf(eigenvectors: Float32Array, segments: readonly number[], atoms: number, budget = modesBudget): ReportModes {
  const modes = 3 * atoms;
  const numbersPerPoint = modes * atoms * 6;
  const points = segments.reduce((sum, length) => sum + length, 0);
  if (eigenvectors.length !== points * numbersPerPoint) {
    throw new Error(`eigenvectors hold ${String(eigenvectors.length)} numbers, not ${String(points * numbersPerPoint)}`);
  }
  // Four characters carry three bytes.
  const affordable = Math.floor(((budget * 3) / 4) / (numbersPerPoint * 2));
  const longest = Math.max(0, ...segments);
  let step = 1;
  let kept = everyNth(segments, step);
  while (kept.length > affordable && step < longest) {
    step += 1;
    kept = everyNth(segments, step);
  }
  const tooMany = kept.length > affordable;
  if (tooMany) kept = evenly(kept, affordable);

  const scaled = new DataView(new ArrayBuffer(kept.length * numbersPerPoint * 2));
  for (const [k, point] of kept.entries()) {
    for (let i = 0; i < numbersPerPoint; i += 1) {
      const value = Math.round(eigenvectors[point * numbersPerPoint + i]! * fullScale);
      scaled.setInt16((k * numbersPerPoint + i) * 2, Math.max(-fullScale, Math.min(fullScale, value)), true);
    }
  }
  const thinning =
    kept.length === points
      ? null
      : `Displacement patterns of ${String(kept.length)} of the ${String(points)} wave vectors of the path are kept, to hold this file below 5 MB; a click shows the nearest of them. The run folder has all in modes.bin.`;
  return { points: kept, modes, atoms, data: encodeBase64(new Uint8Array(scaled.buffer)), thinning };
}
