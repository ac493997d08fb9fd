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

export { cutCell } from './crystal/cells.ts';
export { crystalFacts, toleranceScan } from './crystal/facts.ts';
export { prototypeCrystal, prototypes } from './crystal/prototypes.ts';
export { listedSymmetryOf } from './crystal/sites.ts';
export { worstState } from './convergence/verdict.ts';
export { selfCheck } from './device/self-check.ts';
export type { Result } from './contracts/results.ts';
export { recogniseData } from './files/n2p2/data.ts';
export { readStructures } from './files/read-structures.ts';
export { sourceText } from './files/source-text.ts';
export type { StructureFile } from './files/structure-file.ts';
export { writePoscar } from './files/poscar.ts';
export { writeCif } from './files/write-cif.ts';
export { writeExtendedXyz } from './files/xyz.ts';
export { kernelNames, type KernelBytes } from './kernels/kernels.ts';
export type { KernelModule, SharedKernel, Team } from './kernels/team.ts';
export { exportFormats, exportN2p2, exportNep, exportNeuralPotential } from './potential/export.ts';
export { fitByCard, fitOf, type Judgement, type Purpose } from './potential/fit.ts';
export { loadPotential } from './potential/load.ts';
export type { Potential } from './potential/potential.ts';
export { isSettingKey } from './properties/settings.ts';
export { csvFilesOf } from './report/csv.ts';
export { crystalKey, keyFiguresOf } from './report/key-figures.ts';
export { pointsPerSegment, reportDocumentOf, serialiseDocument, titleOf } from './report/document.ts';
export { Cancelled } from './runs/cancelled.ts';
export { checkElements, checkRequest } from './runs/check.ts';
export type { Speeds } from './runs/estimate.ts';
export { HostFailure } from './runs/host-failure.ts';
export { detailedPlan, planRun, type Measure, type PlanWish } from './runs/plan.ts';
export type { Probe } from './runs/probes.ts';
export { propertiesInOrder, requestDifference } from './runs/request.ts';
export { runFolderFiles } from './runs/run-folder-files.ts';
export { runProperties } from './runs/runner.ts';
export { runTask, type EvaluateResult } from './runs/task-kinds.ts';
export { potentialHash, structureHash, taskKey } from './runs/task-key.ts';
export type { Task, TaskKind, TaskResult, TaskStep, Tasks, Watch } from './runs/tasks.ts';
