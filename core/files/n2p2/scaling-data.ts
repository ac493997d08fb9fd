/** `scaling.data`: what a training set covered, per element and symmetry function. */
import { refuse } from '../../contracts/messages.ts';
import type { DescriptorStatistics, ScalingMode } from '../../descriptors/scaling.ts';
import { LineReader } from '../line-reader.ts';
import type { SourceText } from '../source-text.ts';
import { seventeenDigits } from './numbers.ts';

/**
 * One row per function: element index, function index, minimum, maximum, mean and (n2p2) standard deviation. RuNNer ends
 * with a row of two numbers, the range of energies, which is not used. `counts`: functions per element.
 */
export function readScalingData(source: SourceText, elements: readonly string[], counts: readonly number[], mode: ScalingMode): DescriptorStatistics[] {
  const reader = new LineReader(source);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const places: number[][] = counts.map(() => []);
  const statistics = counts.map((count) => ({ minimum: new Float64Array(count), maximum: new Float64Array(count), mean: new Float64Array(count), deviation: new Float64Array(count) }));
  let withDeviation = true;
  let row = 0, e = 0, k = 0;
  while (reader.next()) {
    if (reader.count === 0 || reader.word(0).startsWith('#')) continue;
    if (reader.count === 2 && row === total) continue;
    if (row === total) reader.refuse('n2p2.scalingRows', 0, { expected: total, found: `more than ${total}` });
    while (k === counts[e]) {
      e++;
      k = 0;
    }
    if (reader.count < 5) refuse('n2p2.scalingRows', { place: source.place(reader.lineStart), expected: total, found: row });
    const element = reader.number(0, 'the index of an element'), index = reader.number(1, 'the index of a symmetry function');
    if (element !== e + 1 || index !== k + 1) {
      reader.refuse('n2p2.scalingIndex', 0, { found: `${element} ${index}`, element: elements[e]!, expected: `${e + 1} ${k + 1}` });
    }
    const own = statistics[e]!;
    own.minimum[k] = reader.number(2, 'the minimum');
    own.maximum[k] = reader.number(3, 'the maximum');
    own.mean[k] = reader.number(4, 'the mean');
    if (reader.count > 5) own.deviation[k] = reader.number(5, 'the standard deviation');
    else withDeviation = false;
    if (own.maximum[k]! < own.minimum[k]!) reader.refuse('n2p2.scalingRange', 3, { minimum: own.minimum[k]!, maximum: own.maximum[k]! });
    places[e]![k] = reader.lineStart;
    row++;
    k++;
  }
  if (row < total) refuse('n2p2.scalingRows', { place: source.place(source.text.length), expected: total, found: row });
  if (mode === 'deviation' && !withDeviation) refuse('n2p2.scalingDeviation', { file: source.file });
  if (mode !== 'none' && mode !== 'center') {
    statistics.forEach((own, at) => own.minimum.forEach((low, index) => {
      const width = mode === 'deviation' ? own.deviation[index]! : own.maximum[index]! - low;
      if (!(width > 0)) source.refuse('n2p2.zeroSpread', places[at]![index]!, { element: elements[at]!, index: index + 1, value: low });
    }));
  }
  return statistics.map((own) => ({ ...own, deviation: withDeviation ? own.deviation : null }));
}

export function writeScalingData(statistics: readonly DescriptorStatistics[]): string {
  const rows = statistics.flatMap(({ minimum, maximum, mean, deviation }, e) => Array.from(minimum, (low, k) => {
    const values = [low, maximum[k]!, mean[k]!, ...(deviation ? [deviation[k]!] : [])];
    return `${String(e + 1).padStart(10)} ${String(k + 1).padStart(10)} ${values.map((value) => seventeenDigits(value).padStart(24)).join(' ')}`;
  }));
  return `# element index, symmetry function index, minimum, maximum, mean, standard deviation\n${rows.join('\n')}\n`;
}
