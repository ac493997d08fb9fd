/** The one window: made when it is wanted, in its old place, and without any right that a page could misuse. */
import { app, BrowserWindow, nativeTheme, screen } from 'electron';
import { join } from 'node:path';
import { windowOrigin } from '../bridge/sender.ts';
import { preload, resources } from '../services/layout.ts';
import { placeFor, type WindowMemory } from './window-memory.ts';
import { words } from './words.ts';

/** The background of the pages in both themes (renderer/styles/tokens.css): what is seen until they are drawn. */
const background = { light: '#f4f5f7', dark: '#0f141a' } as const;

export function makeWindow(memory: WindowMemory): BrowserWindow {
  const { bounds, maximized } = memory.value;
  const main = screen.getPrimaryDisplay();
  const areas = [main, ...screen.getAllDisplays().filter(({ id }) => id !== main.id)].map(({ workArea }) => workArea);
  const window = new BrowserWindow({
    ...placeFor(areas, bounds), minWidth: 480, minHeight: 400, show: false, title: words.name, backgroundColor: background[nativeTheme.shouldUseDarkColors ? 'dark' : 'light'],
    // Windows and macOS take the icon from the program itself.
    ...(process.platform === 'linux' && { icon: join(resources, 'icons/256x256.png') }),
    webPreferences: {
      preload, sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, devTools: !app.isPackaged,
      // Dictionaries would be fetched from a network.
      spellcheck: false,
    },
  });
  if (maximized) window.maximize();
  window.once('ready-to-show', () => { window.show(); });
  rememberPlace(window, memory);
  window.loadURL(`${windowOrigin}/`).catch((error: unknown) => {
    // Closed before it was there.
    if (!window.isDestroyed()) throw error;
  });
  return window;
}

/** ms between a movement and its note on the disk: a window that is dragged moves a hundred times a second. */
const rest = 500;

function rememberPlace(window: BrowserWindow, memory: WindowMemory): void {
  let timer: NodeJS.Timeout | null = null;
  const note = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (!window.isDestroyed()) void memory.change({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  };
  const later = (): void => { timer ??= setTimeout(note, rest); };
  window.on('resize', later);
  window.on('move', later);
  window.on('close', note);
}
