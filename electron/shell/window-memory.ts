/** Where the window was, and what to do when it is closed during a run: kept for the next start. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../storage/atomic.ts';
import { readableJson } from '../storage/json.ts';

const rectangle = z.strictObject({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) });
export type Rectangle = z.infer<typeof rectangle>;

const memory = z.strictObject({
  schema: z.literal('phonolite-window/1'),
  bounds: rectangle.nullable(),
  maximized: z.boolean(),
  whenClosing: z.enum(['ask', 'go-on', 'stop']),
});
type Memory = z.infer<typeof memory>;

const fresh: Memory = { schema: 'phonolite-window/1', bounds: null, maximized: false, whenClosing: 'ask' };

export class WindowMemory {
  private readonly path: string;
  private current: Memory;

  /** A file that cannot be read costs no more than the place of a window. */
  constructor(path: string) {
    this.path = path;
    this.current = fresh;
    if (!existsSync(path)) return;
    try {
      this.current = memory.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch {
      // As on a first start.
    }
  }

  get value(): Memory {
    return this.current;
  }

  /** Resolves when it is on the disk; a place that cannot be kept is no reason to stop anybody. */
  async change(changes: Partial<Omit<Memory, 'schema'>>): Promise<void> {
    this.current = { ...this.current, ...changes };
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      await writeAtomic(this.path, readableJson(this.current));
    } catch {
      // The next change tries again.
    }
  }
}

/** What the window should show without scrolling on a usual screen (px). */
const usual = { width: 1280, height: 820 };
/** This much of the top edge must be on a screen, so that the window can be taken hold of (px). */
const grip = { width: 160, height: 40 };

/** `areas`: what screens offer to windows, the main one first. The remembered place where it can still be reached, else the middle of the main screen. */
export function placeFor(areas: readonly Rectangle[], remembered: Rectangle | null): Rectangle {
  const main = areas[0] ?? { x: 0, y: 0, ...usual };
  if (remembered) {
    const area = areas.find(({ x, y, width, height }) =>
      Math.min(remembered.x + remembered.width, x + width) - Math.max(remembered.x, x) >= grip.width &&
      remembered.y >= y && remembered.y + grip.height <= y + height);
    if (area) return { ...remembered, width: Math.min(remembered.width, area.width), height: Math.min(remembered.height, area.height) };
  }
  const [width, height] = [Math.min(remembered?.width ?? usual.width, main.width), Math.min(remembered?.height ?? usual.height, main.height)];
  return { x: main.x + Math.round((main.width - width) / 2), y: main.y + Math.round((main.height - height) / 2), width, height };
}
