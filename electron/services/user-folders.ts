/** Where this machine keeps what belongs to a person: settings, and the project of a first start. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface UserFolders {
  readonly settings: string;
  readonly project: string;
}

/** `PHONOLITE_HOME` puts both below one folder. Otherwise each system's own places, as its other programs use them. */
export function userFolders(environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform, home = homedir()): UserFolders {
  const chosen = environment['PHONOLITE_HOME'];
  if (chosen !== undefined && chosen !== '') return { settings: join(chosen, 'settings'), project: join(chosen, 'Phonolite') };
  const documents = join(home, 'Documents');
  return { settings: settingsFolder(environment, platform, home), project: join(existsSync(documents) ? documents : home, 'Phonolite') };
}

function settingsFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): string {
  if (platform === 'win32') return join(environment['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Phonolite');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Phonolite');
  return join(environment['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'phonolite');
}
