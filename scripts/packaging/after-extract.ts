/**
 * Takes out of Electron what no package needs. electron-builder does so for an Electron that it has fetched itself, not
 * for one that was here already; a program that waits beside ours to be started instead has no place in either.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { AfterPackContext } from 'electron-builder';

export default function afterExtract({ appOutDir, packager }: AfterPackContext): Promise<void> {
  rmSync(join(packager.getResourcesDir(appOutDir), 'default_app.asar'), { force: true });
  const languages = packager.config.electronLanguages ?? [];
  const wanted = new Set(typeof languages === 'string' ? [languages] : languages);
  const locales = join(appOutDir, 'locales');
  for (const name of existsSync(locales) ? readdirSync(locales) : []) if (!wanted.has(basename(name, '.pak'))) rmSync(join(locales, name));
  return Promise.resolve();
}
