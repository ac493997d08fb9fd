/** Words of everything about runs: the list, the monitor, results, report, comparison. */
import type { Departure, FigureName, UncertaintyKind } from '../composables/comparison.ts';
import type { SampleChart } from '../../core/contracts/events.ts';
import type { PropertyName } from '../../core/contracts/results.ts';
import type { RunState } from '../../core/contracts/project.ts';
import { count, list } from './phrases.ts';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `04:12`, `1:04:12`: a clock that does not jump about. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number): string => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return `${hours > 0 ? `${String(hours)}:` : ''}${two(minutes)}:${two(whole % 60)}`;
}

/** `14:05:31` of a line in the journal. */
export function timeOfDay(iso: string): string {
  return new Date(iso).toLocaleTimeString('en-GB');
}

/** `2.4 MB`, `310 kB`. */
export function fileSize(bytes: number): string {
  return bytes >= 995_000 ? `${(bytes / 1e6).toFixed(1)} MB` : `${String(Math.max(1, Math.round(bytes / 1000)))} kB`;
}

const properties: Record<PropertyName, string> = { relaxation: 'Relaxation', eos: 'Equation of state', elasticity: 'Elastic constants', phonons: 'Phonons', expansion: 'Thermal expansion' };
/** Names for a short line. */
const short: Record<PropertyName, string> = { relaxation: 'relaxation', eos: 'equation of state', elasticity: 'elastic constants', phonons: 'phonons', expansion: 'expansion' };

export const words = {
  property: (name: string): string => (Object.hasOwn(properties, name) ? properties[name as PropertyName] : capital(name)),
  propertyShort: (name: string): string => (Object.hasOwn(short, name) ? short[name as PropertyName] : name),
  states: { queued: 'Waiting', running: 'Running', paused: 'Paused', interrupted: 'Interrupted', stopped: 'Stopped', failed: 'Failed', done: 'Done' } satisfies Record<RunState, string>,
  verdicts: { good: 'Good', caution: 'Caution', unreliable: 'Unreliable' },
  figures: { lattice: ['a', 'a, c', 'a, b, c'], bulkModulus: 'B', highestFrequency: 'ν max', lowestFrequency: 'imaginary', alphaVolumetric: 'αᵥ 300 K' },

  do: {
    open: 'Open', resume: 'Resume', pause: 'Pause', stop: 'Stop and keep', discard: 'Discard…', rename: 'Rename…', trash: 'Move to the trash', compare: 'Compare', more: (title: string): string => `More for ${title}`,
    change: 'Choose another', leaveOut: 'Leave out', close: 'Close', newRun: 'New calculation', again: 'Compute again with changes',
    resumed: (title: string): string => `${title} goes on.`,
    resumedMany: (n: number): string => `${count(n, 'run')} ${n === 1 ? 'goes' : 'go'} on.`,
    trashed: (title: string): string => `${title} is in the trash.`,
    trashedMany: (n: number): string => `${count(n, 'run')} moved to the trash.`,
    undo: 'Undo', restored: (title: string): string => `${title} is back.`, restoredMany: (n: number): string => `${count(n, 'run')} ${n === 1 ? 'is' : 'are'} back.`,
    renamed: (title: string): string => `The run is called ${title} now.`,
  },
  rename: { title: 'Rename the run' },
  discard: {
    title: (title: string): string => `Discard ${title}?`,
    text: 'The run stops and moves to the trash. It can be brought back from there and resumed; what it has computed is kept until the trash is emptied.',
    keep: 'Keep it running', confirm: 'Discard',
  },

  list: {
    title: 'Runs', lead: (total: number, all: boolean): string => `${count(total, 'run')}${all ? '' : ' found'}`,
    search: 'Search runs', placeholder: 'Title, formula, space group, potential, property, date …',
    state: 'State', anyState: 'Any state', verdict: 'Verdict', anyVerdict: 'Any verdict', order: 'Order',
    orders: { newest: 'Newest first', oldest: 'Oldest first', title: 'By title', verdict: 'Problems first' },
    busy: 'Working', material: 'Only runs of', potential: 'Only runs with', everything: 'Show all', remove: (what: string): string => `Remove the filter ${what}`,
    selected: (n: number): string => `${count(n, 'run')} selected`, select: (title: string): string => `Select ${title}`, clear: 'Select none',
    compareNeeds: 'Comparing needs two or more finished runs.',
    keys: 'Arrow keys move, Enter opens, x selects, F2 renames, Delete moves to the trash.',
    grid: 'Runs, one a row',
    none: 'Nothing is called that', noneText: 'No run has all of these words and marks.', clearSearch: 'Clear the search',
    empty: 'No run yet', emptyText: 'A run computes stiffness, phonons or thermal expansion of a crystal. The first example is there within a minute.',
    loading: 'Reading', took: (ms: number): string => `${String(Math.max(1, Math.round(ms)))} ms`,
    progress: (stage: string, done: number, total: number): string => `${stage} ${String(done)}/${String(total)}`,
    columns: { title: 'Title', state: 'State', figures: 'Main numbers', date: 'Asked for' },
  },

  run: {
    views: 'Views of the run', monitor: 'Monitor', results: 'Results', report: 'Report', loading: 'Reading the run', back: 'All runs',
    notYet: 'There are no results before the run is done.', gone: 'This run is not here', kicker: (accuracy: string): string => `${accuracy} accuracy`,
    accuracy: { quick: 'quick', standard: 'standard', strict: 'strict' },
  },

  monitor: {
    queued: 'It waits for its turn: runs are computed one after the other, each with all threads.', queuedBehind: (title: string): string => `It waits until ${title} is finished; each run takes all threads.`,
    paused: 'Paused. Nothing is handed out; what was at work is finished and kept.',
    stopped: 'Stopped. What is finished is kept: resuming goes on from there.', interrupted: 'Interrupted. What is finished is kept: resuming goes on from there.', failed: 'The run failed. What is finished is kept.',
    done: 'Done. The results are ready.', openResults: 'Open the results',
    elapsed: 'Elapsed', remaining: 'This step', estimate: 'Whole run, estimated',
    left: (range: string): string => `${range} left`, unknown: 'not known yet', thinking: 'Between two steps: fitting and checking',
    steps: 'Steps', stages: (done: number, all: number): string => (done === all ? count(all, 'stage') : `${String(done)} of ${count(all, 'stage')}`), step: (done: number, total: number): string => `${String(done)} of ${String(total)}`,
    stateOf: { waiting: 'waits', working: 'at work', done: 'done', left: 'not computed' },
    figures: 'Figures', noFigures: 'Figures appear here as soon as there is something to draw.',
    journal: 'Journal', noJournal: 'Nothing has been said yet.', alike: (n: number): string => `${String(n)} more like this`, log: 'Show the log', logLead: (n: number): string => `${count(n, 'event')} as ${n === 1 ? 'it is' : 'they are'} written to events.ndjson`, logLines: 'Log of all events',
    logMore: (shown: number): string => `The latest ${String(shown)}; the file holds all of them.`,
    lines: {
      started: 'Started.', continued: 'Resumed: what was finished before is taken from the folder.', paused: 'Paused.', resumed: 'Goes on.', stopped: 'Stopped; what is finished is kept.', discarded: 'Discarded.',
      finished: 'Finished.',
    },
    finished: (title: string): string => `${title} is finished. These are its results.`,
    charts: {
      residuals: 'Forces and stress while relaxing', 'energy-volume': 'Energy against volume', 'frequency-volume': 'Lowest frequency against volume', 'stress-strain': 'Stress against strain', bands: 'Phonon bands so far',
      extrapolation: 'Outside the training set',
    } satisfies Record<SampleChart, string>,
    of: (chart: string, property: string): string => `${chart} (${property})`,
    summary: (chart: string, points: number): string => `${chart}: ${count(points, 'point')} so far.`,
    axes: { step: 'Step', residual: 'Residual', volume: 'Volume', energy: 'Above the lowest so far', frequency: 'Lowest frequency', strain: 'Strain', stress: 'Stress', bands: 'Frequency', path: 'Wave vector', excess: 'Farthest excess' },
    series: { force: 'Largest force (eV/Å)', stress: 'Largest stress deviation (GPa)', energy: 'relaxed shape', lowest: 'relaxed shape', excess: 'excess in widths of the training range' } as Record<string, string>,
    member: (series: string, member: number): string => `${series}, member ${String(member)}`,
    stressOf: (component: string): string => `σ${component}(ε${component})`,
    inside: (n: number): string => `None so far: all ${count(n, 'cell')} lie inside what the potential was trained on.`,
    outside: (n: number, all: number, excess: string): string => `${String(n)} of ${count(all, 'cell')} ${n === 1 ? 'has' : 'have'} atoms outside what the potential was trained on, by up to ${excess} of the width of a training range. Energies there are extrapolated.`,
  },

  results: {
    reading: 'Reading the results', contents: 'Contents', frequencies: 'Frequencies in', per: 'Extensive numbers per', tables: 'Save all tables (CSV)', compare: 'Compare with another run', failed: 'The results cannot be read',
    follow: 'Follow this mode', followWhy: 'An imaginary mode lowers the energy: the crystal leaves this structure along it. Following it makes a new material with the atoms displaced along the mode; relaxing that finds the structure that the crystal prefers.',
    followed: (name: string): string => `${name} is a new material. Relax it to find where the mode leads.`,
    experimentNone: 'No measurement of this crystal is kept here. Drop a CSV file anywhere on this page to lay points over the curves; they stay in this project, with source and licence, for every run of the same crystal.',
    experimentKept: (label: string): string => `${label} is kept in the project for every run of this crystal.`, experimentRemoved: (label: string): string => `${label} is in the trash.`,
  },

  inspector: {
    run: 'Where this comes from', potential: 'Potential', structure: 'Structure', material: 'Material', spaceGroup: 'Space group', accuracy: 'Accuracy', changed: 'Settings changed by hand', noneChanged: 'None: all as the accuracy sets them.',
    device: 'Device', versions: 'Versions', structureHash: 'Structure (SHA-256)', potentialHash: 'Potential (SHA-256)', folder: 'Folder', started: 'Started', finished: 'Finished', asked: 'Asked for', took: 'Took', command: 'Command',
    threads: (n: number): string => count(n, 'thread'), elsewhere: 'Computed outside this project',
  },

  report: {
    title: 'Report', lead: 'What will be written, page by page. The overview with its verdicts always stays, and what is left out is named there.',
    sections: 'Sections', all: 'All sections', preview: 'Preview of the report', page: (n: number): string => `Page block ${String(n)}`,
    save: 'Save', saveWhat: (what: string): string => `Save: ${what}`, size: 'Size', measuring: 'measuring', onceMade: 'known once printed', saving: 'Making it', saved: (name: string): string => `${name} is saved.`,
    formats: {
      html: { name: 'Interactive page (HTML)', what: 'One file for colleagues: every figure answers to the mouse, modes move, units switch. Opens in any browser, without Phonolite and without a network.' },
      pdf: { name: 'Document (PDF)', what: 'For reading, printing and archives: the same sections with still figures, and its origin at the foot of every page.' },
      csv: { name: 'Tables (CSV bundle)', what: 'Every number in full precision, one table a file, with units: for spreadsheets, scripts and data repositories.' },
      recipe: { name: 'Recipe', what: 'Structure, potential and the one command that computes every digit again.' },
    },
    allTables: 'Tables and recipe are always complete; the choice of sections is for the page and the document.',
  },

  compare: {
    title: 'Compare', choose: 'Choose two or more finished runs', chooseText: 'Of the same crystal with different potentials, accuracies or pressures; or of different crystals with one potential. The first is the reference, differences count from it.',
    add: 'Add a run', change: (title: string): string => `Choose another run instead of ${title}`, swap: 'Swap the first two', reference: 'Reference', remove: (title: string): string => `Leave out ${title}`, latest: 'Latest finished runs',
    picker: 'Find a finished run', pickerNone: 'No finished run is called that.', reading: 'Reading the results', missing: (id: string): string => `The run ${id} cannot be compared:`,
    letter: (k: number): string => String.fromCharCode(65 + k),
    against: (b: string, a: string): string => `${b} against ${a}`,
    conclusion: 'In one sentence', differences: 'What differs', same: 'Same crystal, same potential, same settings.', sameCrystal: 'Same crystal, same settings.', sameSettings: 'same settings', sameStructure: 'same structure', samePotential: 'same potential',
    topics: { crystal: 'Crystal', structure: 'Structure', potential: 'Potential', accuracy: 'Accuracy', setting: 'Setting', version: 'Version' } satisfies Record<Departure['topic'], string>,
    topic: 'What', figures: 'Main numbers', figure: 'Number', delta: 'Δ', relative: 'Δ in %', sigma: 'σ', ratio: '|Δ|/σ', significantNote: 'Bold: more than two standard uncertainties apart.',
    someUncertain: 'σ: uncertainties of both runs (spread of a committee, errors of fits), added in squares. A dash: at least one run gives none, so nothing is said about significance.',
    /** Of each run, by its letter, what its uncertainty is made of. */
    uncertainty: (runs: readonly (readonly [string, readonly UncertaintyKind[]])[]): string => {
      const kindNames = { committee: 'the spread of its committee', numerical: 'the errors of its evaluation' };
      const without = runs.filter(([, kinds]) => kinds.length === 0).map(([letter]) => letter);
      if (without.length > 0) return `${list(without)} gives no uncertainty here, so nothing is said about significance.`;
      const bare = runs.filter(([, kinds]) => !kinds.includes('committee')).map(([letter]) => letter);
      return `σ: ${runs.map(([letter, kinds]) => `of ${letter} ${list(kinds.map((kind) => kindNames[kind]))}`).join('; ')}; all added in squares.${
        bare.length > 0 ? ` Errors of an evaluation say how exactly ${bare.length > 1 ? 'each potential' : `the potential of ${bare[0]!}`} was evaluated, not how well it describes the crystal.` : ''}`;
    },
    names: {
      a: 'Lattice parameter a', b: 'Lattice parameter b', c: 'Lattice parameter c', volume: 'Volume', density: 'Density', bulkModulus: 'Bulk modulus (Hill)', shearModulus: 'Shear modulus (Hill)', youngModulus: 'Young’s modulus (Hill)', poisson: 'Poisson’s ratio (Hill)',
      anisotropy: 'Universal anisotropy', debye: 'Debye temperature', fittedBulkModulus: 'Bulk modulus (Birch-Murnaghan)', bulkDerivative: 'B₀′ (Birch-Murnaghan)', highest: 'Highest frequency', zeroPoint: 'Zero-point energy',
      alphaVolumetric: 'Volumetric expansion at 300 K', heatCapacity: 'Heat capacity Cₚ at 300 K', grueneisen: 'Grüneisen parameter at 300 K',
    } satisfies Record<FigureName, string>,
    /** The same inside a sentence. */
    inSentence: {
      a: 'a', b: 'b', c: 'c', volume: 'the volume', density: 'the density', bulkModulus: 'the bulk modulus', shearModulus: 'the shear modulus', youngModulus: 'Young’s modulus', poisson: 'Poisson’s ratio', anisotropy: 'the anisotropy', debye: 'the Debye temperature',
      fittedBulkModulus: 'the bulk modulus', bulkDerivative: 'B₀′', highest: 'the highest frequency', zeroPoint: 'the zero-point energy', alphaVolumetric: 'the expansion at 300 K', heatCapacity: 'the heat capacity at 300 K', grueneisen: 'the Grüneisen parameter',
    } satisfies Record<FigureName, string>,
    sentence: (b: string, a: string, clauses: readonly string[]): string => (clauses.length === 0 ? `${b} and ${a} have no number in common that could be compared.` : `${b} against ${a}: ${list(clauses)}.`),
    optical: (change: string, rms: string): string => `optical modes are ${change} (root mean square of all modes ${rms})`,
    modes: (rms: string): string => `frequencies differ by ${rms} (root mean square)`,
    sameModes: (limit: string): string => `no frequency differs by ${limit} or more`,
    stiffer: (percent: string): string => `${percent} stiffer`, softer: (percent: string): string => `${percent} softer`, unchangedModes: 'unchanged',
    changes: (name: string, delta: string, notes: readonly string[]): string => `${name} changes by ${delta}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`, sigmas: (ratio: string): string => `${ratio} σ`, noUncertainty: 'no uncertainty is known',
    unchanged: (name: string, ratio: string): string => `${name} is unchanged within its uncertainty (${ratio} σ)`,
    equal: (name: string): string => `${name} is the same`,
    bands: 'Phonon bands', bandsSummary: 'Bands of all runs over the path of the reference.', pathsMatch: 'All segments of the paths match.',
    pathMissing: (title: string, names: readonly string[]): string => `${title} has no segment ${list(names)}; nothing is drawn for it there.`,
    pathAdditional: (title: string, names: readonly string[]): string => `${title} also has ${list(names)}, which the path of the reference has not.`,
    otherModes: (title: string): string => `${title} has another number of modes, so that they cannot be compared one by one.`,
    noCommon: (title: string): string => `${title} shares no wave vector with the reference.`,
    shift: 'Differences of frequencies', shiftSummary: 'How often each difference of frequency occurs, at all wave vectors that the runs share.', shiftAxis: 'Δω', share: 'Share of modes',
    acoustic: 'three lowest modes', optic: 'other modes', shiftFacts: (points: number): string => `At ${count(points, 'wave vector')} of both paths, modes in ascending order.`,
    atPoints: 'At points of high symmetry', point: 'Point', largest: 'Largest |Δω|', rmsOf: 'Root mean square', modeDeltas: 'Δω of each mode',
    expansion: { alphaVolumetric: 'Volumetric thermal expansion', volume: 'Volume', heatCapacityP: 'Heat capacity Cₚ' }, curvesSummary: (title: string): string => `${title} of all runs over the temperature, with measured points where there are any.`,
    difference: (title: string): string => `${title}: difference`,
    tensor: 'Elastic tensor', tensorOf: (b: string, a: string): string => `Elastic constants of ${b} against ${a}`, constant: 'Constant',
    otherFrame: 'The two crystals are turned against each other in their files, so components of tensors cannot be compared. The averages above can.',
    alone: 'Only one of the runs has this.', smallLeft: (n: number): string => `${count(n, 'constant')} that ${n === 1 ? 'is' : 'are'} zero in both ${n === 1 ? 'is' : 'are'} left out.`,
    perUnit: 'The cells hold different numbers of formula units: extensive numbers count for one formula unit here.',
    save: 'Save the numbers (CSV)',
  },
} as const;
