/** What belongs to the system around a program: dialogs, menu, tray, notifications, screens. The test is the person who answers. */
import { existsSync } from 'node:fs';
import { KnownEvents, changes, needsReady, state } from './state.ts';

// ── dialogs ──
interface Waiting { readonly kind: string; readonly at: number; readonly resolve: (answer: unknown) => void }
const waiting: Waiting[] = [];

export const system = {
  /** Resolves when the person answers. */
  ask: (kind: string, options: object): Promise<unknown> => new Promise((resolve) => {
    needsReady('dialog');
    const at = state.dialogs.push({ kind, options, answered: false }) - 1;
    waiting.push({ kind, at, resolve });
    changes.emit('dialog');
  }),
  answer: (kind: string, answer: unknown): void => {
    const at = waiting.findIndex((one) => one.kind === kind);
    if (at < 0) throw new Error(`no dialog "${kind}" is open`);
    const [one] = waiting.splice(at, 1);
    state.dialogs[one!.at]!.answered = true;
    one!.resolve(answer);
  },
};

const isWindow = (value: unknown): boolean => typeof value === 'object' && value !== null && 'webContents' in value;
const optionsOf = (given: readonly unknown[]): object => (isWindow(given[0]) ? given[1] : given[0]) as object;

export const dialog = {
  showMessageBox: async (...given: unknown[]): Promise<object> => {
    const options = optionsOf(given) as { message?: string; buttons?: string[]; defaultId?: number; cancelId?: number };
    if (typeof options.message !== 'string') throw new TypeError('message must be a string');
    for (const id of [options.defaultId, options.cancelId]) if (id !== undefined && !(id in (options.buttons ?? []))) throw new RangeError(`there is no button ${String(id)}`);
    return (await system.ask('message', options)) as object;
  },
  /** May be shown before the program is ready; nobody needs to answer. */
  showErrorBox: (title: string, content: string): void => {
    state.dialogs.push({ kind: 'error', options: { title, message: content }, answered: true });
    changes.emit('dialog');
  },
  showOpenDialog: async (...given: unknown[]): Promise<object> => {
    const filePaths = (await system.ask('open', optionsOf(given))) as string[];
    return { canceled: filePaths.length === 0, filePaths };
  },
};

// ── menu ──
export interface MenuItem { label?: string; role?: string; type?: string; accelerator?: string; checked?: boolean; enabled?: boolean; submenu?: MenuItem[]; click?: (item: MenuItem) => void }
const roles = ['about', 'services', 'hide', 'hideOthers', 'unhide', 'quit', 'close', 'undo', 'redo', 'cut', 'copy', 'paste', 'selectAll', 'resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen', 'minimize', 'zoom', 'front', 'window', 'help'];
const accelerator = /^((CmdOrCtrl|Ctrl|Cmd|Alt|Shift)\+)*([A-Z0-9]|[.,]|F\d+)$/;

function checkItem(item: MenuItem): void {
  const { label, role, type, submenu, click } = item;
  if (type !== 'separator' && label === undefined && role === undefined) throw new TypeError('Invalid template for MenuItem: must have at least one of label, role or type');
  if (role !== undefined && !roles.includes(role)) throw new TypeError(`there is no role ${role}`);
  if (item.accelerator !== undefined && !accelerator.test(item.accelerator)) throw new TypeError(`${item.accelerator} is no accelerator`);
  if (type !== 'separator' && role === undefined && !submenu && !click && item.enabled !== false) throw new TypeError(`${String(label)} does nothing`);
  submenu?.forEach(checkItem);
}

export class Menu {
  static current: Menu | null = null;
  static buildFromTemplate(template: MenuItem[]): Menu {
    template.forEach(checkItem);
    return new Menu(template);
  }
  static setApplicationMenu(menu: Menu): void { Menu.current = menu; }
  readonly items: MenuItem[];
  private constructor(items: MenuItem[]) { this.items = items; }
  /** As a person clicks through it. */
  choose(path: readonly string[]): void {
    let items = this.items;
    for (const [depth, name] of path.entries()) {
      const item = items.find(({ label, role }) => label === name || (label === undefined && role === name));
      if (!item || item.enabled === false) throw new Error(`the menu has no ${path.slice(0, depth + 1).join(' > ')}; it has ${items.map(({ label, role, type }) => label ?? role ?? type).join(', ')}`);
      if (depth < path.length - 1) items = item.submenu ?? [];
      else {
        if (item.type === 'checkbox') item.checked = !item.checked;
        item.click?.(item);
      }
    }
  }
}

// ── tray, notifications ──
export class Tray extends KnownEvents {
  static current: Tray | null = null;
  menu: Menu | null = null;
  tip = '';
  constructor(image: string) {
    super('Tray', ['click', 'double-click', 'right-click']);
    needsReady('Tray');
    if (!existsSync(image)) throw new Error(`Failed to load image from path '${image}'`);
    Tray.current = this;
  }
  setToolTip(tip: string): void { this.tip = tip; }
  setContextMenu(menu: Menu): void { this.menu = menu; }
  destroy(): void { if (Tray.current === this) Tray.current = null; }
}

export class Notification extends KnownEvents {
  static isSupported(): boolean { return true; }
  static last: Notification | null = null;
  private readonly options: { title: string; body: string };
  constructor(options: { title: string; body: string }) {
    super('Notification', ['click', 'close', 'show', 'failed']);
    needsReady('Notification');
    this.options = options;
  }
  show(): void {
    state.notifications.push(this.options);
    Notification.last = this;
    changes.emit('notification');
  }
}

// ── the rest ──
export const shell = {
  openPath: (path: string): Promise<string> => { state.external.push(path); return Promise.resolve(''); },
  showItemInFolder: (path: string): void => { state.external.push(path); },
  openExternal: (url: string): Promise<void> => { state.external.push(url); return Promise.resolve(); },
};

const display = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1160 } };
export const screen = {
  getPrimaryDisplay: () => { needsReady('screen'); return display; },
  getAllDisplays: () => { needsReady('screen'); return [display]; },
};

export const nativeTheme = { themeSource: 'system', get shouldUseDarkColors() { return nativeTheme.themeSource === 'dark'; } };

let blockers = 0;
export const powerSaveBlocker = {
  start: (kind: string): number => {
    needsReady('powerSaveBlocker');
    if (!['prevent-app-suspension', 'prevent-display-sleep'].includes(kind)) throw new TypeError(`there is no blocker ${kind}`);
    state.awake.push(++blockers);
    return blockers;
  },
  stop: (id: number): boolean => {
    const at = state.awake.indexOf(id);
    if (at < 0) throw new Error(`there is no blocker ${String(id)}`);
    state.awake.splice(at, 1);
    return true;
  },
};
