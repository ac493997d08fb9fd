/** The crystal on a stage: atoms, bonds, cell and arrows as instances, drawn the more simply the more there are. */
import {
  BackSide, BufferGeometry, Color, ConeGeometry, CylinderGeometry, DynamicDrawUsage, Float32BufferAttribute, InstancedMesh, LineBasicMaterial, LineSegments,
  Matrix4, MeshBasicMaterial, MeshStandardMaterial, Quaternion, Sphere, SphereGeometry, Vector3, Vector4, type BufferGeometry as Geometry, type Camera, type Group, type Material,
} from 'three';
import { combine, type CrystalModel, type Vector } from './crystal-model.ts';
import { drawnElement } from './elements.ts';
import type { Look } from './look.ts';
import { sphereDiscs } from './sphere-discs.ts';
import { clear } from './stage.ts';

const upwards = new Vector3(0, 1, 0);

export interface CrystalScene {
  /** @param displacements [atom·3] Å; @param arrows [atom·3] Å vectors drawn from the rest position, or null */
  update(displacements: Float32Array | null, arrows: Float32Array | null): void;
  /** Shows which atoms were chosen, joined in their order. */
  mark(chosen: readonly number[]): void;
  /** Where an atom is drawn, and how large. */
  sphereOf(atom: number): { readonly at: Vector3; readonly radius: number };
  /** Leaves out, as long as the crystal is being turned, what takes longest and is seen least. */
  simplify(turning: boolean): void;
  /** The atom in front at a place of the picture, from −1 to 1 in both directions; null where there is none. */
  atomAt(camera: Camera, x: number, y: number): number | null;
}

export interface Drawing {
  readonly bonds: boolean;
  readonly cell: boolean;
  /** Cells along each axis whose edges are drawn. */
  readonly divisions: readonly [number, number, number];
  /** Colour of each atom of the cell; null: that of its element. */
  readonly colours: readonly string[] | null;
  /** Whether the picture is sampled several times per pixel. */
  readonly smooth: boolean;
}

/**
 * Atoms up to here are meshes, finer the fewer they are; more of them are discs that look round. Halves of bonds are
 * cylinders, then prisms, then lines. At each step a frame takes a renderer in software some 50 ms on an idle core.
 */
const finest = 200, meshes = 600;
const roundBonds = 2000, solidBonds = 8000;

const radiusOf = (species: string): number => 0.2 + 0.22 * drawnElement(species).radius;

function instances(geometry: Geometry, material: Material, colours: readonly string[], group: Group): InstancedMesh {
  const mesh = new InstancedMesh(geometry, material, Math.max(1, colours.length));
  mesh.instanceMatrix.setUsage(DynamicDrawUsage);
  mesh.frustumCulled = false;
  const known = new Map<string, Color>();
  for (const [i, text] of colours.entries()) {
    let colour = known.get(text);
    if (!colour) known.set(text, colour = new Color(text));
    mesh.setColorAt(i, colour);
  }
  mesh.count = colours.length;
  group.add(mesh);
  return mesh;
}
const solid = (roughness: number): MeshStandardMaterial => new MeshStandardMaterial({ roughness, metalness: 0 });

function lines(points: readonly number[], material: LineBasicMaterial): LineSegments {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new Float32BufferAttribute(points, 3));
  return new LineSegments(geometry, material);
}

/** Edges of every cell of the block, relative to its centre. */
function cellEdges(model: CrystalModel, repeats: number, [n, m, l]: readonly [number, number, number], colour: string): LineSegments {
  const points: number[] = [];
  const at = (i: number, j: number, k: number): Vector => combine([(i * repeats) / n, (j * repeats) / m, (k * repeats) / l], model.axes);
  const push = (from: Vector, to: Vector): void => {
    points.push(...from.map((part, k) => part - model.centre[k]!), ...to.map((part, k) => part - model.centre[k]!));
  };
  for (let i = 0; i <= n; i += 1) for (let j = 0; j <= m; j += 1) push(at(i, j, 0), at(i, j, l));
  for (let i = 0; i <= n; i += 1) for (let k = 0; k <= l; k += 1) push(at(i, 0, k), at(i, m, k));
  for (let j = 0; j <= m; j += 1) for (let k = 0; k <= l; k += 1) push(at(0, j, k), at(n, j, k));
  return lines(points, new LineBasicMaterial({ color: colour }));
}

export function buildCrystal(group: Group, model: CrystalModel, repeats: number, look: Look, drawing: Drawing = { bonds: true, cell: true, divisions: [repeats, repeats, repeats], colours: null, smooth: true }): CrystalScene {
  clear(group);
  const { atoms } = model;
  const bonds = drawing.bonds ? model.bonds : [];
  const radii = Float32Array.from(atoms, ({ species }) => radiusOf(species));
  const colours = atoms.map(({ species, atom }) => drawing.colours?.[atom] ?? drawnElement(species).colour);
  const discs = atoms.length > meshes ? sphereDiscs(radii, colours, drawing.smooth) : null;
  if (discs) group.add(discs.mesh);
  const spheres = discs ? null : instances(atoms.length > finest ? new SphereGeometry(1, 16, 12) : new SphereGeometry(1, 28, 20), solid(0.45), colours, group);
  // Each half of a bond has the colour of its atom.
  const halves = bonds.flatMap(([i, j]) => [colours[i]!, colours[j]!]);
  const asLines = halves.length > solidBonds;
  const sticks = asLines ? null : instances(halves.length > roundBonds ? new CylinderGeometry(0.07, 0.07, 1, 5, 1, true) : new CylinderGeometry(0.07, 0.07, 1, 12, 1), solid(0.6), halves, group);
  const threads = asLines ? coloured(lines(Array.from({ length: 6 * halves.length }, () => 0), new LineBasicMaterial({ vertexColors: true })), halves) : null;
  if (threads) {
    // Known beforehand; counting it from all ends takes longer than drawing them.
    threads.geometry.boundingSphere = new Sphere(new Vector3(), model.extent);
    group.add(threads);
  }
  if (drawing.cell) group.add(cellEdges(model, repeats, drawing.divisions, look.dark ? '#8d99a8' : '#7a8594'));
  let arrowParts: { readonly shafts: InstancedMesh; readonly heads: InstancedMesh } | null = null;

  const matrix = new Matrix4();
  const turn = new Quaternion();
  const places = new Float32Array(3 * atoms.length);
  const [from, along, middle, size, half, start, end, tip, neck, still] = Array.from({ length: 10 }, () => new Vector3()) as [Vector3, Vector3, Vector3, Vector3, Vector3, Vector3, Vector3, Vector3, Vector3, Vector3];
  const straight = new Quaternion();
  const rod = (mesh: InstancedMesh, index: number, first: Vector3, last: Vector3): void => {
    along.subVectors(last, first);
    const length = along.length();
    turn.setFromUnitVectors(upwards, length > 0 ? along.divideScalar(length) : upwards);
    matrix.compose(middle.addVectors(first, last).multiplyScalar(0.5), turn, size.set(1, length, 1));
    mesh.setMatrixAt(index, matrix);
  };
  const drawArrows = (arrows: Float32Array): void => {
    const colour = atoms.map(() => (look.dark ? '#ffd166' : '#8a1538'));
    arrowParts ??= { shafts: instances(new CylinderGeometry(0.055, 0.055, 1, 10, 1), solid(0.7), colour, group), heads: instances(new ConeGeometry(0.15, 1, 14, 1), solid(0.7), colour, group) };
    const { shafts, heads } = arrowParts;
    for (const [i, { position }] of atoms.entries()) {
      from.set(position[0] - model.centre[0], position[1] - model.centre[1], position[2] - model.centre[2]);
      tip.set(arrows[3 * i]!, arrows[3 * i + 1]!, arrows[3 * i + 2]!);
      const length = tip.length();
      const visible = length > 0.02;
      // From the surface of the atom outwards, with a head that shrinks with short arrows.
      const head = visible ? Math.min(0.35, 0.5 * length) : 0;
      const direction = half.copy(tip).divideScalar(length || 1);
      from.addScaledVector(direction, radii[i]! * 0.9);
      tip.copy(from).addScaledVector(direction, length);
      neck.copy(tip).addScaledVector(direction, -head);
      if (visible) {
        rod(shafts, i, from, neck);
        turn.setFromUnitVectors(upwards, along.copy(direction));
        matrix.compose(middle.addVectors(neck, tip).multiplyScalar(0.5), turn, size.set(1, head, 1));
        heads.setMatrixAt(i, matrix);
      } else {
        matrix.makeScale(0, 0, 0);
        shafts.setMatrixAt(i, matrix);
        heads.setMatrixAt(i, matrix);
      }
    }
  };

  let marks: (InstancedMesh | LineSegments)[] = [];
  return {
    update: (displacements, arrows) => {
      for (let i = 0; i < atoms.length; i += 1) {
        const { position } = atoms[i]!;
        for (let k = 0; k < 3; k += 1) places[3 * i + k] = position[k]! - model.centre[k]! + (displacements ? displacements[3 * i + k]! : 0);
        if (discs) discs.setPlace(i, places[3 * i]!, places[3 * i + 1]!, places[3 * i + 2]!);
        else spheres?.setMatrixAt(i, matrix.compose(still.fromArray(places, 3 * i), straight, size.setScalar(radii[i]!)));
      }
      discs?.update();
      const ends = threads?.geometry.getAttribute('position') as Float32BufferAttribute | undefined;
      for (let k = 0; k < bonds.length; k += 1) {
        const [i, j] = bonds[k]!;
        start.fromArray(places, 3 * i);
        end.fromArray(places, 3 * j);
        half.addVectors(start, end).multiplyScalar(0.5);
        if (sticks) {
          rod(sticks, 2 * k, start, half);
          rod(sticks, 2 * k + 1, half, end);
        } else if (ends) {
          [start, half, half, end].forEach((point, n) => { ends.setXYZ(4 * k + n, point.x, point.y, point.z); });
        }
      }
      if (ends) ends.needsUpdate = true;
      if (arrows) drawArrows(arrows);
      if (arrowParts) {
        arrowParts.shafts.visible = arrows !== null;
        arrowParts.heads.visible = arrows !== null;
      }
      for (const mesh of [spheres, sticks, arrowParts?.shafts, arrowParts?.heads]) if (mesh) mesh.instanceMatrix.needsUpdate = true;
    },
    mark: (chosen) => {
      for (const part of marks) {
        part.geometry.dispose();
        (part.material as Material).dispose();
        group.remove(part);
      }
      marks = [];
      if (chosen.length === 0) return;
      const colour = look.series[1]!;
      // The far half of a larger sphere: a rim around the atom that leaves its colour alone.
      const halo = new InstancedMesh(new SphereGeometry(1, 24, 16), new MeshBasicMaterial({ color: colour, side: BackSide }), chosen.length);
      halo.frustumCulled = false;
      chosen.forEach((atom, k) => {
        matrix.compose(still.fromArray(places, 3 * atom), straight, size.setScalar(1.22 * radii[atom]!));
        halo.setMatrixAt(k, matrix);
      });
      marks.push(halo);
      if (chosen.length > 1) {
        const points = chosen.slice(1).flatMap((atom, k) => [chosen[k]!, atom].flatMap((one) => [...places.subarray(3 * one, 3 * one + 3)]));
        // Seen through atoms: the line is what was asked for.
        const join = lines(points, new LineBasicMaterial({ color: colour, depthTest: false, transparent: true }));
        join.renderOrder = 1;
        marks.push(join);
      }
      group.add(...marks);
    },
    sphereOf: (atom) => ({ at: new Vector3().fromArray(places, 3 * atom), radius: radii[atom]! }),
    simplify: (turning) => { if (threads) threads.visible = !turning; },
    atomAt: (camera, x, y) => atomAt(camera, x, y, places, radii),
  };
}

function coloured(segments: LineSegments, halves: readonly string[]): LineSegments {
  const known = new Map([...new Set(halves)].map((text) => [text, new Color(text).toArray()]));
  segments.geometry.setAttribute('color', new Float32BufferAttribute(halves.flatMap((text) => [...known.get(text)!, ...known.get(text)!]), 3));
  segments.frustumCulled = false;
  return segments;
}

/** Of the atoms whose disc holds the place the nearest one. Plain arithmetic over all: some tenths of a millisecond for tens of thousands. */
function atomAt(camera: Camera, x: number, y: number, places: Float32Array, radii: Float32Array): number | null {
  const whole = new Matrix4().multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
  const m = whole.elements;
  // Of a unit length across the view, at unit w.
  const [wide, high] = [camera.projectionMatrix.elements[0]!, camera.projectionMatrix.elements[5]!];
  const clip = new Vector4();
  let best: number | null = null;
  let nearest = Infinity;
  for (let i = 0; i < radii.length; i += 1) {
    const p = places[3 * i]!, q = places[3 * i + 1]!, r = places[3 * i + 2]!;
    clip.set(m[0]! * p + m[4]! * q + m[8]! * r + m[12]!, m[1]! * p + m[5]! * q + m[9]! * r + m[13]!, m[2]! * p + m[6]! * q + m[10]! * r + m[14]!, m[3]! * p + m[7]! * q + m[11]! * r + m[15]!);
    const dx = (x - clip.x / clip.w) / (wide * radii[i]! / clip.w), dy = (y - clip.y / clip.w) / (high * radii[i]! / clip.w);
    const depth = clip.z / clip.w;
    if (dx * dx + dy * dy <= 1 && depth < nearest) {
      nearest = depth;
      best = i;
    }
  }
  return best;
}
