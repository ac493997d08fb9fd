/** "Check for updates": asks before anything is downloaded, and again leaves the installing to the person. */
import { app, dialog, shell, type BrowserWindow } from 'electron';
import { existsSync, readFileSync } from 'node:fs';
import type { Message } from '../../core/contracts/quantity.ts';
import { message, Refusal } from '../../core/contracts/messages.ts';
import { updatesFile, version } from '../services/layout.ts';
import { downloadUpdate, findUpdate, readChannel, type UpdateChannel } from '../services/updates.ts';
import { words } from './words.ts';

/** What whoever made this package has built in; null in a checkout, and where there is no channel. */
export function builtInChannel(): UpdateChannel | null {
  return existsSync(updatesFile) ? readChannel(JSON.parse(readFileSync(updatesFile, 'utf8'))) : null;
}

/** The ending of the package that this program was started from. */
function packageEnding(): string | null {
  if (process.platform !== 'linux') return null;
  return process.env['APPIMAGE'] !== undefined ? '.AppImage' : existsSync('/var/lib/dpkg/info/phonolite.list') ? '.deb' : '.tar.gz';
}

export async function checkForUpdates(channel: UpdateChannel, window: BrowserWindow | null, tell: (problem: Message) => Promise<void>): Promise<void> {
  const ask = (options: Electron.MessageBoxOptions): Promise<Electron.MessageBoxReturnValue> => (window && !window.isDestroyed() ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options));
  const { update: words_ } = words;
  try {
    const found = await findUpdate(channel, { version, platform: process.platform, architecture: process.arch, ending: packageEnding() });
    if (!found) {
      await ask({ type: 'info', message: words_.none(version), buttons: [words.problem.continue], noLink: true });
      return;
    }
    const size = `${(found.file.size / 1e6).toFixed(0)} MB`;
    const { response } = await ask({ type: 'question', message: words_.found(found.version), detail: words_.detail(version, size), buttons: [words_.download, words_.later], defaultId: 1, cancelId: 1, noLink: true });
    if (response !== 0) return;
    const path = await downloadUpdate(channel, found, app.getPath('downloads'));
    const { response: next } = await ask({ type: 'info', message: words_.checked(found.file.name), detail: words_.checkedDetail, buttons: [words_.show, words_.later], defaultId: 0, cancelId: 1, noLink: true });
    if (next === 0) shell.showItemInFolder(path);
  } catch (error) {
    await tell(error instanceof Refusal ? error.detail : message('general.internal', { detail: String(error).slice(0, 300) }));
  }
}
