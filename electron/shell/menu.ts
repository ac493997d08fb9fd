/** The menu of the application as each system has it: everything that can be done without a screen of its own. */
import type { MenuItemConstructorOptions } from 'electron';
import type { WindowAction } from '../../core/contracts/service.ts';
import { words } from './words.ts';

export interface MenuParts {
  readonly platform: NodeJS.Platform;
  /** Folders, latest first. */
  readonly recent: readonly string[];
  readonly askWhenClosing: boolean;
  /** Whether whoever made this package runs a channel for updates. */
  readonly updates: boolean;
  /** In the window; it is opened where there is none. */
  readonly act: (action: WindowAction) => void;
  readonly openProject: (folder: string | null) => void;
  readonly showProject: () => void;
  readonly setAskWhenClosing: (ask: boolean) => void;
  readonly checkForUpdates: () => void;
}

const line: MenuItemConstructorOptions = { type: 'separator' };

export function menuOf(parts: MenuParts): MenuItemConstructorOptions[] {
  const { menu } = words;
  const apple = parts.platform === 'darwin';
  const action = (label: string, wanted: WindowAction, accelerator?: string): MenuItemConstructorOptions => ({
    label, ...(accelerator !== undefined && { accelerator }), click: () => { parts.act(wanted); },
  });
  const settings = action(menu.settings, 'settings', 'CmdOrCtrl+,');
  const updates: MenuItemConstructorOptions[] = parts.updates ? [{ label: menu.updates, click: () => { parts.checkForUpdates(); } }] : [];
  const recent: MenuItemConstructorOptions[] = parts.recent.length === 0
    ? [{ label: menu.noRecent, enabled: false }]
    // An ampersand would mark a letter for the keyboard.
    : parts.recent.map((folder) => ({ label: folder.replaceAll('&', '&&'), click: () => { parts.openProject(folder); } }));
  return [
    ...(apple ? [{
      label: words.name,
      submenu: [
        { role: 'about', label: menu.about }, ...updates, line, settings, line, { role: 'services' }, line, { role: 'hide', label: menu.hide }, { role: 'hideOthers' }, { role: 'unhide' }, line, { role: 'quit', label: menu.quit },
      ],
    } satisfies MenuItemConstructorOptions] : []),
    {
      label: menu.file,
      submenu: [
        action(menu.newRun, 'new-run', 'CmdOrCtrl+N'), action(menu.import, 'import', 'CmdOrCtrl+I'), action(menu.prototype, 'prototype'), line,
        { label: menu.openProject, accelerator: 'CmdOrCtrl+O', click: () => { parts.openProject(null); } }, { label: menu.recent, submenu: recent }, { label: menu.showProject, click: () => { parts.showProject(); } }, line,
        { type: 'checkbox', label: menu.askWhenClosing, checked: parts.askWhenClosing, click: ({ checked }) => { parts.setAskWhenClosing(checked); } }, line,
        ...(apple ? [] : [settings, line]), { role: 'close' }, ...(apple ? [] : [{ role: 'quit' } satisfies MenuItemConstructorOptions]),
      ],
    },
    { label: menu.edit, submenu: [{ role: 'undo' }, { role: 'redo' }, line, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }] },
    {
      label: menu.view,
      submenu: [action(menu.search, 'search', 'CmdOrCtrl+K'), action(menu.details, 'details', 'CmdOrCtrl+.'), line, { role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, line, { role: 'togglefullscreen' }],
    },
    { label: menu.go, submenu: (['home', 'materials', 'potentials', 'runs', 'compare'] as const).map((place) => action(menu[place], place)) },
    { label: menu.window, role: 'window', submenu: [{ role: 'minimize' }, { role: 'zoom' }, ...(apple ? [line, { role: 'front' } satisfies MenuItemConstructorOptions] : [])] },
    { label: menu.help, role: 'help', submenu: [action(menu.keys, 'keys'), ...(apple ? [] : [...updates, line, { role: 'about', label: menu.about } satisfies MenuItemConstructorOptions])] },
  ];
}
