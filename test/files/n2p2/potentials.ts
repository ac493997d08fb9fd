/** A small potential of two elements as files, made from a random network: what the tests of readers change and break. */
import { writeN2p2Potential, type NamedFile } from '../../../core/files/n2p2/folder.ts';
import type { NeuralDescription } from '../../../core/potential/neural.ts';
import { rattled, zincblende } from '../../potential/models.ts';
import { gaussianFunctions, randomNeural, type RandomNeural } from '../../potential/neural-models.ts';

export const crystal = rattled(zincblende(4.36, 'Si', 'C'), 0.1);

export function smallDescription(settings: Partial<RandomNeural> = {}): NeuralDescription {
  return randomNeural(crystal, { functions: gaussianFunctions, hidden: [3, 2], ...settings });
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

export function filesOf(description: NeuralDescription): NamedFile[] {
  return writeN2p2Potential(description).map(({ name, text }) => ({ name, bytes: encode(text) }));
}

/** The files with the text of one changed; a change that finds nothing to change is a mistake in the test. */
export function changed(files: readonly NamedFile[], name: string, change: (text: string) => string): NamedFile[] {
  return files.map((file) => {
    if (file.name !== name) return file;
    const text = new TextDecoder().decode(file.bytes), after = change(text);
    if (after === text) throw new Error(`nothing to change in ${name}`);
    return { name, bytes: encode(after) };
  });
}
