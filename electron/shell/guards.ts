/** What a page must not do, whatever got into it: leave, open windows, ask for devices, speak to a network. */
import type { Session, WebContents } from 'electron';
import { originOf, windowOrigin } from '../bridge/sender.ts';

/** For every page that is ever made, of ours or not. What is loaded by the program itself is not asked about. */
export function closeDoors(contents: WebContents): void {
  const stay = (event: { readonly url: string; preventDefault(): void }): void => {
    if (originOf(event.url) !== windowOrigin) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => { event.preventDefault(); });
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  // Connections between browsers pass by all other rules; without a proxy there are none.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}

/** No page of a session gets a permission or a device, and no request leaves for anywhere but our own scheme. */
export function closeSession(session: Session, allowed: string = windowOrigin): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => { answer(false); });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) => { answer({ cancel: !staysHere(url, allowed) }); });
}

/** Ours, or something that a page has made itself (a file to save, a picture), or the tools of whoever develops this. */
export function staysHere(url: string, allowed: string): boolean {
  const { protocol } = URL.parse(url) ?? { protocol: '' };
  return originOf(url) === allowed || ['blob:', 'data:', 'devtools:'].includes(protocol);
}

/** A page offers files by name and the person says where they go; the system asks. What comes from elsewhere is not saved. */
export function askWhereToSave(session: Session): void {
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${windowOrigin}/`)) event.preventDefault();
    else item.setSaveDialogOptions({ defaultPath: item.getFilename() });
  });
}
