/**
 * Spheres as two triangles each, cut out and shaded per pixel: round at any size, where meshes would need millions of
 * triangles. Plain vertices and not instances: a renderer in software takes five times as long over instances of so few.
 */
import { BufferAttribute, BufferGeometry, Color, Mesh, ShaderMaterial } from 'three';

export interface SphereDiscs {
  readonly mesh: Mesh;
  setPlace(index: number, x: number, y: number, z: number): void;
  /** Hands the places over to the graphics processor. */
  update(): void;
}

const corners = [-1, -1, 1, -1, 1, 1, -1, 1];

/** @param smooth whether the picture is sampled several times per pixel, so that edges can be softened */
export function sphereDiscs(radii: Float32Array, colours: readonly string[], smooth: boolean): SphereDiscs {
  const count = radii.length;
  const places = new BufferAttribute(new Float32Array(16 * count), 4);
  const corner = new Int8Array(8 * count);
  const tints = new Float32Array(12 * count);
  const index = new Uint32Array(6 * count);
  const known = new Map([...new Set(colours)].map((text) => [text, new Color(text).toArray()]));
  for (let i = 0; i < count; i += 1) {
    corner.set(corners, 8 * i);
    for (let k = 0; k < 4; k += 1) {
      places.setW(4 * i + k, radii[i]!);
      tints.set(known.get(colours[i]!)!, 12 * i + 3 * k);
    }
    index.set([4 * i, 4 * i + 1, 4 * i + 2, 4 * i, 4 * i + 2, 4 * i + 3], 6 * i);
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute('place', places);
  geometry.setAttribute('corner', new BufferAttribute(corner, 2));
  geometry.setAttribute('tint', new BufferAttribute(tints, 3));
  geometry.setIndex(new BufferAttribute(index, 1));
  const mesh = new Mesh(geometry, discMaterial(smooth));
  mesh.frustumCulled = false;
  return {
    mesh,
    setPlace: (i, x, y, z) => { for (let k = 0; k < 4; k += 1) places.setXYZ(4 * i + k, x, y, z); },
    update: () => { places.needsUpdate = true; },
  };
}

function discMaterial(smooth: boolean): ShaderMaterial {
  return new ShaderMaterial({
    alphaToCoverage: smooth,
    // In perspective a sphere beside the axis is seen as an ellipse, a little wider than its disc: at the small angle of
    // view of the stage by less than one in fifty, so that the disc will do.
    vertexShader: `
      attribute vec4 place;
      attribute vec2 corner;
      attribute vec3 tint;
      varying vec2 at;
      varying vec3 colour;
      varying float thick;
      void main() {
        at = corner;
        colour = tint;
        vec4 centre = modelViewMatrix * vec4(place.xyz, 1.0);
        float radius = place.w;
        gl_Position = projectionMatrix * (centre + vec4(corner * radius, 0.0, 0.0));
        vec4 front = projectionMatrix * (centre + vec4(0.0, 0.0, radius, 0.0));
        vec4 middle = projectionMatrix * centre;
        thick = 0.5 * (middle.z / middle.w - front.z / front.w);
      }`,
    // Lights as those of the stage: one above the shoulder, a sky, a little from everywhere.
    fragmentShader: `
      varying vec2 at;
      varying vec3 colour;
      varying float thick;
      void main() {
        float inside = 1.0 - dot(at, at);
        ${smooth ? 'float cover = clamp(0.5 + inside / max(fwidth(inside), 1e-6), 0.0, 1.0);\n        if (cover <= 0.0) discard;' : 'const float cover = 1.0;\n        if (inside < 0.0) discard;'}
        float height = sqrt(max(inside, 0.0));
        vec3 normal = vec3(at, height);
        float lit = dot(normal, vec3(0.407, 0.679, 0.611));
        float gleam = pow(max(2.0 * lit * height - 0.611, 0.0), 24.0);
        gl_FragColor = vec4(colour * (0.365 + 0.155 * height + 0.6 * max(lit, 0.0)) + 0.1 * gleam, cover);
        gl_FragDepth = gl_FragCoord.z - height * thick;
        #include <colorspace_fragment>
      }`,
  });
}
