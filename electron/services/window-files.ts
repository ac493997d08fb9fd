/** The pages of the window as any host serves them: only what lies in their folder, each with the headers that close every other door. */
import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { windowFolder } from './layout.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.png': 'image/png', '.json': 'application/json', '.woff2': 'font/woff2',
};

/** Scripts and connections come from here alone, no frames, no forms. Styles may be inline: charts and page footers write them. */
const contentSecurityPolicy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data: blob:", "font-src 'self'", "connect-src 'self'", "worker-src 'self'", "base-uri 'none'", "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const windowHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
};

export interface WindowFile {
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Its name changes with its content. */
  readonly lasting: boolean;
}

/** The file of a URL path, or null. A path without an ending is a place inside the application: the one page of it. */
export async function windowFile(path: string, folder = windowFolder): Promise<WindowFile | null> {
  let name: string;
  try {
    name = decodeURIComponent(path);
  } catch {
    return null;
  }
  if (name.includes('\0') || name.includes('\\')) return null;
  const wanted = extname(name) === '' ? '/index.html' : name;
  const file = resolve(join(folder, wanted));
  const type = types[extname(file)];
  if (!file.startsWith(resolve(folder) + sep) || type === undefined) return null;
  try {
    return { type, bytes: await readFile(file), lasting: wanted.startsWith('/assets/') };
  } catch {
    return null;
  }
}
