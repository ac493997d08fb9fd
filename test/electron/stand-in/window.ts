/** Windows: each is a page of Chromium. What crosses between it and the main process goes through an isolated world, as in Electron. */
import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { CDPSession, Download, Page, Route } from 'playwright-core';
import { adoptWindow, appEvents } from './app.ts';
import { fromBrowser, pages, toBrowser, hasScheme } from './chromium.ts';
import { pack, unpack } from './clone.ts';
import { isolatedScript, isolatedWorld, pageScript, wire } from './in-page.ts';
import { session as sessions, type Session } from './session.ts';
import { changes, KnownEvents, needsReady, preventable, state } from './state.ts';
import { system } from './system.ts';

export interface Bounds { x: number; y: number; width: number; height: number }
interface Options extends Partial<Bounds> {
  show?: boolean; title?: string; minWidth?: number; minHeight?: number; backgroundColor?: string; icon?: string;
  webPreferences?: Record<string, unknown> & { preload?: string; session?: Session; partition?: string };
}
interface Frame { url: string; parent: Frame | null; readonly id: string }
type Handler = (event: object, ...given: unknown[]) => unknown;

const handlers = new Map<string, Handler>();
const sends = new EventEmitter();

export const ipcMain = {
  handle: (channel: string, handler: Handler): void => {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    handlers.set(channel, handler);
  },
  on: (channel: string, listener: Handler): void => { sends.on(channel, listener); },
};

/** Each of these opens a door that Electron's security list asks to keep shut. */
const insecure: Readonly<Record<string, unknown>> = {
  nodeIntegration: true, nodeIntegrationInWorker: true, nodeIntegrationInSubFrames: true, contextIsolation: false, sandbox: false, webSecurity: false, allowRunningInsecureContent: true, experimentalFeatures: true, webviewTag: true, navigateOnDragDrop: true,
};
const knownPreferences = ['preload', 'session', 'partition', 'devTools', 'spellcheck', 'backgroundThrottling', 'enableBlinkFeatures', ...Object.keys(insecure)];

function checkPreferences(preferences: NonNullable<Options['webPreferences']>): void {
  for (const [name, value] of Object.entries(preferences)) {
    if (!knownPreferences.includes(name)) throw new Error(`webPreferences has no "${name}" here`);
    if (name in insecure && insecure[name] === value) throw new Error(`insecure webPreferences: ${name} is ${String(value)}`);
  }
  if (preferences['enableBlinkFeatures'] !== undefined) throw new Error('insecure webPreferences: enableBlinkFeatures');
  if (preferences.preload !== undefined && !isAbsolute(preferences.preload)) throw new Error('preload must be an absolute path');
}

let serial = 0;

export class WebContents extends KnownEvents {
  readonly id = ++serial;
  readonly session: Session;
  private readonly owner: BrowserWindow;
  private readonly frames = new Map<string, Frame>();
  /** Isolated world of each frame. */
  private readonly worlds = new Map<string, number>();
  private mainId = '';
  private cdp: CDPSession | null = null;
  private openHandler: ((details: { url: string; frameName: string; features: string; disposition: string }) => { action: string }) | null = null;
  /** The program itself loads something: it is not asked about. */
  private loading = false;
  page: Page | null = null;

  constructor(owner: BrowserWindow, session: Session) {
    super('webContents', ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview', 'did-start-navigation', 'did-finish-load', 'did-fail-load', 'dom-ready', 'render-process-gone', 'destroyed']);
    this.owner = owner;
    this.session = session;
  }

  async open(preload: string | undefined, size: { width: number; height: number }): Promise<void> {
    const secret = `stand-in-${randomBytes(8).toString('hex')}-`;
    const page = this.page = await pages().newPage();
    await page.setViewportSize(size);
    const cdp = this.cdp = await pages().newCDPSession(page);
    cdp.on('Runtime.executionContextCreated', ({ context }) => {
      const { frameId } = (context.auxData ?? {}) as { frameId?: string };
      if (context.name === isolatedWorld && frameId !== undefined) this.worlds.set(frameId, context.id);
    });
    cdp.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      const frame = [...this.worlds].find(([, id]) => id === executionContextId)?.[0];
      if (name === wire && frame !== undefined) void this.received(payload, frame);
    });
    cdp.on('Page.frameAttached', ({ frameId, parentFrameId }) => { this.frames.set(frameId, { id: frameId, url: 'about:blank', parent: this.frames.get(parentFrameId) ?? null }); });
    cdp.on('Page.frameNavigated', ({ frame }) => { this.frameAt(frame.id, frame.url, frame.parentId); });
    cdp.on('Page.navigatedWithinDocument', ({ frameId, url }) => { this.frameAt(frameId, url); });
    cdp.on('Page.frameDetached', ({ frameId }) => {
      this.frames.delete(frameId);
      this.worlds.delete(frameId);
    });
    await cdp.send('Page.enable');
    await cdp.send('Runtime.enable');
    const { frameTree } = await cdp.send('Page.getFrameTree');
    this.mainId = frameTree.frame.id;
    this.frameAt(this.mainId, frameTree.frame.url);
    await cdp.send('Runtime.addBinding', { name: wire, executionContextName: isolatedWorld });
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: pageScript(secret) });
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: isolatedScript(secret, preload === undefined ? null : readFileSync(preload, 'utf8')), worldName: isolatedWorld });
    await page.route('**/*', (route) => this.requested(route));
    page.on('popup', (popup) => { void this.poppedUp(popup); });
    page.on('download', (download) => { void this.downloaded(download); });
    page.on('crash', () => { this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }); });
    page.on('domcontentloaded', () => { this.emit('dom-ready', {}); });
  }

  private frameAt(id: string, url: string, parentId?: string): void {
    const known = this.frames.get(id);
    if (known) known.url = fromBrowser(url);
    else this.frames.set(id, { id, url: fromBrowser(url), parent: parentId === undefined ? null : (this.frames.get(parentId) ?? null) });
  }

  get mainFrame(): Frame {
    this.alive();
    return this.frames.get(this.mainId)!;
  }

  private alive(): void {
    if (this.isDestroyed()) throw new TypeError('Object has been destroyed');
  }

  isDestroyed(): boolean {
    return this.owner.isDestroyed();
  }

  getURL(): string {
    return this.mainFrame.url;
  }

  private async received(payload: string, frameId: string): Promise<void> {
    const said = unpack(payload) as { kind: string; id: number; channel: string; given: unknown[]; permission: string; check: boolean; url: string };
    const frame = this.frames.get(frameId) ?? null;
    const event = { senderFrame: frame, sender: this, frameId, processId: 1 };
    if (said.kind === 'permission') {
      const granted = await this.session.permits(this, said.permission, said.check, frame?.url ?? '');
      this.deliver({ kind: 'granted', id: said.id, granted }, frameId);
    } else if (said.kind === 'open') this.wantsWindow(fromBrowser(said.url));
    else if (said.kind === 'send') sends.emit(said.channel, event, ...said.given);
    else {
      const handler = handlers.get(said.channel);
      try {
        if (!handler) throw new Error(`No handler registered for '${said.channel}'`);
        this.deliver({ kind: 'answer', id: said.id, value: structuredClone(await handler(event, ...said.given)) }, frameId);
      } catch (error) {
        this.deliver({ kind: 'answer', id: said.id, error: `Error invoking remote method '${said.channel}': ${String(error)}` }, frameId);
      }
    }
  }

  private deliver(said: object, frameId: string): void {
    const contextId = this.worlds.get(frameId);
    if (contextId === undefined || this.isDestroyed()) return;
    this.cdp?.send('Runtime.evaluate', { expression: `standInDeliver(${JSON.stringify(pack(said))})`, contextId }).catch(() => undefined);
  }

  send(channel: string, ...given: unknown[]): void {
    this.alive();
    this.deliver({ kind: 'event', channel, given: structuredClone(given) }, this.mainId);
  }

  setWindowOpenHandler(handler: typeof this.openHandler): void {
    this.openHandler = handler;
  }

  setWebRTCIPHandlingPolicy(policy: string): void {
    if (!['default', 'default_public_interface_only', 'default_public_and_private_interfaces', 'disable_non_proxied_udp'].includes(policy)) throw new TypeError(`there is no policy ${policy}`);
  }

  private wantsWindow(url: string): boolean {
    const denied = this.openHandler?.({ url, frameName: '', features: '', disposition: 'new-window' }).action === 'deny';
    if (!denied) state.opened.push(url);
    return !denied;
  }

  private async poppedUp(popup: Page): Promise<void> {
    if (!this.wantsWindow(fromBrowser(popup.url()))) await popup.close();
  }

  private async requested(route: Route): Promise<void> {
    const request = route.request();
    const url = fromBrowser(request.url());
    const isMainFrame = request.isNavigationRequest() && request.frame().parentFrame() === null;
    if (request.isNavigationRequest() && !(isMainFrame && this.loading)) {
      const details = preventable({ url, isMainFrame, isSameDocument: false, frame: this.frames.get(this.mainId), initiator: this.frames.get(this.mainId) });
      this.emit('will-frame-navigate', details);
      if (isMainFrame && !details.defaultPrevented) this.emit('will-navigate', details);
      if (details.defaultPrevented) return route.abort('aborted');
    }
    if (isMainFrame) this.emit('did-start-navigation', { url, isMainFrame: true, isSameDocument: false });
    if (!(await this.session.passes({ url, method: request.method(), resourceType: isMainFrame ? 'mainFrame' : request.resourceType() }))) return route.abort('blockedbyclient');
    const scheme = url.slice(0, url.indexOf(':'));
    const serve = this.session.schemes.get(scheme);
    if (!serve) {
      if (!hasScheme(scheme)) state.left.push(url);
      return route.abort(hasScheme(scheme) ? 'failed' : 'internetdisconnected');
    }
    const body = request.postDataBuffer();
    const response = await serve(new Request(url, { method: request.method(), headers: request.headers(), ...(body && { body: new Uint8Array(body) }) }));
    return route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body: Buffer.from(await response.arrayBuffer()) });
  }

  /** A save dialog opens unless the program has said where to; the person's answer comes from the test. */
  private async downloaded(download: Download): Promise<void> {
    let options: { defaultPath?: string } = {}, path: string | null = null;
    const item = {
      getURL: () => fromBrowser(download.url()), getFilename: () => download.suggestedFilename(), getMimeType: () => '',
      setSaveDialogOptions: (given: { defaultPath?: string }) => { options = given; }, setSavePath: (given: string) => { path = given; },
    };
    const event = preventable({});
    this.session.emit('will-download', event, item, this);
    if (event.defaultPrevented) {
      await download.cancel();
      return;
    }
    path ??= (await system.ask('save', options)) as string | null;
    state.saved.push({ name: download.suggestedFilename(), path });
    if (path === null) await download.cancel();
    else await download.saveAs(path);
    changes.emit('saved');
  }

  async load(url: string): Promise<void> {
    const scheme = url.slice(0, url.indexOf(':'));
    if (!hasScheme(scheme)) throw new Error(`${url} is no page of a scheme of ours`);
    this.loading = true;
    try {
      await this.page!.goto(toBrowser(url));
    } finally {
      this.loading = false;
    }
    this.emit('did-finish-load', {});
  }

  reload(): void {
    this.alive();
    this.loading = true;
    void this.page!.reload().catch(() => undefined).finally(() => { this.loading = false; });
  }

  async executeJavaScript(code: string): Promise<unknown> {
    this.alive();
    await this.owner.opened;
    return this.page!.evaluate(code);
  }

  async printToPDF(options: { printBackground?: boolean; preferCSSPageSize?: boolean; generateTaggedPDF?: boolean; generateDocumentOutline?: boolean }): Promise<Buffer> {
    this.alive();
    const { printBackground = false, preferCSSPageSize = false, generateTaggedPDF = false, generateDocumentOutline = false, ...unknown } = options;
    if (Object.keys(unknown).length > 0) throw new Error(`printToPDF does not know ${Object.keys(unknown).join(', ')} here`);
    return this.page!.pdf({ printBackground, preferCSSPageSize, tagged: generateTaggedPDF, outline: generateDocumentOutline });
  }
}

const windows: BrowserWindow[] = [];

export class BrowserWindow extends KnownEvents {
  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }
  readonly id = ++serial;
  readonly webContents: WebContents;
  readonly opened: Promise<void>;
  private bounds: Bounds;
  private destroyed = false;
  private maximized = false;
  private minimized = false;
  shown: boolean;
  focused = false;

  constructor(options: Options = {}) {
    super('BrowserWindow', ['close', 'closed', 'ready-to-show', 'show', 'hide', 'focus', 'blur', 'resize', 'move', 'maximize', 'unmaximize']);
    needsReady('BrowserWindow');
    const preferences = options.webPreferences ?? {};
    checkPreferences(preferences);
    const { x = 0, y = 0, width = 800, height = 600 } = options;
    if (![x, y, width, height].every(Number.isInteger)) throw new TypeError('bounds are whole numbers');
    this.bounds = { x, y, width, height };
    this.shown = options.show ?? true;
    this.webContents = new WebContents(this, preferences.session ?? sessions.fromPartition(preferences.partition ?? ''));
    windows.push(this);
    adoptWindow(this);
    appEvents.emit('web-contents-created', {}, this.webContents);
    this.opened = this.webContents.open(preferences.preload, { width, height });
  }

  private alive(): void {
    if (this.destroyed) throw new TypeError('Object has been destroyed');
  }
  async loadURL(url: string): Promise<void> {
    this.alive();
    await this.opened;
    await this.webContents.load(url);
    if (this.destroyed) return;
    this.emit('ready-to-show');
    changes.emit('loaded', this.id);
  }
  show(): void { this.alive(); this.shown = true; this.minimized = false; this.focus(); this.emit('show'); }
  hide(): void { this.alive(); this.shown = false; this.focused = false; this.emit('hide'); }
  focus(): void { this.alive(); for (const one of windows) one.focused = one === this; }
  isFocused(): boolean { this.alive(); return this.focused; }
  isMinimized(): boolean { this.alive(); return this.minimized; }
  minimize(): void { this.alive(); this.minimized = true; this.focused = false; }
  restore(): void { this.alive(); this.minimized = false; }
  maximize(): void { this.alive(); this.maximized = true; this.emit('maximize'); this.emit('resize'); }
  isMaximized(): boolean { this.alive(); return this.maximized; }
  getNormalBounds(): Bounds { this.alive(); return { ...this.bounds }; }
  isDestroyed(): boolean { return this.destroyed; }
  /** As a person drags and pulls it. */
  setBounds(bounds: Partial<Bounds>): void {
    this.alive();
    this.bounds = { ...this.bounds, ...bounds };
    void this.webContents.page?.setViewportSize({ width: this.bounds.width, height: this.bounds.height });
    this.emit('move');
    this.emit('resize');
  }
  /** Whether it went. */
  close(): boolean {
    this.alive();
    const event = preventable({});
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
    return !event.defaultPrevented;
  }
  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.shown = this.focused = false;
    windows.splice(windows.indexOf(this), 1);
    void this.opened.then(() => this.webContents.page?.close()).catch(() => undefined);
    this.webContents.emit('destroyed');
    this.emit('closed');
    changes.emit('closed', this.id);
    if (windows.length === 0 && !state.quitting) appEvents.emit('window-all-closed');
  }
}
