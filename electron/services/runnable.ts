import { accessSync, constants, statSync } from 'node:fs';

/** Whether this path is a file that may be started. */
export function runnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
