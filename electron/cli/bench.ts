/** `phonolite bench`: the benchmarks of a checkout; an installed package does not carry them. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { refuse } from '../../core/contracts/messages.ts';
import { checkout } from '../services/layout.ts';

export function bench(names: readonly string[], json?: string): Promise<number> {
  const script = checkout === null ? null : join(checkout, 'test/benchmarks/bench.ts');
  if (script === null || !existsSync(script)) refuse('command.benchCheckout');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...names, ...(json === undefined ? [] : ['--json', json])], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => { resolve(code ?? 1); });
  });
}
