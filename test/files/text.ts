import { Refusal } from '../../core/contracts/messages.ts';
import type { Message } from '../../core/contracts/quantity.ts';
import { readStructures } from '../../core/files/read-structures.ts';
import type { StructureFile } from '../../core/files/structure-file.ts';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export function read(text: string, name = 'file'): StructureFile {
  return readStructures(bytesOf(text), name);
}

/** The refusal of a text; anything else that it does is a failure. */
export function refusalOf(action: () => unknown): Message {
  try {
    action();
  } catch (error) {
    if (error instanceof Refusal) return error.detail;
    throw error;
  }
  throw new Error('expected a refusal, but nothing was refused');
}

export function refused(text: string, name = 'file'): Message {
  return refusalOf(() => read(text, name));
}

export function lines(...rows: string[]): string {
  return `${rows.join('\n')}\n`;
}
