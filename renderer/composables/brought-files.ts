/** From what a browser calls files (drops, pastes, choices, folders included) to names and bytes. */
import type { BroughtFile } from '../../core/contracts/library.ts';

async function read(file: File, name = file.webkitRelativePath === '' ? file.name : file.webkitRelativePath): Promise<BroughtFile> {
  return { name, bytes: new Uint8Array(await file.arrayBuffer()) };
}

export function readFiles(files: Iterable<File>): Promise<BroughtFile[]> {
  return Promise.all([...files].map((file) => read(file)));
}

/** Files below a dropped folder, with their relative names. */
async function readEntry(entry: FileSystemEntry): Promise<BroughtFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => { (entry as FileSystemFileEntry).file(resolve, reject); });
    return [await read(file, entry.fullPath.replace(/^\//, ''))];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside: FileSystemEntry[] = [];
  // A reader gives at most a hundred entries at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (some.length === 0) break;
    inside.push(...some);
  }
  return (await Promise.all(inside.map(readEntry))).flat();
}

/** Everything in a drop or a paste; pasted text becomes one file of that name. */
export async function readTransfer(transfer: DataTransfer, textName: string): Promise<BroughtFile[]> {
  const entries = [...transfer.items].map((item) => (item.kind === 'file' ? item.webkitGetAsEntry() : null)).filter((entry) => entry !== null);
  const [files, text] = [[...transfer.files], transfer.getData('text/plain')];
  if (entries.length > 0) return (await Promise.all(entries.map(readEntry))).flat();
  if (files.length > 0) return readFiles(files);
  return text.trim() === '' ? [] : [{ name: textName, bytes: new TextEncoder().encode(text) }];
}
