/** `weights.ZZZ.data`: the weights of one element's network, one per line. */
import { LineReader } from '../line-reader.ts';
import type { SourceText } from '../source-text.ts';
import { seventeenDigits } from './numbers.ts';

/** The numbers of a weights file, and what each line says about its place (n2p2; RuNNer says nothing). */
export interface WeightLines {
  readonly source: SourceText;
  readonly values: Float64Array;
  readonly lines: readonly { readonly offset: number; readonly words: readonly string[] }[];
}

export function readWeightLines(source: SourceText): WeightLines {
  const reader = new LineReader(source);
  const values: number[] = [];
  const lines: { offset: number; words: string[] }[] = [];
  while (reader.next()) {
    if (reader.count === 0 || reader.word(0).startsWith('#')) continue;
    values.push(reader.number(0, `weight ${values.length + 1}`));
    lines.push({ offset: reader.lineStart, words: Array.from({ length: reader.count - 1 }, (_, k) => reader.word(k + 1)) });
  }
  return { source, values: Float64Array.from(values), lines };
}

/** What n2p2 writes behind each weight: `a` index layer neuron layer neuron, or `b` index layer neuron. */
function* labelsOf(layers: readonly number[]): Generator<string[]> {
  let index = 1;
  for (let l = 1; l < layers.length; l++) {
    for (let j = 1; j <= layers[l - 1]!; j++) {
      for (let k = 1; k <= layers[l]!; k++) yield ['a', index++, l - 1, j, l, k].map(String);
    }
    for (let k = 1; k <= layers[l]!; k++) yield ['b', index++, l, k].map(String);
  }
}

/** Refuses a file whose own column of places contradicts the layers: same number of weights, another network. */
export function checkWeightLabels({ source, lines }: WeightLines, layers: readonly number[]): void {
  const labels = labelsOf(layers);
  for (const { offset, words } of lines) {
    const label = labels.next().value as string[];
    // The connection alone counts: some writers leave the running number out or start it anew.
    if (words.length < label.length) continue;
    const differs = label.some((word, k) => k !== 1 && words[k] !== word);
    if (differs) source.refuse('n2p2.weightPlace', offset, { found: words.slice(0, label.length).join(' '), expected: label.join(' '), layers: layers.join('-') });
  }
}

export function writeWeights(layers: readonly number[], weights: Float64Array): string {
  const labels = labelsOf(layers);
  const rows = Array.from(weights, (value) => `${seventeenDigits(value).padStart(24)} ${(labels.next().value as string[]).join(' ')}`);
  return `# weight or bias; a (weight) index layer neuron layer neuron, or b (bias) index layer neuron\n${rows.join('\n')}\n`;
}
