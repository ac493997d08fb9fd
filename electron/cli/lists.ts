/** `phonolite potentials` and `phonolite materials`: what comes with the program. */
import { loadCore } from '../../core/index.ts';
import { coreBytes } from '../services/layout.ts';
import { bundledMaterials, potentialList, readStructureInput } from '../services/library.ts';

interface Options {
  readonly json?: true;
}

/** Columns padded to their widest entry. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()}\n`).join('');
}

function print(options: Options, document: readonly object[], rows: readonly (readonly string[])[]): number {
  process.stdout.write(options.json ? `${JSON.stringify(document, null, 2)}\n` : table(rows));
  return 0;
}

export function potentials(options: Options): number {
  loadCore(coreBytes());
  const list = potentialList().map(({ name, file, card }) => ({ name, elements: card.elements, kind: card.kind, file }));
  return print(options, list, [['name', 'elements', 'kind'], ...list.map(({ name, elements, kind }) => [name, elements.join(' '), kind])]);
}

export function materials(options: Options): number {
  loadCore(coreBytes());
  const list = bundledMaterials().map(({ name, title, formula, file, potentials: suitable, note }) => {
    const species = readStructureInput(name).structures[0]?.species ?? [];
    return { name, title, formula, elements: [...new Set(species)], atoms: species.length, potentials: suitable, note, file };
  });
  return print(options, list, [
    ['name', 'formula', 'atoms', 'potentials', 'what it is'],
    ...list.map(({ name, formula, atoms, potentials: suitable, title }) => [name, formula, String(atoms), suitable.join(' ') || 'your own', title]),
  ]);
}
