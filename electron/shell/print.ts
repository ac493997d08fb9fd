/** Prints a page that needs no network: in a hidden window with a session of its own, which knows nothing but that page. */
import { BrowserWindow, session, type Session } from 'electron';
import { readFile } from 'node:fs/promises';
import { refuse } from '../../core/contracts/messages.ts';
import { windowScheme } from '../bridge/sender.ts';
import { closeSession } from './guards.ts';

const printOrigin = `${windowScheme}://print`;
/** ms. A report of 5 MB prints in 2 to 4 s on two slow cores; a page that takes this long will not finish. */
const patience = 60_000;

/**
 * Resolves when the page has come to rest: its fonts and pictures are there and nothing has been written for this long (ms).
 * Frames are not waited for: a window that is not shown has none.
 */
const settled = `new Promise((resolve) => {
  let timer;
  const wait = () => { clearTimeout(timer); timer = setTimeout(done, 300); };
  const watch = new MutationObserver(wait);
  const done = () => { watch.disconnect(); resolve(document.fonts.ready.then(() => Promise.allSettled([...document.images].map((image) => image.decode()))).then(() => true)); };
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  wait();
})`;

/** Pages that are being printed, by their address. */
const pages = new Map<string, Uint8Array<ArrayBuffer>>();
let serial = 0;

/** Kept in memory alone, and shut to everything but those pages. */
function printSession(): Session {
  const own = session.fromPartition('print');
  if (!own.protocol.isProtocolHandled(windowScheme)) {
    closeSession(own, printOrigin);
    own.protocol.handle(windowScheme, ({ url }) => {
      const page = pages.get(new URL(url).pathname);
      return page ? new Response(page, { headers: { 'content-type': 'text/html; charset=utf-8' } }) : new Response('There is no such page.\n', { status: 404 });
    });
  }
  return own;
}

/** `path`: a page as a file; it is opened with `#print`, so that everything on it is drawn at once, in print colours. */
export async function printToPdf(path: string): Promise<Uint8Array> {
  const address = `/${String(++serial)}.html`;
  pages.set(address, Uint8Array.from(await readFile(path)));
  const window = new BrowserWindow({
    show: false, width: 1000, height: 1400,
    webPreferences: { session: printSession(), sandbox: true, contextIsolation: true, nodeIntegration: false, spellcheck: false, backgroundThrottling: false, devTools: false },
  });
  try {
    return await within(patience, async () => {
      await window.loadURL(`${printOrigin}${address}#print`);
      await window.webContents.executeJavaScript(settled);
      return Uint8Array.from(await window.webContents.printToPDF({ printBackground: true, preferCSSPageSize: true, generateTaggedPDF: true, generateDocumentOutline: true }));
    });
  } catch (error) {
    return refuse('report.printing', { browser: 'Electron', detail: error instanceof Error ? error.message : String(error) });
  } finally {
    pages.delete(address);
    window.destroy();
  }
}

function within<T>(limit: number, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => { reject(new Error(`it took longer than ${String(limit / 1000)} s`)); }, limit);
    work().then(resolve, reject).finally(() => { clearTimeout(timer); });
  });
}
