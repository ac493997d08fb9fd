/** The only door of `core` for `electron/`. Contracts and units are imported from their own folders. */
import { loadSymmetry } from './crystal/symmetry.ts';
import { loadKernels, type KernelBytes } from './kernels/kernels.ts';
import { setTeam, type Team } from './kernels/team.ts';

/**
 * Hands `core` its WebAssembly pieces and, where there are any, threads that share the work of this one; once per process or
 * worker, and calling it again does no harm.
 */
export function loadCore({ symmetry, kernels, team = null }: { readonly symmetry: Uint8Array; readonly kernels: KernelBytes; readonly team?: Team | null }): void {
  loadSymmetry(symmetry);
  loadKernels(kernels);
  setTeam(team);
}

export { selfCheck } from './device/self-check.ts';
export type { Result } from './contracts/results.ts';
export { readStructures } from './files/read-structures.ts';
export type { StructureFile } from './files/structure-file.ts';
export { writeExtendedXyz } from './files/xyz.ts';
export { kernelNames, type KernelBytes } from './kernels/kernels.ts';
export type { KernelModule, SharedKernel, Team } from './kernels/team.ts';
export { exportFormats, exportN2p2, exportNep, exportNeuralPotential } from './potential/export.ts';
export { loadPotential } from './potential/load.ts';
export type { Potential } from './potential/potential.ts';
export { isSettingKey } from './properties/settings.ts';
export { csvFilesOf } from './report/csv.ts';
export { pointsPerSegment, reportDocumentOf, serialiseDocument } from './report/document.ts';
export { Cancelled } from './runs/cancelled.ts';
export { checkElements, checkRequest } from './runs/check.ts';
export { decodePlain, encodePlain } from './runs/codec.ts';
export { HostFailure } from './runs/host-failure.ts';
export { propertiesInOrder, requestDifference } from './runs/request.ts';
export { runFolderFiles } from './runs/run-folder-files.ts';
export { runProperties } from './runs/runner.ts';
export { runTask, type EvaluateResult } from './runs/task-kinds.ts';
export { potentialHash, taskKey } from './runs/task-key.ts';
export type { Task, TaskKind, TaskResult, Tasks } from './runs/tasks.ts';
