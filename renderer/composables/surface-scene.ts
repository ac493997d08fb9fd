/** A direction-dependent modulus as a surface: its distance from the middle along n, and its colour, are the value along n. */
import {
  BufferGeometry, Color, ConeGeometry, CylinderGeometry, DoubleSide, Float32BufferAttribute, LineBasicMaterial, LineSegments, Mesh, MeshStandardMaterial,
  Quaternion, Vector3, type Group,
} from 'three';
import type { Look } from './look.ts';
import { clear } from './stage.ts';

const upwards = new Vector3(0, 1, 0);

/** Direction of a grid point: θ_i = πi/(polar−1), φ_j = 2πj/(azimuth−1). */
export function gridDirection(i: number, j: number, polar: number, azimuth: number): Vector3 {
  const theta = (Math.PI * i) / (polar - 1);
  const phi = (2 * Math.PI * j) / (azimuth - 1);
  return new Vector3(Math.sin(theta) * Math.cos(phi), Math.sin(theta) * Math.sin(phi), Math.cos(theta));
}

/** Value along a direction, bilinear between grid points. */
export function valueAlong(values: readonly (readonly number[])[], direction: Vector3): number {
  const [polar, azimuth] = [values.length, values[0]?.length ?? 0];
  const theta = (Math.acos(Math.max(-1, Math.min(1, direction.z))) / Math.PI) * (polar - 1);
  const phi = (((Math.atan2(direction.y, direction.x) / (2 * Math.PI)) % 1) + 1) % 1 * (azimuth - 1);
  const [i, j] = [Math.min(polar - 2, Math.floor(theta)), Math.min(azimuth - 2, Math.floor(phi))];
  const [s, t] = [theta - i, phi - j];
  return (1 - s) * ((1 - t) * values[i]![j]! + t * values[i]![j + 1]!) + s * ((1 - t) * values[i + 1]![j]! + t * values[i + 1]![j + 1]!);
}

function scaleColour(look: Look, part: number): Color {
  const [low, middle, high] = look.scale.map((hex) => new Color(hex)) as [Color, Color, Color];
  return part < 0.5 ? low.lerp(middle, 2 * part) : middle.lerp(high, 2 * part - 1);
}

function arrow(group: Group, direction: Vector3, from: number, to: number, colour: string, thickness: number): void {
  const material = new MeshStandardMaterial({ color: colour, roughness: 0.7 });
  const head = 10 * thickness;
  const turn = new Quaternion().setFromUnitVectors(upwards, direction);
  const shaft = new Mesh(new CylinderGeometry(thickness, thickness, to - from - head, 10), material);
  shaft.position.copy(direction).multiplyScalar((from + to - head) / 2);
  const cone = new Mesh(new ConeGeometry(3 * thickness, head, 16), material);
  cone.position.copy(direction).multiplyScalar(to - head / 2);
  for (const part of [shaft, cone]) {
    part.quaternion.copy(turn);
    group.add(part);
  }
}

export interface DrawnSurface {
  readonly mesh: Mesh;
  /** Largest |value|: the radius of the surface. */
  readonly radius: number;
}

/** Builds the surface with Cartesian axes and the directions of its extremes; radius 1 is the largest magnitude. */
export function buildSurface(
  group: Group, values: readonly (readonly number[])[], extremes: readonly { readonly direction: Vector3; readonly value: number }[], look: Look,
): DrawnSurface {
  clear(group);
  const [polar, azimuth] = [values.length, values[0]?.length ?? 0];
  const flat = values.flat();
  const [low, high] = [Math.min(...flat), Math.max(...flat)];
  const radius = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const points: number[] = [];
  const colours: number[] = [];
  for (let i = 0; i < polar; i += 1) {
    for (let j = 0; j < azimuth; j += 1) {
      const value = values[i]![j]!;
      const point = gridDirection(i, j, polar, azimuth).multiplyScalar(Math.abs(value) / radius);
      points.push(point.x, point.y, point.z);
      // Nearly equal values are one colour: an isotropic surface must not look structured.
      const part = high - low > 1e-6 * radius ? (value - low) / (high - low) : 0.5;
      const colour = scaleColour(look, part);
      colours.push(colour.r, colour.g, colour.b);
    }
  }
  const faces: number[] = [];
  for (let i = 0; i < polar - 1; i += 1) {
    for (let j = 0; j < azimuth - 1; j += 1) {
      const [a, b, c, d] = [i * azimuth + j, i * azimuth + j + 1, (i + 1) * azimuth + j, (i + 1) * azimuth + j + 1];
      faces.push(a, c, b, b, c, d);
    }
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new Float32BufferAttribute(points, 3));
  geometry.setAttribute('color', new Float32BufferAttribute(colours, 3));
  geometry.setIndex(faces);
  geometry.computeVertexNormals();
  const mesh = new Mesh(geometry, new MeshStandardMaterial({ vertexColors: true, side: DoubleSide, roughness: 0.65, metalness: 0 }));
  group.add(mesh);

  // A thin graticule shows the shape where the colours are close.
  const lines: number[] = [];
  const line = (i: number, j: number, k: number, l: number): void => {
    for (const place of [i * azimuth + j, k * azimuth + l]) lines.push(...points.slice(3 * place, 3 * place + 3).map((part) => part * 1.002));
  };
  for (let i = 0; i < polar; i += 6) for (let j = 0; j < azimuth - 1; j += 1) line(i, j, i, j + 1);
  for (let j = 0; j < azimuth; j += 6) for (let i = 0; i < polar - 1; i += 1) line(i, j, i + 1, j);
  const graticule = new BufferGeometry();
  graticule.setAttribute('position', new Float32BufferAttribute(lines, 3));
  group.add(new LineSegments(graticule, new LineBasicMaterial({ color: look.dark ? '#ffffff' : '#1b2430', transparent: true, opacity: 0.16 })));

  for (const axis of [new Vector3(1, 0, 0), new Vector3(0, 1, 0), new Vector3(0, 0, 1)]) arrow(group, axis, 0, 1.3, look.dark ? '#aab4c0' : '#56616f', 0.008);
  for (const { direction, value } of extremes) arrow(group, direction, Math.abs(value) / radius, Math.abs(value) / radius + 0.22, look.series[1]!, 0.012);
  return { mesh, radius };
}
