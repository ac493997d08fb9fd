/** Values of settings as they are typed: `1e-6`, `0,0,-1,0,0,0`. */
import type { SettingEntry } from '../../core/contracts/results.ts';

/** Below this, zeros behind the point are hard to count. */
const small = 2e-4;

const typed = (value: number): string => (value !== 0 && Math.abs(value) < small ? value.toExponential() : String(value));

export function textOf(value: SettingEntry['value']): string {
  return Array.isArray(value) ? value.map(typed).join(',') : typeof value === 'number' ? typed(value) : String(value);
}
