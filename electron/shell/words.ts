/** Words that the system shows for the application: menu, tray, dialogs, notifications. Those of the window are in renderer/words. */
import type { RunSummary } from '../../core/contracts/service.ts';

export const words = {
  name: 'Phonolite',
  copyright: 'MIT licence. Nothing leaves this machine.',
  menu: {
    file: 'File', edit: 'Edit', view: 'View', go: 'Go', window: 'Window', help: 'Help',
    newRun: 'New calculation', import: 'Import…', prototype: 'Crystal from a prototype…', openProject: 'Open project…', recent: 'Open recent project', noRecent: 'None yet', showProject: 'Show project folder',
    settings: 'Settings…', search: 'Search or do…', details: 'Details', keys: 'Keys', askWhenClosing: 'Ask before closing during a run', updates: 'Check for updates…',
    home: 'Home', materials: 'Materials', potentials: 'Potentials', runs: 'Runs', compare: 'Compare',
    about: 'About Phonolite', quit: 'Quit Phonolite', hide: 'Hide Phonolite',
  },
  tray: {
    title: (running: string | null): string => (running === null ? 'Phonolite' : `Phonolite computes ${running}`),
    show: 'Show Phonolite', quit: 'Stop, keep what is finished, and quit',
  },
  closing: {
    message: 'A run is being computed.',
    detail: 'It can go on without this window: start Phonolite again to see it, and it tells you when it is done. Or stop it: what is finished is kept, and it can be resumed.',
    goOn: 'Close and go on computing', stop: 'Stop and quit', cancel: 'Cancel', remember: 'Do the same from now on',
  },
  ended: {
    title: (run: Pick<RunSummary, 'title'>): string => run.title,
    body: ({ state, verdict, message }: Pick<RunSummary, 'state' | 'verdict' | 'message'>): string => {
      if (state === 'done') return { good: 'Done. All checks were passed.', caution: 'Done, with a caution to read.', unreliable: 'Done, but a result is unreliable. Read why.' }[verdict ?? 'good'];
      return message?.sentence ?? 'It has ended before it was finished. What was computed is kept.';
    },
  },
  problem: { continue: 'OK' },
  crashed: { message: 'The window has ended unexpectedly.', detail: 'Runs go on, and nothing was lost.', again: 'Open it again', quit: 'Quit' },
  update: {
    none: (version: string): string => `Phonolite ${version} is the latest version.`,
    found: (version: string): string => `Phonolite ${version} is available.`,
    detail: (now: string, size: string): string => `This is version ${now}. The new one has ${size}; it is checked against the signature of its makers before you are asked to install it.`,
    download: 'Download', later: 'Later', checked: (file: string): string => `${file} was downloaded and its signature is right.`, checkedDetail: 'Open its folder, quit Phonolite, and install it.', show: 'Show the file',
  },
} as const;
