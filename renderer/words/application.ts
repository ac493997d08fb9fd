/** Words of the frame around all screens, and of those that belong to no library: first screen, command palette, notices. */
import { count } from './phrases.ts';

/** `3 s`, `2 min`, `1.5 h`. */
export function duration(seconds: number): string {
  if (seconds < 1) return 'under 1 s';
  if (seconds < 90) return `${String(Math.round(seconds))} s`;
  if (seconds < 5400) return `${String(Math.round(seconds / 60))} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** `3 to 5 min`; one value where both ends read alike. */
export function durationRange([low, high]: readonly [number, number]): string {
  const [from, to] = [duration(low), duration(high)];
  if (from === to) return from;
  const [number, unit] = from.split(' ');
  return to.endsWith(` ${unit!}`) && from !== 'under 1 s' ? `${number!} to ${to}` : `${from} to ${to}`;
}

export function moment(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}

export const words = {
  name: 'Phonolite',
  skip: 'Skip to the content',
  /** What pasted text is called until it has a name. */
  pasted: 'pasted text',
  drop: 'Drop structures, potentials or measured points here',
  title: (screen: string): string => `${screen} · Phonolite`,
  navigation: {
    label: 'Parts of the application', home: 'Home', materials: 'Materials', potentials: 'Potentials', newRun: 'New calculation', runs: 'Runs', compare: 'Compare', settings: 'Settings',
    collapse: 'Fold the navigation', expand: 'Unfold the navigation', runsBusy: (n: number): string => `${count(n, 'run')} being computed or waiting`,
  },
  top: { project: 'Project', noProject: 'No project is open', search: 'Search or do…', keys: 'Ctrl K', theme: 'Theme', help: 'Keys' },
  inspector: { label: 'Details', show: 'Show details', hide: 'Hide details' },
  status: {
    label: 'Status', threads: (n: number): string => `CPU, ${count(n, 'thread')}`, idle: 'Nothing is being computed', waiting: (n: number): string => `${count(n, 'run')} waiting`,
    running: (title: string): string => `Running: ${title}`, paused: (title: string): string => `Paused: ${title}`, left: (range: string): string => `${range} left in this step`,
  },
  connection: {
    gone: 'The program behind this page has ended. Start Phonolite again; runs that were not finished can be resumed.',
    lost: 'The program behind this page does not answer. If it was closed, start Phonolite again: runs that were not finished can be resumed.',
  },
  palette: {
    title: 'Search or do', placeholder: 'Type what you look for or want to do', none: 'Nothing is called that.', hint: 'Arrow keys choose, Enter does it, Esc closes',
    groups: { do: 'Do', go: 'Go to', materials: 'Materials', potentials: 'Potentials', runs: 'Runs' },
    newRun: 'Start a new calculation', import: 'Import a crystal or a potential', prototype: 'Make a crystal from a prototype', light: 'Use the light theme', dark: 'Use the dark theme', system: 'Follow the theme of the system', keys: 'Show all keys',
    example: (title: string): string => `Take the example ${title}`,
  },
  nameDialog: { label: 'Name', cancel: 'Cancel', save: 'Rename', empty: 'Give it a name.' },
  notices: { label: 'Notices', dismiss: 'Dismiss', undo: 'Undo' },
  problem: { title: 'That did not work', unknown: 'Something happened that Phonolite did not expect. Nothing was changed.', noProject: 'No project is open', openAnother: 'Open another folder' },
  keys: {
    title: 'Keys', close: 'Close',
    list: [
      ['Ctrl K', 'search or do anything'], ['?', 'this list'], ['Ctrl I', 'import files'], ['Ctrl N', 'new calculation'], ['Ctrl .', 'show or hide details'], ['Tab', 'next control'],
      ['Enter', 'do it'], ['Esc', 'close, or go back a step'], ['← →', 'bands: along the path · crystal: turn'], ['↑ ↓', 'lists: next and previous · bands: between modes · crystal: tilt'],
      ['Space', 'bands: start and stop the motion'], ['+ −', 'crystal: closer, farther'], ['0', 'crystal: first view'], ['a b c', 'crystal: look along an axis'], ['n p', 'crystal: point at the next or the previous atom'], ['m', 'crystal: measure'],
    ] as const,
  },
  home: {
    title: 'Home', welcome: 'What would you like to know about your crystal?',
    lead: 'Drop a CIF, POSCAR or XYZ file anywhere in this window, or begin with an example. Everything stays on this machine.',
    import: 'Import a crystal', prototype: 'From a prototype', examples: 'Examples', run: 'Compute', examplesLead: (first: boolean): string => `Each is ready to compute, with a potential that was made for it${first ? ': the first result is there within a minute' : ''}.`,
    recent: 'Latest runs', all: 'All runs',
    interrupted: (n: number): string => `${n === 1 ? 'One run was' : `${String(n)} runs were`} interrupted. What had been computed is kept.`,
    resumeAll: 'Resume', inspect: (n: number): string => (n === 1 ? 'Look at it' : 'Look at them'), discard: 'Discard', discarded: (n: number): string => `Moved ${count(n, 'run')} to the trash.`,
    resumed: (n: number): string => `${count(n, 'run')} ${n === 1 ? 'goes' : 'go'} on.`,
  },
  run: {
    states: { queued: 'Waiting', running: 'Running', paused: 'Paused', interrupted: 'Interrupted', stopped: 'Stopped', failed: 'Failed', done: 'Done' },
  },
} as const;
