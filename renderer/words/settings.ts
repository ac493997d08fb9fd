/** Words of the settings. */
import { count } from './phrases.ts';

export const words = {
  title: 'Settings', lead: 'Everything here holds for this machine and takes effect at once.',
  compute: {
    title: 'Computing', threads: 'Threads', allThreads: (cores: number): string => `All ${String(cores)} threads of this machine`,
    threadsHint: 'Runs that start from now on use this many worker threads. Results do not depend on it, to the last bit.',
    memory: 'Memory for a run', memoryHint: (machine: number): string => `MiB, of ${String(machine)} in this machine. A run that would need more is not started.`, memoryHalf: (half: number): string => `Half of the machine, ${String(half)} MiB`,
    processor: 'Processor', wrongThreads: 'Give a whole number from 1 to 1024.', wrongMemory: 'Give a whole number of MiB, at least 256.',
  },
  look: { title: 'Appearance and units', theme: 'Theme', motion: 'Motion', motions: { system: 'As the system says', reduced: 'Reduced' }, frequencies: 'Frequencies in', per: 'Extensive numbers per' },
  project: {
    title: 'Project', name: 'Name', rename: 'Rename', folder: 'Folder', counts: 'Contents', open: 'Open another project', path: 'Path of its folder', pathHint: 'A folder that is a project, a new one, or an empty one.',
    choose: 'Choose a folder…', openIt: 'Open', recent: 'Lately open', opened: (name: string): string => `${name} is open.`, renamed: 'The project has its new name.',
    contents: (materials: number, potentials: number, runs: number): string => `${count(materials, 'material')}, ${count(potentials, 'potential')} of your own, ${count(runs, 'run')}`,
    catalogue: 'Catalogue', catalogueHint: 'The index that makes runs searchable. It holds nothing of its own and can be made again from the folders at any time.', rebuild: 'Make it again',
    rebuilt: (runs: number, materials: number, problems: number): string => `Read ${count(runs, 'run')} and ${count(materials, 'material')} from the folders${problems > 0 ? `; ${count(problems, 'folder')} could not be read` : ''}.`,
  },
  trash: {
    title: 'Trash', empty: 'Nothing is in the trash.', hint: 'What is removed lies here until you empty the trash.', restore: 'Put back', emptyIt: 'Empty the trash…', emptyTitle: (n: number): string => `Delete ${count(n, 'thing')} for good?`,
    emptyText: 'What is in the trash is deleted from the disk. This cannot be taken back.', keep: 'Keep them', delete: 'Delete for good', emptied: (n: number): string => `Deleted ${count(n, 'thing')}.`, restored: (name: string): string => `${name} is back.`,
    kinds: { material: 'Material', potential: 'Potential', run: 'Run', measurement: 'Measured points' }, kind: 'Kind', name: 'Name', removed: 'Removed',
  },
  journal: { title: 'What was done', when: 'When', what: 'What', empty: 'Nothing was done in this project yet.', more: 'Show more' },
  privacy: {
    title: 'Privacy',
    lead: 'Nothing leaves this machine.',
    facts: [
      'Phonolite opens no connection to any other computer: no account, no statistics, no crash reports.',
      'The window may load only its own files; its security policy forbids every other address.',
      'Structures, potentials and results lie in the project’s folder as plain files. Settings lie in your user folder.',
      'A report is one file that asks no network, wherever it is opened.',
    ],
  },
  about: { title: 'About', version: 'Version', host: 'Way in', hosts: { electron: 'Window of its own', browser: 'Page in a browser of this machine' }, platform: 'System', licence: 'Licence', mit: 'MIT', printing: 'PDF', printable: 'Can be printed here' },
} as const;
