/** The kernels and bundles that tests use are built once, before the first test, where they are missing or stale. */
import { buildKernels } from '../scripts/build-kernels.ts';

export default async function setup(): Promise<void> {
  await buildKernels();
}
