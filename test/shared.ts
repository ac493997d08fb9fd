/** Reference results and data of other programs, which lie beside the checkout and are not part of it. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

const root = fileURLToPath(new URL('../../shared', import.meta.url));

/** Absolute path of a file or folder below `shared`. */
export function shared(path: string): string {
  return `${root}/${path}`;
}

/** Whether a missing prerequisite is a failure (continuous integration) or a skip with a printed reason (elsewhere). */
export const strictEnvironment = process.env['CI'] === 'true';

/**
 * `describe` for tests that need something which a bare machine may lack. Where it is missing the block is skipped and
 * says why; in continuous integration it fails instead, so that nothing is skipped there unseen.
 */
export function describeWith(available: boolean, reason: string, name: string, body: () => void): void {
  if (available || strictEnvironment) {
    describe(name, body);
  } else {
    console.warn(`skipped: ${name} (${reason})`);
    describe.skip(name, body);
  }
}

/** `describe` for tests against the references in `../shared`. */
export function describeWithShared(name: string, body: () => void): void {
  describeWith(existsSync(root), 'the folder ../shared with reference results is missing', name, body);
}
