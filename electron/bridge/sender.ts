/** Who may call: the main frame of a window of ours, at our own origin. Nothing else has a reason to, so it is answered with a refusal. */

/** Where the pages of the window live. A scheme of its own: pages from files would have the rights of all files. */
export const windowScheme = 'app';
export const windowOrigin = `${windowScheme}://phonolite`;

/** What of an Electron event says where it comes from. */
export interface Sender {
  /** Null, or throwing where it is asked, once the frame has gone. */
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null;
  readonly sender: { readonly mainFrame: unknown };
}

/** The origin of a URL of any scheme: `URL.origin` knows only those of the web. */
export function originOf(url: string): string | null {
  const parsed = URL.parse(url);
  return parsed && `${parsed.protocol}//${parsed.host}`;
}

/** `ours`: the contents of the windows that were opened for the application. */
export function mayCall(event: Sender, ours: readonly unknown[]): boolean {
  try {
    const { senderFrame: frame, sender } = event;
    return frame !== null && ours.includes(sender) && frame.parent === null && frame === sender.mainFrame && originOf(frame.url) === windowOrigin;
  } catch {
    // The frame was taken away while its message was on the way.
    return false;
  }
}
