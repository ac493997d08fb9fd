/**
 * How long the program lives. A run goes on when its window closes: the person is asked once, the program stays in the
 * tray, tells when the run is done, and ends when nothing is left to do. Whoever quits stops the run; what is finished is kept.
 */
import { app, dialog, Menu, Notification, powerSaveBlocker, Tray, type BrowserWindow } from 'electron';
import { join } from 'node:path';
import type { RunSummary, ServiceEvent } from '../../core/contracts/service.ts';
import type { Application } from '../services/application.ts';
import { resources } from '../services/layout.ts';
import type { WindowMemory } from './window-memory.ts';
import { words } from './words.ts';

export interface LifetimeParts {
  readonly application: Application;
  readonly memory: WindowMemory;
  readonly window: () => BrowserWindow | null;
  readonly showWindow: () => void;
  /** The answer to the question has been kept. */
  readonly onRemembered: () => void;
}

const ended = ['done', 'failed', 'stopped', 'interrupted'] as const;

export class Lifetime {
  private readonly parts: LifetimeParts;
  private leaving: 'no' | 'closing' | 'closed' = 'no';
  private asking = false;
  private tray: Tray | null = null;
  private running: RunSummary | null = null;
  private awake: number | null = null;

  constructor(parts: LifetimeParts) {
    this.parts = parts;
    parts.application.subscribe((event) => { this.told(event); });
    app.on('window-all-closed', () => { this.unlessNeeded(); });
    app.on('before-quit', (event) => {
      if (this.leaving === 'closed') return;
      event.preventDefault();
      void this.leave();
    });
  }

  /** Asks before a window goes under which a run is computed. */
  guard(window: BrowserWindow): void {
    this.settleTray();
    window.on('close', (event) => {
      const { application, memory } = this.parts;
      if (this.leaving !== 'no' || !application.busy) return;
      event.preventDefault();
      if (memory.value.whenClosing === 'ask') void this.ask(window);
      else this.answer(window, memory.value.whenClosing);
    });
    window.on('closed', () => { this.settleTray(); });
  }

  private async ask(window: BrowserWindow): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    const { closing } = words;
    const choices = ['go-on', 'stop', 'cancel'] as const;
    const { response, checkboxChecked } = await dialog.showMessageBox(window, {
      type: 'question', message: closing.message, detail: closing.detail, buttons: [closing.goOn, closing.stop, closing.cancel], defaultId: 0, cancelId: 2, noLink: true, checkboxLabel: closing.remember, checkboxChecked: true,
    });
    this.asking = false;
    const choice = choices[response] ?? 'cancel';
    if (choice === 'cancel') return;
    if (checkboxChecked) {
      await this.parts.memory.change({ whenClosing: choice });
      this.parts.onRemembered();
    }
    this.answer(window, choice);
  }

  private answer(window: BrowserWindow, choice: 'go-on' | 'stop'): void {
    if (choice === 'stop') app.quit();
    else if (!window.isDestroyed()) window.destroy();
  }

  private told(event: ServiceEvent): void {
    if (event.type !== 'run-changed') return;
    const { run } = event;
    if (run.state === 'running' || run.state === 'paused') this.running = run;
    else if (this.running?.id === run.id && (ended as readonly string[]).includes(run.state)) {
      this.running = null;
      if (this.leaving === 'no' && !this.parts.window()?.isFocused()) this.announce(run);
    }
    this.settleTray();
    this.settleAwake();
    // The queue is looked at after the event: the next run may begin at once.
    void this.parts.application.whenIdle().then(() => { this.unlessNeeded(); });
  }

  private announce(run: RunSummary): void {
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title: words.ended.title(run), body: words.ended.body(run) });
    notification.on('click', this.parts.showWindow);
    notification.show();
  }

  /** Ends a program without a window and without work; on macOS it stays in the dock, as programs do there. */
  private unlessNeeded(): void {
    const { application, window } = this.parts;
    this.settleAwake();
    if (this.leaving === 'no' && window() === null && !application.busy && process.platform !== 'darwin') app.quit();
  }

  /** In the tray only while there is no other sign of the program; the dock of macOS always is one. */
  private settleTray(): void {
    const wanted = this.leaving === 'no' && this.parts.window() === null && this.parts.application.busy && process.platform !== 'darwin';
    if (!wanted) {
      this.tray?.destroy();
      this.tray = null;
      return;
    }
    if (!this.tray) {
      try {
        this.tray = new Tray(join(resources, 'icons/32x32.png'));
      } catch {
        // A desktop without a tray: the notification and a new start remain.
        return;
      }
      this.tray.setContextMenu(Menu.buildFromTemplate([{ label: words.tray.show, click: this.parts.showWindow }, { label: words.tray.quit, click: () => { app.quit(); } }]));
      this.tray.on('click', this.parts.showWindow);
    }
    this.tray.setToolTip(words.tray.title(this.running?.title ?? null));
  }

  /** A machine must not fall asleep over a run. */
  private settleAwake(): void {
    const wanted = this.leaving === 'no' && this.parts.application.busy;
    if (wanted) this.awake ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (this.awake !== null) {
      powerSaveBlocker.stop(this.awake);
      this.awake = null;
    }
  }

  private async leave(): Promise<void> {
    if (this.leaving !== 'no') return;
    this.leaving = 'closing';
    this.parts.window()?.hide();
    this.settleTray();
    this.settleAwake();
    try {
      await this.parts.application.close();
    } finally {
      this.leaving = 'closed';
      app.quit();
    }
  }
}
