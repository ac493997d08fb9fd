/** A small 3D stage: orthographic camera, orbit by pointer and keyboard, labels as HTML, drawn only when something changed. */
import { AmbientLight, Color, DirectionalLight, Group, HemisphereLight, OrthographicCamera, Scene, Vector3, WebGLRenderer, type Object3D } from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';

export interface StageLabel {
  readonly text: string;
  readonly at: Vector3;
  readonly colour?: string;
}

export interface StageSize {
  readonly width: number;
  readonly height: number;
}

/** Shape of 3D views on paper; the print styles give them this ratio. */
export const printSize: StageSize = { width: 640, height: 480 };

export interface Stage {
  readonly content: Group;
  readonly camera: OrthographicCamera;
  readonly element: HTMLCanvasElement;
  setLabels(labels: readonly StageLabel[]): void;
  /** Fits a sphere of this radius around the origin. */
  frame(radius: number): void;
  /** Looks along this direction, with `up` upwards. */
  lookFrom(direction: Vector3, up: Vector3): void;
  reset(): void;
  draw(): void;
  /** To the size of its place on the screen, or to a given one until the next call. */
  resize(size?: StageSize): void;
  dispose(): void;
}

/** Turn per arrow key, rad. */
const keyTurn = Math.PI / 24;

/** Null where the browser offers no WebGL. */
export function makeStage(host: HTMLElement, labelHost: HTMLElement): Stage | null {
  let renderer: WebGLRenderer;
  try {
    renderer = new WebGLRenderer({ antialias: true, alpha: true, preserveDrawingBuffer: true });
  } catch {
    return null;
  }
  renderer.setPixelRatio(Math.min(2, Math.max(1, window.devicePixelRatio)));
  renderer.setClearColor(new Color(0x000000), 0);
  const element = renderer.domElement;
  host.append(element);
  const scene = new Scene();
  const camera = new OrthographicCamera(-1, 1, 1, -1, 0.01, 1000);
  const key = new DirectionalLight(0xffffff, 1.9);
  key.position.set(0.6, 1, 0.9);
  // Lights travel with the camera, so that every side is lit alike.
  camera.add(key, new HemisphereLight(0xffffff, 0x8a94a6, 1.3));
  const content = new Group();
  scene.add(camera, content, new AmbientLight(0xffffff, 0.35));

  const controls = new OrbitControls(camera, element);
  controls.enablePan = false;
  // Plain wheel scrolls the page; the keys + and − and Ctrl with the wheel zoom.
  controls.enableZoom = false;
  controls.rotateSpeed = 0.9;

  let labels: { readonly span: HTMLElement; readonly at: Vector3 }[] = [];
  let radius = 1;
  let home: [Vector3, Vector3] = [new Vector3(1, 0.5, 2), new Vector3(0, 1, 0)];
  const projected = new Vector3();

  const draw = (): void => {
    renderer.render(scene, camera);
    for (const { span, at } of labels) {
      projected.copy(at).project(camera);
      span.style.left = `${String((projected.x + 1) * 50)}%`;
      span.style.top = `${String((1 - projected.y) * 50)}%`;
    }
  };
  let given: StageSize | undefined;
  const fit = (): void => {
    const { width, height } = given ?? { width: host.clientWidth, height: host.clientHeight };
    if (width === 0 || height === 0) return;
    renderer.setSize(width, height, false);
    const across = Math.min(1, width / height);
    camera.left = (-radius * (width / height)) / across;
    camera.right = -camera.left;
    camera.top = radius / across;
    camera.bottom = -camera.top;
    camera.updateProjectionMatrix();
    draw();
  };
  const stage: Stage = {
    content, camera, element, draw,
    resize: (size) => {
      given = size;
      fit();
    },
    setLabels: (wanted) => {
      labelHost.replaceChildren();
      labels = wanted.map(({ text, at, colour }) => {
        const span = document.createElement('span');
        span.textContent = text;
        if (colour !== undefined) span.style.color = colour;
        labelHost.append(span);
        return { span, at };
      });
    },
    frame: (wanted) => {
      radius = wanted;
      camera.near = 0.01;
      camera.far = 20 * wanted;
      fit();
    },
    lookFrom: (direction, up) => {
      home = [direction.clone(), up.clone()];
      stage.reset();
    },
    reset: () => {
      camera.zoom = 1;
      camera.up.copy(home[1]);
      camera.position.copy(home[0]).normalize().multiplyScalar(8 * radius);
      camera.lookAt(0, 0, 0);
      camera.updateProjectionMatrix();
      controls.update();
      draw();
    },
    dispose: () => {
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
  controls.addEventListener('change', draw);
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
