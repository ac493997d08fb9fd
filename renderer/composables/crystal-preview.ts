/** Small pictures of crystals, painted back to front on a plain canvas: a list of thousands needs no 3D context for any of them. */
import type { ShownCrystal } from '../../core/contracts/library.ts';
import { combine, crystalModel, type CrystalModel, type Vector } from './crystal-model.ts';
import { drawnElement } from './elements.ts';
import { geometryOfStructure } from './shown-crystal.ts';

/** Of the cell: more would be grains in so small a picture. */
export const mostPreviewAtoms = 300;

const unit = (a: Vector): Vector => {
  const length = Math.hypot(...a) || 1;
  return [a[0] / length, a[1] / length, a[2] / length];
};
const cross = (a: Vector, b: Vector): Vector => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** Right, up and towards the eye, as the large picture begins: a little from above and from the side. */
function viewOf({ axes }: CrystalModel): readonly [Vector, Vector, Vector] {
  const [a, b, c] = axes.map(unit) as [Vector, Vector, Vector];
  const eye = unit(combine([1, 0.42, 0.34], [a, b, c]));
  const right = unit(cross(c, eye));
  return [right, cross(eye, right), eye];
}

interface Painted {
  readonly depth: number;
  paint(context: CanvasRenderingContext2D): void;
}

export function paintPreview(canvas: HTMLCanvasElement, { structure }: ShownCrystal, line: string): void {
  const { cell, positions, species, conventional, periodic } = geometryOfStructure(structure);
  const model = crystalModel(cell, positions, species, conventional, 1, periodic);
  const context = canvas.getContext('2d');
  if (!context) return;
  const [right, up, eye] = viewOf(model);
  const scale = (0.5 * Math.min(canvas.width, canvas.height)) / (0.93 * model.extent + 0.6);
  const place = (at: Vector): readonly [x: number, y: number, depth: number] => {
    const from: Vector = [at[0] - model.centre[0], at[1] - model.centre[1], at[2] - model.centre[2]];
    return [canvas.width / 2 + scale * dot(from, right), canvas.height / 2 - scale * dot(from, up), dot(from, eye)];
  };
  const atoms = model.atoms.map(({ position, species: symbol }) => ({ at: place(position), colour: drawnElement(symbol).colour, radius: scale * (0.24 + 0.24 * drawnElement(symbol).radius) }));
  const parts: Painted[] = atoms.map(({ at: [x, y, depth], colour, radius }) => ({ depth, paint: () => { ball(context, x, y, radius, colour); } }));
  for (const [i, j] of model.bonds) {
    const [first, second] = [atoms[i]!, atoms[j]!];
    parts.push({ depth: (first.at[2] + second.at[2]) / 2, paint: () => { stick(context, first.at, second.at, Math.max(1, 0.13 * scale), '#8d99a8'); } });
  }
  if (periodic.some(Boolean)) {
    for (const [from, to] of edges) {
      const [start, end] = [place(combine(from, model.axes)), place(combine(to, model.axes))];
      parts.push({ depth: (start[2] + end[2]) / 2, paint: () => { stick(context, start, end, Math.max(1, canvas.width / 160), line); } });
    }
  }
  context.clearRect(0, 0, canvas.width, canvas.height);
  for (const part of parts.sort((a, b) => a.depth - b.depth)) part.paint(context);
}

const corners = [0, 1].flatMap((i) => [0, 1].flatMap((j) => [0, 1].map((k): Vector => [i, j, k])));
const edges = corners.flatMap((from) => [0, 1, 2].flatMap((axis) => (from[axis] === 0 ? [[from, from.map((value, k) => (k === axis ? 1 : value)) as unknown as Vector] as const] : [])));

function stick(context: CanvasRenderingContext2D, [x1, y1]: readonly number[], [x2, y2]: readonly number[], width: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(x1!, y1!);
  context.lineTo(x2!, y2!);
  context.stroke();
}

function ball(context: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: string): void {
  const light = context.createRadialGradient(x - 0.35 * radius, y - 0.4 * radius, 0.1 * radius, x, y, radius);
  light.addColorStop(0, '#ffffff');
  light.addColorStop(0.25, colour);
  light.addColorStop(1, colour);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = light;
  context.fill();
  context.strokeStyle = 'rgb(0 0 0 / 35%)';
  context.lineWidth = Math.max(0.75, radius / 14);
  context.stroke();
}
