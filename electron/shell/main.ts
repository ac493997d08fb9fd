/** Entry of the desktop application: one program at a time, its window, its menu, and the services behind the bridge. */
import { app, BrowserWindow, dialog, ipcMain, Menu, nativeTheme, session, shell } from 'electron';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Message } from '../../core/contracts/quantity.ts';
import { message, Refusal } from '../../core/contracts/messages.ts';
import type { WindowAction } from '../../core/contracts/service.ts';
import { openBridge } from '../bridge/bridge.ts';
import { Application } from '../services/application.ts';
import { userFolders, type UserFolders } from '../services/user-folders.ts';
import { tellOfFailures } from './failures.ts';
import { askWhereToSave, closeDoors, closeSession } from './guards.ts';
import { leaveOpener, pathsIn, projectAt, readBrought } from './handed-over.ts';
import { Lifetime } from './lifetime.ts';
import { makeWindow } from './main-window.ts';
import { menuOf } from './menu.ts';
import { registerScheme, servePages } from './pages.ts';
import { printToPdf } from './print.ts';
import { builtInChannel, checkForUpdates } from './updates.ts';
import { utility } from './utility-process.ts';
import { WindowMemory } from './window-memory.ts';
import { words } from './words.ts';

const folders = userFolders();
const profile = join(folders.settings, 'window');
mkdirSync(profile, { recursive: true });
tellOfFailures(join(folders.settings, 'errors.log'));
app.setPath('userData', profile);
app.enableSandbox();
registerScheme();
app.setAppUserModelId('io.github.phonolite.phonolite');
if (app.requestSingleInstanceLock()) run(folders);
else app.quit();

function run(folders: UserFolders): void {
  const application = new Application({
    kind: 'electron', note: null, spawn: utility, printToPdf, cannotPrint: () => null, chooseFolder, userFolder: folders.settings, defaultProject: folders.project, now: () => new Date(),
  });
  const updates = builtInChannel();
  const memory = new WindowMemory(join(folders.settings, 'window.json'));
  let window: BrowserWindow | null = null;
  /** Handed over before there was a window to look at them. */
  const waiting: string[] = [];
  let listening = false;
  let wanted: WindowAction | null = null;
  const started = app.whenReady().then(() => application.start()).catch((error: unknown) => tell(message('general.internal', { detail: String(error).slice(0, 300) })));

  const bridge = openBridge({
    // Electron's types say more about an event than the bridge asks for.
    calls: { handle: (channel, listener) => { ipcMain.handle(channel, listener); }, on: (channel, listener) => { ipcMain.on(channel, listener); } },
    // The window is drawn while the project is opened: its first questions wait for that.
    call: async (method, input) => {
      await started;
      return application.call(method, input);
    },
    windows: () => (window ? [window.webContents] : []),
    onListening: () => {
      listening = true;
      if (wanted) bridge.tell({ type: 'asked', action: wanted });
      wanted = null;
      void handOver(waiting.splice(0));
    },
  });
  application.subscribe(bridge.tell);

  function showWindow(): void {
    if (!app.isReady()) return;
    if (!window) {
      const made = makeWindow(memory);
      window = made;
      made.on('closed', () => { window = null; });
      lifetime.guard(made);
      // Another page of ours, or the same anew: it has to listen again.
      made.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => { if (isMainFrame && !isSameDocument) deafen(made.webContents); });
      made.webContents.on('render-process-gone', (_event, { reason }) => {
        deafen(made.webContents);
        if (reason !== 'clean-exit') void recover(made);
      });
      return;
    }
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }
  const lifetime = new Lifetime({ application, memory, window: () => window, showWindow, onRemembered: settle });

  function deafen(contents: unknown): void {
    listening = false;
    bridge.forget(contents);
  }

  async function recover(crashed: BrowserWindow): Promise<void> {
    const { response } = await dialog.showMessageBox(crashed, { type: 'warning', message: words.crashed.message, detail: words.crashed.detail, buttons: [words.crashed.again, words.crashed.quit], defaultId: 0, cancelId: 0, noLink: true });
    if (response === 1) app.quit();
    else if (!crashed.isDestroyed()) crashed.webContents.reload();
  }

  async function tell(problem: Message): Promise<void> {
    const options: Electron.MessageBoxOptions = { type: 'warning', message: problem.sentence, buttons: [words.problem.continue], noLink: true };
    await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options));
  }

  async function openProject(folder: string | null): Promise<void> {
    await started;
    const answer = folder === null ? await application.call('project.choose', {}) : await application.call('project.open', { folder });
    if ('refusal' in answer) await tell(answer.refusal);
    else if ('failure' in answer) await tell(answer.failure);
  }

  /** A project is opened; everything else waits for the window, which says what it understands of it. */
  async function handOver(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const project = projectAt(path);
      if (project !== null) await openProject(project);
      else if (!listening) waiting.push(path);
      else {
        try {
          application.bring(readBrought(path));
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          await tell(error.detail);
        }
      }
    }
  }

  function act(action: WindowAction): void {
    showWindow();
    if (listening) bridge.tell({ type: 'asked', action });
    else wanted = action;
  }

  async function chooseFolder(): Promise<string | null> {
    const options: Electron.OpenDialogOptions = { properties: ['openDirectory', 'createDirectory'] };
    const { filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
    return filePaths[0] ?? null;
  }

  /** The menu and the theme follow the settings. */
  function settle(): void {
    const { theme, recent } = application.chosen;
    nativeTheme.themeSource = theme;
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuOf({
      platform: process.platform, recent, askWhenClosing: memory.value.whenClosing === 'ask', updates: updates !== null, act,
      openProject: (folder) => { void openProject(folder); },
      showProject: () => { if (application.projectFolder !== null) void shell.openPath(application.projectFolder); },
      setAskWhenClosing: (ask) => { void memory.change({ whenClosing: ask ? 'ask' : 'go-on' }); },
      checkForUpdates: () => { if (updates) void checkForUpdates(updates, window, tell); },
    })));
  }

  // macOS hands files over by events, also before it is ready; the others by the command line.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    showWindow();
    void handOver([path]);
  });
  app.on('second-instance', (_event, commandLine, folder) => {
    showWindow();
    void handOver(pathsIn(commandLine, app.isPackaged ? 1 : 2, folder));
  });
  app.on('activate', showWindow);
  app.on('web-contents-created', (_event, contents) => { closeDoors(contents); });

  void app.whenReady().then(() => {
    closeSession(session.defaultSession);
    askWhereToSave(session.defaultSession);
    servePages(session.defaultSession);
    app.setAboutPanelOptions({ applicationName: words.name, applicationVersion: app.getVersion(), copyright: words.copyright });
    application.subscribe((event) => {
      if (event.type === 'settings-changed') settle();
      // Only an installed program is known to the system by the ending of a file.
      else if (event.type === 'project-changed' && event.project && app.isPackaged) leaveOpener(event.project.folder);
    });
    settle();
    waiting.push(...pathsIn(process.argv, app.isPackaged ? 1 : 2, process.cwd()));
    showWindow();
  });
}
