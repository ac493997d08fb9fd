/** `phonolite doctor`: what this machine offers, and whether the physics on it gives the numbers it must. */
import { availableParallelism, cpus, totalmem } from 'node:os';
import { loadCore, selfCheck } from '../../core/index.ts';
import { findBrowser } from '../services/browser.ts';
import { checkout, coreBytes, program, resources, version } from '../services/layout.ts';
import { bundledMaterials, bundledPotentials } from '../services/library.ts';
import { coreVersion } from '../engine/core-version.ts';
import { table } from './lists.ts';

export function doctor(options: { readonly json?: true }): number {
  const bytes = coreBytes();
  loadCore(bytes);
  const began = performance.now();
  const checks = selfCheck();
  const browser = findBrowser();
  const facts = {
    version,
    core: coreVersion(),
    node: process.versions.node,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: Math.round(totalmem() / 2 ** 20),
    kernels: Object.keys(bytes.kernels),
    gpu: null,
    browser,
    program,
    resources,
    checkout,
    potentials: bundledPotentials().length,
    materials: bundledMaterials().length,
    selfCheck: { seconds: (performance.now() - began) / 1000, checks },
  };
  const passed = checks.every((check) => check.passed);
  if (options.json) process.stdout.write(`${JSON.stringify(facts, null, 2)}\n`);
  else {
    process.stdout.write(table([
      ['Phonolite', `${version} (${program})`],
      ['Node', `${facts.node}, V8 ${facts.v8}`],
      ['machine', `${facts.platform}, ${facts.processor}, ${String(facts.cores)} cores, ${String(facts.memory)} MiB`],
      ['kernels', `WebAssembly: ${facts.kernels.join(', ')}`],
      ['GPU', 'none is used: analytic potentials run on the processor'],
      ['PDF reports', browser ?? 'no Chromium or Chrome was found; HTML reports and CSV need none'],
      ['library', `${String(facts.potentials)} potentials, ${String(facts.materials)} materials (${resources})`],
      ...checks.map((check) => [check.passed ? 'passed' : 'FAILED', check.message.sentence]),
    ]));
  }
  return passed ? 0 : 1;
}
