/** The field's own files that go into a run folder beside `result.json`. */
import { csvFilesOf } from '../report/csv.ts';
import { bandYaml, phonopyFiles } from '../files/phonopy.ts';
import { writeCif } from '../files/write-cif.ts';
import { writeExtendedXyz } from '../files/xyz.ts';
import type { Result } from '../contracts/results.ts';
import type { Potential } from '../potential/potential.ts';
import type { RunOutput } from './runner.ts';

export interface RunFile {
  /** Relative to the run folder, `/` between folders. */
  readonly name: string;
  readonly content: string | Uint8Array;
}

export function runFolderFiles(result: Result, { relaxed, phonons }: RunOutput, potential: Potential): RunFile[] {
  const { structure, symmetry } = relaxed.crystal;
  return [
    { name: 'relaxed.cif', content: writeCif(structure, symmetry) },
    { name: 'relaxed.extxyz', content: writeExtendedXyz([{ structure, labels: { energy: relaxed.energy } }]) },
    ...(phonons
      ? [
          { name: 'modes.bin', content: littleEndian(phonons.modes.data) },
          ...[
            ...phonopyFiles({ crystal: phonons.crystal, potential, forceConstants: phonons.forceConstants, creator: `Phonolite ${result.provenance.version}` }),
            bandYaml(phonons.crystal, phonons.result.bands),
          ].map(({ name, text }) => ({ name, content: text })),
          ...(phonons.distorted.length > 0 ? [{ name: 'distorted.extxyz', content: writeExtendedXyz(phonons.distorted.map((each) => ({ structure: each }))) }] : []),
        ]
      : []),
    ...[...csvFilesOf(result)].map(([name, content]) => ({ name: `tables/${name}`, content })),
  ];
}

/** f32 little-endian on any machine. */
function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => { view.setFloat32(4 * i, value, true); });
  return bytes;
}
