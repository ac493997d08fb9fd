import type { RunRequest } from '../contracts/request.ts';
import { propertyName, type PropertyName } from '../contracts/results.ts';

/** Each property needs those before it; relaxation is always made, because everything starts from the relaxed crystal. */
export function propertiesInOrder(wanted: readonly PropertyName[]): PropertyName[] {
  return propertyName.options.filter((name) => name === 'relaxation' || wanted.includes(name));
}

function pairs(record: Readonly<Record<string, string>>): string {
  const entries = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? 'none' : entries.map(([key, value]) => `${key}=${value}`).join(' ');
}

/** In words, the first thing in which two requests would compute different numbers; null where they are the same run. */
export function requestDifference(kept: RunRequest, asked: RunRequest): string | null {
  const { title: _kept, ...keptStructure } = kept.structure;
  const { title: _asked, ...askedStructure } = asked.structure;
  if (JSON.stringify(keptStructure) !== JSON.stringify(askedStructure)) {
    return `the structure there (${kept.structureName}, ${String(kept.structure.species.length)} atoms) is not the same as ${asked.structureName} (${String(asked.structure.species.length)} atoms)`;
  }
  if (kept.potential.hash !== asked.potential.hash) {
    return kept.potential.name === asked.potential.name
      ? `the files or units of the potential ${kept.potential.name} have changed since`
      : `it used the potential ${kept.potential.name}, not ${asked.potential.name}`;
  }
  if (kept.accuracy !== asked.accuracy) return `its accuracy is ${kept.accuracy}, not ${asked.accuracy}`;
  if (kept.properties.join() !== asked.properties.join()) return `its properties are ${kept.properties.join(', ')}, not ${asked.properties.join(', ')}`;
  if (pairs(kept.settings) !== pairs(asked.settings)) return `its --set values are ${pairs(kept.settings)}, not ${pairs(asked.settings)}`;
  return null;
}
