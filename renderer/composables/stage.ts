/** A small 3D stage: orbit by pointer and keyboard, labels as HTML, drawn only when something changed, and at most once a frame. */
import { AmbientLight, Color, DirectionalLight, Group, HemisphereLight, OrthographicCamera, PerspectiveCamera, Scene, Vector3, WebGLRenderer, type Object3D } from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';

export interface StageLabel {
  readonly text: string;
  readonly at: Vector3;
  readonly colour?: string;
  /** `value`: a number on a ground of its own; `value below`: and under the place. */
  readonly look?: 'value' | 'value below';
}

export interface StageSize {
  readonly width: number;
  readonly height: number;
}

/** Shape of 3D views on paper; the print styles give them this ratio. */
export const printSize: StageSize = { width: 640, height: 480 };

export type Projection = 'orthographic' | 'perspective';

export interface Stage {
  readonly content: Group;
  /** The one that is looked through at present. */
  readonly camera: OrthographicCamera | PerspectiveCamera;
  readonly element: HTMLCanvasElement;
  /** Whether edges are smoothed. */
  readonly smooth: boolean;
  /** Called when a person begins and ends turning the crystal by the pointer. */
  onTurning(listener: (turning: boolean) => void): void;
  /** Parallel lines stay parallel (the beginning), or meet in the distance. */
  project(projection: Projection): void;
  setLabels(labels: readonly StageLabel[]): void;
  /** A ring around a sphere of this radius, shown at once and without drawing anything anew; null takes it away. */
  setRing(at: Vector3 | null, radius: number): void;
  /** Fits a sphere of this radius around the origin. */
  frame(radius: number): void;
  /** Where `reset` leads back to: a direction to look from, with `up` upwards. */
  setHome(direction: Vector3, up: Vector3): void;
  lookFrom(direction: Vector3, up: Vector3): void;
  reset(): void;
  /** At once. */
  draw(): void;
  /** With the next frame, however often it is asked for until then. */
  drawSoon(): void;
  /** What is seen, labels included, with this many pixels; `background`: a colour, or null for none. */
  picture(size: StageSize, ink: string, background: string | null): Promise<Blob>;
  /** To the size of its place on the screen, or to a given one until the next call. */
  resize(size?: StageSize): void;
  dispose(): void;
}

/** Turn per arrow key, rad. */
const keyTurn = Math.PI / 24;
/** Full angle of view in perspective, degrees: that of a picture held at arm's length. */
const viewAngle = 24;
/** Distance of the orthographic camera, in radii of what is seen: outside of it from any side. */
const outside = 8;

/** Null where the browser offers no WebGL. `smooth`: edges are smoothed, which costs four times the pixels. */
export function makeStage(host: HTMLElement, labelHost: HTMLElement, smooth = true): Stage | null {
  let renderer: WebGLRenderer;
  try {
    renderer = new WebGLRenderer({ antialias: smooth, alpha: true, preserveDrawingBuffer: true });
  } catch {
    return null;
  }
  renderer.setPixelRatio(Math.min(2, Math.max(1, window.devicePixelRatio)));
  renderer.setClearColor(new Color(0x000000), 0);
  const element = renderer.domElement;
  host.append(element);
  const scene = new Scene();
  const parallel = new OrthographicCamera(-1, 1, 1, -1, 0.01, 1000);
  const central = new PerspectiveCamera(viewAngle);
  let camera: OrthographicCamera | PerspectiveCamera = parallel;
  const key = new DirectionalLight(0xffffff, 1.9);
  key.position.set(0.6, 1, 0.9);
  const sky = new HemisphereLight(0xffffff, 0x8a94a6, 1.3);
  // Lights travel with the camera, so that every side is lit alike.
  camera.add(key, sky);
  const content = new Group();
  scene.add(parallel, central, content, new AmbientLight(0xffffff, 0.35));

  const controls = new OrbitControls<OrthographicCamera | PerspectiveCamera>(camera, element);
  controls.enablePan = false;
  // Plain wheel scrolls the page; the keys + and − and Ctrl with the wheel zoom.
  controls.enableZoom = false;
  controls.rotateSpeed = 0.9;

  let labels: { readonly span: HTMLElement; readonly at: Vector3 }[] = [];
  let radius = 1;
  let home: [Vector3, Vector3] = [new Vector3(1, 0.5, 2), new Vector3(0, 1, 0)];
  const projected = new Vector3();

  const ring = document.createElement('i');
  ring.className = 'stage-ring';
  let ringed: { readonly at: Vector3; readonly radius: number } | null = null;
  const placeRing = (): void => {
    if (!ringed) return;
    const { at, radius: size } = ringed;
    projected.copy(at).project(camera);
    const [x, y] = [projected.x, projected.y];
    // How far its edge lies from its middle, seen from here.
    projected.setFromMatrixColumn(camera.matrixWorld, 0).multiplyScalar(size).add(at).project(camera);
    const pixels = Math.abs(projected.x - x) * host.clientWidth + 4;
    ring.style.left = `${String((x + 1) * 50)}%`;
    ring.style.top = `${String((1 - y) * 50)}%`;
    ring.style.width = `${String(pixels)}px`;
    ring.style.height = `${String(pixels)}px`;
  };
  let waiting: number | null = null;
  const draw = (): void => {
    if (waiting !== null) cancelAnimationFrame(waiting);
    waiting = null;
    renderer.render(scene, camera);
    for (const { span, at } of labels) {
      projected.copy(at).project(camera);
      span.style.left = `${String((projected.x + 1) * 50)}%`;
      span.style.top = `${String((1 - projected.y) * 50)}%`;
    }
    placeRing();
  };
  const drawSoon = (): void => {
    waiting ??= requestAnimationFrame(() => {
      waiting = null;
      draw();
    });
  };
  let given: StageSize | undefined;
  const shape = ({ width, height }: StageSize): void => {
    const across = Math.min(1, width / height);
    parallel.left = (-radius * (width / height)) / across;
    parallel.right = -parallel.left;
    parallel.top = radius / across;
    parallel.bottom = -parallel.top;
    central.aspect = width / height;
    // The narrower side holds the whole sphere.
    central.fov = (2 * Math.atan(Math.tan((viewAngle * Math.PI) / 360) / across) * 180) / Math.PI;
    camera.updateProjectionMatrix();
  };
  const fit = (): void => {
    const size = given ?? { width: host.clientWidth, height: host.clientHeight };
    if (size.width === 0 || size.height === 0) return;
    renderer.setSize(size.width, size.height, false);
    shape(size);
    draw();
  };
  /** So far away that the sphere fills the view. */
  const standoff = (): number => (camera === central ? radius / Math.sin((viewAngle * Math.PI) / 360) : outside * radius);
  const stage: Stage = {
    content, element, smooth, draw, drawSoon,
    onTurning: (listener) => {
      controls.addEventListener('start', () => { listener(true); });
      controls.addEventListener('end', () => { listener(false); });
    },
    get camera() { return camera; },
    project: (projection) => {
      const next = projection === 'perspective' ? central : parallel;
      if (next === camera) return;
      next.position.copy(camera.position);
      next.up.copy(camera.up);
      next.zoom = camera.zoom;
      next.add(key, sky);
      camera = next;
      controls.object = next;
      camera.position.setLength(standoff());
      camera.lookAt(0, 0, 0);
      controls.update();
      fit();
    },
    resize: (size) => {
      given = size;
      fit();
    },
    setLabels: (wanted) => {
      labelHost.replaceChildren();
      labels = wanted.map(({ text, at, colour, look }) => {
        const span = document.createElement('span');
        span.textContent = text;
        if (look !== undefined) span.className = look;
        if (colour !== undefined) span.style.color = colour;
        labelHost.append(span);
        return { span, at };
      });
      if (ringed) labelHost.append(ring);
    },
    setRing: (at, size) => {
      ringed = at && { at, radius: size };
      if (at) labelHost.append(ring);
      else ring.remove();
      placeRing();
    },
    frame: (wanted) => {
      radius = wanted;
      for (const one of [parallel, central]) {
        one.near = 0.01 * wanted;
        one.far = 20 * wanted;
      }
      if (camera.position.lengthSq() > 0) camera.position.setLength(standoff());
      fit();
    },
    setHome: (direction, up) => { home = [direction.clone(), up.clone()]; },
    lookFrom: (direction, up) => {
      camera.up.copy(up);
      camera.position.copy(direction).setLength(standoff());
      camera.lookAt(0, 0, 0);
      controls.update();
      draw();
    },
    reset: () => {
      camera.zoom = 1;
      camera.updateProjectionMatrix();
      stage.lookFrom(...home);
    },
    picture: async (size, ink, background) => {
      const ratio = renderer.getPixelRatio();
      const sheet = document.createElement('canvas');
      sheet.width = size.width;
      sheet.height = size.height;
      const paper = sheet.getContext('2d')!;
      try {
        renderer.setPixelRatio(1);
        renderer.setSize(size.width, size.height, false);
        shape(size);
        renderer.render(scene, camera);
        if (background !== null) {
          paper.fillStyle = background;
          paper.fillRect(0, 0, size.width, size.height);
        }
        paper.drawImage(element, 0, 0);
        // As large as on the screen, in proportion to the picture.
        const scale = size.width / Math.max(1, host.clientWidth);
        paper.font = `italic 600 ${String(13 * scale)}px ${getComputedStyle(labelHost).fontFamily}`;
        paper.textAlign = 'center';
        paper.textBaseline = 'middle';
        for (const { span, at } of labels) {
          projected.copy(at).project(camera);
          paper.fillStyle = span.style.color === '' ? ink : span.style.color;
          paper.fillText(span.textContent, ((projected.x + 1) / 2) * size.width, ((1 - projected.y) / 2) * size.height + (span.classList.contains('below') ? 20 * scale : 0));
        }
      } finally {
        renderer.setPixelRatio(ratio);
        fit();
      }
      return new Promise((resolve, reject) => {
        sheet.toBlob((blob) => { if (blob) resolve(blob); else reject(new Error('the picture could not be encoded')); }, 'image/png');
      });
    },
    dispose: () => {
      if (waiting !== null) cancelAnimationFrame(waiting);
      controls.dispose();
      clear(content);
      renderer.dispose();
      element.remove();
    },
  };
  const turn = (around: Vector3, angle: number): void => {
    camera.position.applyAxisAngle(around, angle);
    camera.lookAt(0, 0, 0);
    controls.update();
    draw();
  };
  const zoom = (factor: number): void => {
    camera.zoom = Math.min(6, Math.max(0.5, camera.zoom * factor));
    camera.updateProjectionMatrix();
    draw();
  };
  host.addEventListener('keydown', (event) => {
    const right = new Vector3().setFromMatrixColumn(camera.matrix, 0);
    const up = camera.up.clone();
    const actions: Record<string, () => void> = {
      ArrowLeft: () => { turn(up, -keyTurn); }, ArrowRight: () => { turn(up, keyTurn); },
      ArrowUp: () => { turn(right, -keyTurn); }, ArrowDown: () => { turn(right, keyTurn); },
      '+': () => { zoom(1.15); }, '=': () => { zoom(1.15); }, '-': () => { zoom(1 / 1.15); }, '0': () => { stage.reset(); },
    };
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    action();
    event.preventDefault();
  });
  element.addEventListener('wheel', (event) => {
    if (!event.ctrlKey) return;
    zoom(Math.exp(-event.deltaY / 300));
    event.preventDefault();
  }, { passive: false });
  element.addEventListener('dblclick', () => { stage.reset(); });
  controls.addEventListener('change', drawSoon);
  return stage;
}

/** Removes and frees everything in a group. */
export function clear(group: Group): void {
  group.traverse((part) => {
    const { geometry, material } = part as Object3D & { geometry?: { dispose(): void }; material?: { dispose(): void } };
    geometry?.dispose();
    material?.dispose();
  });
  group.clear();
}
