/** Words of the library of materials: its list, its sheets, and the viewer. */
import type { VerdictState } from '../../core/contracts/quantity.ts';
import { words as english } from './english.ts';
import { count } from './phrases.ts';

export const words = {
  title: 'Materials',
  atoms: (n: number): string => count(n, 'atom'),
  runs: (n: number): string => (n === 0 ? 'no run yet' : count(n, 'run')),
  lead: (n: number): string => `${count(n, 'crystal')} in this project.`,
  noGroup: 'no space group',
  notPeriodic: 'not periodic',
  notes: (n: number): string => count(n, 'note'),

  list: {
    label: 'Crystals of this project', import: 'Import…', prototype: 'New from prototype…', filter: 'Filter by name, formula, element or space group', order: 'Order',
    orders: { newest: 'Newest first', name: 'By name', formula: 'By formula', runs: 'By number of runs' },
    found: (shown: number, all: number): string => (shown === all ? count(all, 'crystal') : `${String(shown)} of ${count(all, 'crystal')}`),
    none: 'No crystal of this project matches.', clear: 'Show all',
    known: 'Known', preview: (name: string): string => `Picture of ${name}`,
    compute: 'Compute', computeWhat: (name: string): string => `Compute something for ${name}`, more: (name: string): string => `More for ${name}`,
    properties: { relaxation: 'relaxed', eos: 'equation of state', elasticity: 'elastic constants', phonons: 'phonons', expansion: 'expansion' },
    toRun: (property: string, verdict: VerdictState, name: string): string => `${property} of ${name}, ${english.state[verdict].toLowerCase()}: open the run`,
  },
  empty: {
    title: 'Drop a CIF, POSCAR or XYZ file here', lead: 'Or choose files, paste the text of one anywhere in this window, or begin with an example.', choose: 'Choose files…', examples: 'Examples', add: 'Add',
  },

  actions: {
    menu: 'More', open: 'Open', compute: 'Compute…', rename: 'Rename…', export: 'Export', trash: 'Move to the trash', keep: 'Keep this cell…', back: 'All materials',
    formats: { cif: 'CIF', poscar: 'POSCAR', extxyz: 'Extended XYZ', original: 'The file it came in' },
    exported: (file: string): string => `Saved ${file}.`, trashed: (name: string): string => `Moved ${name} to the trash.`, restored: (name: string): string => `${name} is back.`, renamed: (name: string): string => `It is called ${name} now.`,
    exportCommand: (name: string, format: string): string => `Export ${name} as ${format}`, computeCommand: (name: string): string => `Compute something for ${name}`, trashCommand: (name: string): string => `Move ${name} to the trash`,
    renameCommand: (name: string): string => `Rename ${name}`,
  },
  nameDialog: { rename: 'Rename the crystal', keep: 'Keep as a new crystal', add: 'Add to the library' },

  origin: {
    title: 'Where it comes from', kind: 'Origin', file: 'File', format: 'Format', frame: 'Structure', frameOf: (frame: number, frames: number): string => `${String(frame)} of ${String(frames)}`, sha: 'SHA-256 of the file', hash: 'SHA-256 of the structure', imported: 'Added',
    kinds: { file: 'imported from a file', example: 'example of Phonolite', prototype: 'made from a prototype', cell: 'cut from another crystal', mode: 'distorted along a mode of vibration' },
    example: 'Example', prototype: 'Prototype', elements: 'Elements', material: 'Crystal', gone: 'no longer in this project', matrix: 'Lattice vectors in terms of its own', run: 'Run', mode: 'Mode', modeAt: (mode: number, q: string): string => `${String(mode + 1)} at q = (${q})`,
    notes: 'What the reader had to say', noNotes: 'Nothing was dropped, replaced or assumed.', short: { example: 'example', prototype: 'prototype', cell: 'cut from another', mode: 'from a mode' },
  },

  facts: {
    title: 'Crystal', formula: 'Formula', atoms: 'Atoms in this cell', units: 'Formula units', lengths: 'a, b, c', angles: 'α, β, γ', volume: 'Volume', density: 'Density', group: 'Space group', system: 'Crystal system', shortest: 'Shortest distance', tolerance: 'Tolerance',
    repeats: 'Repeats along', repeatsNone: 'none of its vectors', numbered: (number: number): string => `No. ${String(number)}`, noGroup: 'not found at this tolerance', noGroupReason: 'no space group: it does not repeat along all three vectors',
  },
  sites: {
    title: 'Sites', caption: 'Atoms that the space group makes of one', element: 'Element', wyckoff: 'Wyckoff', symmetry: 'Site symmetry', first: 'First atom', coordinates: 'Fractional coordinates', none: 'Without a space group there are no sites to list.',
    more: (n: number): string => `and ${String(n)} more`,
  },
  tolerance: {
    label: 'Tolerance for the space group', hint: 'Distances up to this count as equal. Published files are exact to about 10⁻⁴ Å.', none: 'no group', text: (tolerance: string, group: string): string => `${tolerance}: ${group}`,
    same: 'The space group is the same at every tolerance.', changes: (n: number): string => `The space group changes ${n === 1 ? 'once' : `${String(n)} times`} with the tolerance.`,
  },
  cell: {
    title: 'Cell', label: 'Cell that is shown', choices: { conventional: 'Conventional', primitive: 'Primitive', input: 'As imported' }, supercell: 'Supercell', along: (axis: string): string => `Cells along ${axis}`, wrong: 'Whole numbers from 1 to 60.',
    kept: (name: string): string => `Added ${name}.`, keptName: (name: string, cell: string, repeat: string): string => `${name}, ${cell}${repeat === '1 × 1 × 1' ? ' cell' : ` ${repeat}`}`, names: { conventional: 'conventional', primitive: 'primitive', input: 'supercell' },
    busy: 'Cutting the cell…', needsPeriodic: 'It does not repeat along all three vectors, so it is shown as it was imported.',
  },
  material: {
    runs: 'Runs of this crystal', noRuns: 'Nothing has been computed for it yet.', gone: 'This crystal is not in the project. It may lie in the trash.', compute: 'Compute…',
  },

  viewer: {
    bonds: 'Bonds', cell: 'Cell', axes: 'Axes', labels: 'Labels', colours: 'Colours', byElement: 'by element', bySite: 'by site', along: (axis: string): string => `Look along ${axis}`, reset: 'Reset', perspective: 'Perspective', measure: 'Measure', picture: 'Save picture', white: 'On white', transparent: 'Transparent',
    tools: 'What the picture shows', views: 'Views', labelsLimit: (limit: number): string => `Labels are left off above ${String(limit)} atoms.`, noSites: 'Without a space group there are no sites to tell apart.',
    drawing: 'Drawing…', pictureSaved: (file: string): string => `Saved ${file}.`, pictureFailed: 'The picture could not be made.',
    keysSmall: 'Arrow keys turn, + and − zoom, 0 resets, a, b and c look along an axis.',
    keys: 'Arrow keys turn, + and − zoom, 0 resets, a, b and c look along an axis. n and p point at the next and previous atom, Enter chooses it for a measurement, Backspace takes the last one back, Escape ends measuring.',
    hint: 'Drag to turn, Ctrl and wheel to zoom, click atoms to measure',
    description: (formula: string, atoms: number, bonds: number, cell: string): string => `${formula}, ${cell}: ${count(atoms, 'atom')} drawn${bonds === 0 ? '' : ` with ${count(bonds, 'bond')}`}.`,
    cellOf: (lengths: string, angles: string): string => `cell of ${lengths} Å and ${angles}°`,
    pointed: (name: string, site: string, place: string): string => `${name}${site === '' ? '' : `, ${site}`}, at ${place}`,
  },
  measure: {
    title: 'Measure', first: 'Choose atoms by a click, or with n and Enter: two for a distance, three for an angle, four for a dihedral angle.', next: ['', 'One more atom gives a distance.', 'One more atom gives an angle.', 'One more atom gives a dihedral angle.', 'Another atom begins anew.'] as const,
    chosen: 'Chosen atoms', remove: (name: string): string => `Take back ${name}`, clear: 'Clear', end: 'End measuring', number: 'Atom number', add: 'Choose', numberWrong: (most: number): string => `There are atoms 1 to ${String(most)}.`,
    kinds: { distance: 'Distance', angle: 'Angle', dihedral: 'Dihedral angle' }, what: 'What', between: 'Between', value: 'Value', values: 'Measured values', copy: 'measured values', undefined: 'undefined: three atoms are in line', image: (shift: string): string => `(${shift})`,
  },

  import: {
    title: 'Import', lead: 'Structures (CIF, POSCAR, extended XYZ, XYZ, n2p2 data) and interatomic potentials. Formats are recognised by what is in the file. Nothing is kept before you say so.',
    drop: 'Drop files here', choose: 'Choose files…', folder: 'Choose a folder…', paste: 'Or paste the text of a file', read: 'Read it', more: 'Add more files', files: 'Files', close: 'Close', reading: 'Reading…', again: 'Reading anew…',
    formats: { cif: 'CIF', poscar: 'POSCAR', extxyz: 'extended XYZ', xyz: 'XYZ', n2p2: 'n2p2 data' } as Record<string, string>,
    format: (format: string): string => `Recognised by its content as ${format}.`, frames: (n: number): string => `It holds ${count(n, 'structure')}. Each can be imported.`, frame: 'Structure number', ofTrajectory: (file: string, frame: number): string => `${file}, structure ${String(frame)}`, frameWrong: (n: number): string => `A whole number from 1 to ${String(n)}.`,
    understood: 'What was understood', said: 'What the reader had to say', nothing: 'Nothing was dropped, replaced or assumed.', duplicates: 'The library has these atoms already:', name: 'Name to keep it under', nameEmpty: 'Give it a name.',
    one: 'Import', all: (n: number): string => `Import all ${String(n)}`, imported: (name: string): string => `Imported ${name}.`, importedAll: (n: number): string => `Imported ${count(n, 'file')}.`, open: 'Open it', done: 'Imported', remove: (name: string): string => `Take off the list: ${name}`, removeShort: 'Take off the list',
    refused: 'Could not be read', states: { reading: 'reading', structure: 'structure', potential: 'potential', points: 'measured points', refused: 'not read', imported: 'imported', known: 'already there' },
    potential: 'This is an interatomic potential.', elements: 'Elements', kind: 'Kind', cutoff: 'Cutoff', noCutoff: 'none', validFor: 'Valid for', units: 'Its files name no units. Say in which they are:', length: 'Lengths', energy: 'Energies', lengths: { angstrom: 'Å', bohr: 'bohr' }, energies: { ev: 'eV', hartree: 'hartree' }, potentialKnown: 'The library has this potential already.',
    limits: 'To keep in mind',
    points: (label: string, meaning: string): string => `These are measured points (${meaning}): ${label}.`, pointsWhere: 'They belong to a result: open a finished run, go to its results, and add them there. They are then laid over every run of the same crystal.', pointsRuns: 'Finished runs',
    undo: 'Undo', count: (n: number): string => count(n, 'file'), folderName: (name: string, n: number): string => `${name} (${count(n, 'file')})`,
  },

  prototype: {
    title: 'New from prototype', lead: 'A crystal that needs only elements and lengths. Lengths begin at textbook values, scaled by the sizes of the atoms; a relaxation finds the true ones.', kinds: 'Kind of crystal', elements: 'Elements', parameters: 'Parameters', element: (site: string): string => `Element: ${site}`, table: 'Periodic table', tableFor: (site: string): string => `Periodic table: choose the ${site}`,
    standard: (value: string): string => `standard: ${value}`, fromElements: (value: string): string => `from the elements: ${value}`, add: 'Add to the library', cancel: 'Cancel', name: 'Name', added: (name: string): string => `Added ${name}.`, preview: 'Preview', notNumber: 'Give a number, or leave it empty for the standard value.',
    otherGroup: (found: string, expected: string): string => `With these elements and values the space group is ${found}, not the ${expected} of the prototype: sites have become alike, or have moved onto places of higher symmetry.`,
    hint: 'Leave a value empty to use the standard one.', range: (low: string, high: string): string => `${low} to ${high}`,
  },
} as const;
