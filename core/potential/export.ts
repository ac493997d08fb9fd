/** Potentials of networks as files: for n2p2 and RuNNer, with what LAMMPS needs to use them, and Phonolite's own. */
import type { PotentialSource } from '../contracts/card.ts';
import { message, refuse } from '../contracts/messages.ts';
import type { Message } from '../contracts/quantity.ts';
import { atomicMass } from '../crystal/elements.ts';
import { writeN2p2Potential, type TextFile } from '../files/n2p2/folder.ts';
import { readNep, recogniseNep, writeNep } from '../files/nep.ts';
import { writeNeuralPotential } from '../files/neural-potential.ts';
import { sourceText } from '../files/source-text.ts';
import { angstromPer, electronvoltPer } from '../units/file-units.ts';
import { loadPotential } from './load.ts';
import { isCharged } from './neural-4g.ts';
import { descriptionsOf, type NeuralSource } from './neural-model.ts';
import { readNeural } from './neural-source.ts';
import { cutoffOf, type NeuralBasis } from './neural.ts';

export const exportFormats = ['n2p2', 'phonolite', 'nep'] as const;

export interface ExportedFiles {
  /** Names with folders in them: one folder for each member of a committee. */
  readonly files: readonly TextFile[];
  /** What could not be written. */
  readonly notes: readonly Message[];
}

function networksOf(source: PotentialSource, format: string): NeuralSource {
  const read = readNeural(source);
  if (read) return read;
  const { name, kind } = loadPotential(source).card;
  return refuse('export.kind', { name, kind, format });
}

/** Every number with 17 significant digits or in its shortest exact form: read back, the energies are the same to the bit. */
export function exportN2p2(source: PotentialSource): ExportedFiles {
  const { model, card, kept } = networksOf(source, 'the n2p2 format');
  const descriptions = descriptionsOf(model);
  const charged = descriptions.some(isCharged);
  const files = descriptions.flatMap((description, k) => {
    const own = [...writeN2p2Potential(description, kept?.[k]), ...(charged ? [] : [{ name: 'lammps.in', text: lammpsInput(model.basis, card.name) }])];
    return descriptions.length === 1 ? own : own.map((file) => ({ ...file, name: `${k + 1}/${file.name}` }));
  });
  return { files, notes: charged ? [message('export.lammpsCharges', {})] : [] };
}

/** The text of Phonolite's own file. `name`: by which it will be known. */
export function exportNeuralPotential(source: PotentialSource, name: string): string {
  const { model, card } = networksOf(source, 'this file');
  return writeNeuralPotential({ card: { ...card, name }, model });
}

/** The text of a `nep.txt` with every number kept, its header in the form that most programs read. */
export function exportNep(source: PotentialSource): string {
  const text = source.files[0] && sourceText(source.files[0].bytes, source.files[0].name);
  if (text && recogniseNep(text)) return writeNep(readNep(text));
  const { name, kind } = loadPotential(source).card;
  return refuse('export.nepKind', { name, kind });
}

/**
 * LAMMPS commands (pair style hdnnp of the package ML-HDNNP): the cutoff in LAMMPS' unit, not smaller than the potential's,
 * and the factors that carry Å and eV (`units metal`) to the units of the potential's files.
 */
function lammpsInput(basis: NeuralBasis, name: string): string {
  const { elements, units } = basis;
  const cutoff = Math.ceil(cutoffOf(basis) * 1e6) / 1e6;
  return [
    `# ${name.replace(/\s+/g, ' ')}: commands for LAMMPS, after the box is defined. Needs "units metal" and the package ML-HDNNP.`,
    `# Atom types in this order: ${elements.map((element, e) => `${e + 1} ${element}`).join(', ')}. "dir" is relative to where LAMMPS is started.`,
    '# Environments outside the training set are counted every 1000 steps; more than 1000 of them end the run.',
    ...elements.map((element, e) => `mass ${e + 1} ${atomicMass(element)}`),
    `pair_style hdnnp ${cutoff} dir "./" showew no showewsum 1000 maxew 1000 resetew no cflength ${1 / angstromPer[units.length]} cfenergy ${1 / electronvoltPer[units.energy]}`,
    `pair_coeff * * ${elements.join(' ')}`,
    '',
  ].join('\n');
}
