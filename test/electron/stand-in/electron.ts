/** The exports of the stand-in. What is not here does not exist: Electron has much more, and each of it wants its own stand-in first. */
import './control.ts';
import { addScheme } from './chromium.ts';
import { needsNotReady } from './state.ts';

export { app } from './app.ts';
export { session } from './session.ts';
export { BrowserWindow, ipcMain } from './window.ts';
export { dialog, Menu, nativeTheme, Notification, powerSaveBlocker, screen, shell, Tray } from './system.ts';
export { utilityProcess } from './utility.ts';

export const protocol = {
  registerSchemesAsPrivileged: (list: { scheme: string; privileges: { standard?: boolean; secure?: boolean } }[]): void => {
    needsNotReady('protocol.registerSchemesAsPrivileged');
    for (const { scheme, privileges } of list) {
      if (!privileges.standard || !privileges.secure) throw new Error(`pages of ${scheme}: would have no origin of their own, or an insecure one`);
      addScheme(scheme);
    }
  },
};
