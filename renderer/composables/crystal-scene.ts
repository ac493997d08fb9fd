/** The crystal on a stage: atoms, bonds, cell and arrows as instances, so that a thousand atoms still move smoothly. */
import {
  BufferGeometry, Color, ConeGeometry, CylinderGeometry, DynamicDrawUsage, Float32BufferAttribute, InstancedMesh, LineBasicMaterial, LineSegments,
  Matrix4, MeshStandardMaterial, Quaternion, SphereGeometry, Vector3, type BufferGeometry as Geometry, type Group,
} from 'three';
import { combine, type CrystalModel, type Vector } from './crystal-model.ts';
import { drawnElement } from './elements.ts';
import type { Look } from './look.ts';
import { clear } from './stage.ts';

const upwards = new Vector3(0, 1, 0);

export interface CrystalScene {
  /** @param displacements [atom·3] Å; @param arrows [atom·3] Å vectors drawn from the rest position, or null */
  update(displacements: Float32Array | null, arrows: Float32Array | null): void;
}

function instances(geometry: Geometry, colours: readonly string[], group: Group, roughness: number): InstancedMesh {
  const mesh = new InstancedMesh(geometry, new MeshStandardMaterial({ roughness, metalness: 0 }), Math.max(1, colours.length));
  mesh.instanceMatrix.setUsage(DynamicDrawUsage);
  mesh.frustumCulled = false;
  for (const [i, colour] of colours.entries()) mesh.setColorAt(i, new Color(colour));
  mesh.count = colours.length;
  group.add(mesh);
  return mesh;
}

/** Edges of every cell of the block, relative to its centre. */
function cellEdges(model: CrystalModel, repeats: number, colour: string): LineSegments {
  const points: number[] = [];
  const at = (i: number, j: number, k: number): Vector => combine([i, j, k], model.axes);
  const push = (from: Vector, to: Vector): void => {
    points.push(...from.map((part, k) => part - model.centre[k]!), ...to.map((part, k) => part - model.centre[k]!));
  };
  for (let i = 0; i <= repeats; i += 1) {
    for (let j = 0; j <= repeats; j += 1) {
      push(at(0, i, j), at(repeats, i, j));
      push(at(i, 0, j), at(i, repeats, j));
      push(at(i, j, 0), at(i, j, repeats));
    }
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new Float32BufferAttribute(points, 3));
  return new LineSegments(geometry, new LineBasicMaterial({ color: colour }));
}

export function buildCrystal(group: Group, model: CrystalModel, repeats: number, look: Look): CrystalScene {
  clear(group);
  const { atoms, bonds } = model;
  const radii = atoms.map(({ species }) => 0.2 + 0.22 * drawnElement(species).radius);
  const colours = atoms.map(({ species }) => drawnElement(species).colour);
  const spheres = instances(new SphereGeometry(1, 28, 20), colours, group, 0.45);
  // Each half of a bond has the colour of its atom.
  const sticks = instances(new CylinderGeometry(0.07, 0.07, 1, 12, 1), bonds.flatMap(([i, j]) => [colours[i]!, colours[j]!]), group, 0.6);
  const arrowColour = atoms.map(() => (look.dark ? '#ffd166' : '#8a1538'));
  const shafts = instances(new CylinderGeometry(0.055, 0.055, 1, 10, 1), arrowColour, group, 0.7);
  const heads = instances(new ConeGeometry(0.15, 1, 14, 1), arrowColour, group, 0.7);
  group.add(cellEdges(model, repeats, look.dark ? '#8d99a8' : '#7a8594'));

  const matrix = new Matrix4();
  const turn = new Quaternion();
  const places = atoms.map(() => new Vector3());
  const from = new Vector3();
  const along = new Vector3();
  const middle = new Vector3();
  const size = new Vector3();
  const rod = (mesh: InstancedMesh, index: number, start: Vector3, end: Vector3): void => {
    along.subVectors(end, start);
    const length = along.length();
    turn.setFromUnitVectors(upwards, length > 0 ? along.divideScalar(length) : upwards);
    matrix.compose(middle.addVectors(start, end).multiplyScalar(0.5), turn, size.set(1, length, 1));
    mesh.setMatrixAt(index, matrix);
  };
  const half = new Vector3();
  const tip = new Vector3();
  const neck = new Vector3();

  return {
    update: (displacements, arrows) => {
      for (const [i, { position }] of atoms.entries()) {
        const place = places[i]!;
        place.set(position[0] - model.centre[0], position[1] - model.centre[1], position[2] - model.centre[2]);
        from.copy(place);
        if (displacements) place.add(along.set(displacements[3 * i]!, displacements[3 * i + 1]!, displacements[3 * i + 2]!));
        matrix.compose(place, turn.identity(), size.setScalar(radii[i]!));
        spheres.setMatrixAt(i, matrix);
        if (arrows) {
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
      }
      for (const [k, [i, j]] of bonds.entries()) {
        half.addVectors(places[i]!, places[j]!).multiplyScalar(0.5);
        rod(sticks, 2 * k, places[i]!, half);
        rod(sticks, 2 * k + 1, half, places[j]!);
      }
      shafts.visible = arrows !== null;
      heads.visible = arrows !== null;
      for (const mesh of [spheres, sticks, shafts, heads]) mesh.instanceMatrix.needsUpdate = true;
    },
  };
}
