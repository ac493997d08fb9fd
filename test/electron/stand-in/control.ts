/** The wire to the test that started this: it looks in, and acts as the person at the screen. */
import { app } from './app.ts';
import { changes, preventable, state } from './state.ts';
import { Menu, nativeTheme, Notification, system, Tray } from './system.ts';
import { BrowserWindow, type WebContents } from './window.ts';

const first = (): BrowserWindow => BrowserWindow.getAllWindows().find(({ shown }) => shown) ?? BrowserWindow.getAllWindows()[0] ?? ((): never => { throw new Error('there is no window'); })();

const acts = {
  look: () => ({
    ...state,
    windows: BrowserWindow.getAllWindows().map((window) => ({ id: window.id, shown: window.shown, focused: window.focused, bounds: window.getNormalBounds(), maximized: window.isMaximized(), url: window.webContents.getURL() })),
    menu: labels(Menu.current?.items ?? []),
    tray: Tray.current && { tip: Tray.current.tip, menu: labels(Tray.current.menu?.items ?? []) },
    theme: nativeTheme.themeSource,
  }),
  choose: (...path: string[]) => { Menu.current?.choose(path); },
  chooseInTray: (...path: string[]) => { Tray.current?.menu?.choose(path); },
  clickNotification: () => { Notification.last?.emit('click'); },
  answer: (kind: string, answer: unknown) => { system.answer(kind, answer); },
  closeWindow: () => first().close(),
  setBounds: (bounds: object) => { first().setBounds(bounds); },
  maximize: () => { first().maximize(); },
  minimize: () => { first().minimize(); },
  openFile: (path: string) => {
    const event = preventable({});
    app.emit('open-file', event, path);
    return event.defaultPrevented;
  },
  attachWebview: () => {
    const event = preventable({});
    first().webContents.emit('will-attach-webview', event, {}, {});
    return event.defaultPrevented;
  },
  loseRenderer: () => { first().webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 139 }); },
  /** A mistake in the main process, when nobody is looking. */
  fail: (what: string) => { setTimeout(() => { throw new Error(what); }); },
  quit: () => { app.quit(); },
} as const;
export type Acts = typeof acts;

function labels(items: readonly { label?: string; role?: string; type?: string; accelerator?: string; checked?: boolean; submenu?: readonly object[] }[]): object[] {
  return items.filter(({ type }) => type !== 'separator').map(({ label, role, accelerator, checked, submenu }) => ({ name: label ?? role, ...(accelerator !== undefined && { accelerator }), ...(checked !== undefined && { checked }), ...(submenu && { items: labels(submenu) }) }));
}

export type { WebContents };

if (process.send) {
  process.on('message', (asked: { id: number; act: keyof Acts; given: unknown[] }) => {
    try {
      const value = (acts[asked.act] as (...given: unknown[]) => unknown)(...asked.given);
      process.send?.({ id: asked.id, value: structuredClone(value) });
    } catch (error) {
      process.send?.({ id: asked.id, error: error instanceof Error ? error.message : String(error) });
    }
  });
  process.channel?.unref();
  for (const name of ['ready', 'loaded', 'closed', 'dialog', 'notification', 'saved', 'quit']) changes.on(name, (detail: unknown) => process.send?.({ event: name, detail }));
  // A test that was ended leaves no program behind.
  process.on('disconnect', () => { app.exit(1); });
}
