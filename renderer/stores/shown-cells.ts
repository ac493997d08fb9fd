/** Conventional cells of crystals for their small pictures, asked for once as long as they are not many. */
import type { MaterialSummary, ShownCrystal } from '../../core/contracts/library.ts';
import type { Api } from '../bridge/api.ts';

const kept = new Map<string, Promise<ShownCrystal | null>>();
const mostKept = 400;

/** Null where it cannot be had; the list says everything else. */
export function shownCell(api: Api, { id, hash, spaceGroup }: Pick<MaterialSummary, 'id' | 'hash' | 'spaceGroup'>): Promise<ShownCrystal | null> {
  const known = kept.get(hash);
  if (known) {
    // The latest come last, so that the oldest is let go first.
    kept.delete(hash);
    kept.set(hash, known);
    return known;
  }
  const asked = api.call('materials.show', { id, choice: { cell: spaceGroup ? 'conventional' : 'input', repeat: [1, 1, 1], tolerance: spaceGroup?.tolerance ?? 1e-4 } }).catch(() => {
    kept.delete(hash);
    return null;
  });
  kept.set(hash, asked);
  if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
  return asked;
}
