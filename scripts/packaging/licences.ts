/** The licences of the libraries inside the bundles: each asks to be passed on with its text. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Locked {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly dev?: boolean; readonly optional?: boolean; readonly license?: string }>>;
}

/** Of every package that the program needs when it runs, by the lockfile. */
export function licencesOf(root: string): string {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Locked;
  const parts = Object.entries(packages)
    .filter(([path, { dev }]) => path.startsWith('node_modules/') && dev !== true && existsSync(join(root, path)))
    .map(([path, { version = '', license = '' }]) => {
      const folder = join(root, path);
      const texts = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.parentPath.slice(folder.length).includes('node_modules') && /^(licen[cs]e|notice|copying)(?!.*\.[cm]?[jt]s$)/i.test(entry.name))
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').trim());
      return `${path.slice(path.lastIndexOf('node_modules/') + 13)} ${version} (${license})\n\n${texts.join('\n\n') || 'The package carries no text of its licence.'}\n`;
    });
  return `These libraries, or parts of them, are in Phonolite or were needed to build it.\n\n${parts.join(`\n${'─'.repeat(80)}\n\n`)}`;
}
