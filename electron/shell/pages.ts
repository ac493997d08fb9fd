/** The pages of the window under `app://phonolite`: from their folder alone, with the headers that close every other door. */
import { protocol, type Session } from 'electron';
import { originOf, windowOrigin, windowScheme } from '../bridge/sender.ts';
import { windowFile, windowHeaders } from '../services/window-files.ts';

/** Before anything else of Electron is ready: a scheme gets its rights when the program starts. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: windowScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }]);
}

const plain = { ...windowHeaders, 'content-type': 'text/plain; charset=utf-8' };

export function servePages(session: Session): void {
  session.protocol.handle(windowScheme, async (request) => {
    if (originOf(request.url) !== windowOrigin) return new Response('There is no such place.\n', { status: 404, headers: plain });
    if (request.method !== 'GET' && request.method !== 'HEAD') return new Response('Pages are only read.\n', { status: 405, headers: plain });
    const file = await windowFile(new URL(request.url).pathname);
    if (!file) return new Response('There is no such page.\n', { status: 404, headers: plain });
    return new Response(file.bytes as Uint8Array<ArrayBuffer>, { headers: { ...windowHeaders, 'content-type': file.type } });
  });
}
