/** Words of the steps towards a run. */
import type { PropertyName } from '../../core/contracts/results.ts';
import { durationRange } from './application.ts';
import { count, list } from './phrases.ts';

/** In the middle of a sentence. */
const inSentence: Readonly<Record<PropertyName, string>> = { relaxation: 'relaxation', eos: 'equation of state', elasticity: 'elastic constants', phonons: 'phonons', expansion: 'thermal expansion' };

export const words = {
  title: 'New calculation',
  steps: { material: 'Material', potential: 'Potential', properties: 'Property & accuracy', check: 'Check and run' },
  stepsLabel: 'Steps', stepOf: (step: number, title: string): string => `Step ${String(step)} of 4: ${title}`, open: 'not chosen yet',
  back: 'Back', next: 'Continue', startOver: 'Start over', startedOver: 'All choices were cleared.',
  keysHint: 'Enter goes on, Esc goes back.',
  material: {
    heading: 'Which crystal?', lead: 'From the library of this project, or one of the examples.', search: 'Search', searchHint: 'Name, formula or space group', label: 'Crystals of the library',
    none: 'The library is empty. Take an example, or import a file.', noMatch: 'No crystal matches.', more: (n: number): string => `${String(n)} more: type a few letters to find them.`,
    examples: 'Examples', take: 'Take', takeExample: (title: string): string => `Take the example ${title}`, import: 'Import a crystal', prototype: 'From a prototype',
    atoms: (n: number): string => count(n, 'atom'), runs: (n: number): string => count(n, 'run'), noGroup: 'does not repeat in all directions',
  },
  potential: {
    heading: 'Which potential?', lead: (formula: string): string => `Those that fit ${formula} come first. What is said was found by looking at the crystal, before anything is computed.`, noMaterial: 'Choose a crystal first: then it can be said which potentials fit it.',
    judging: 'Looking which potentials fit', label: 'Potentials', unfit: (n: number): string => `${count(n, 'potential')} that ${n === 1 ? 'does' : 'do'} not fit`, none: 'No potential of the library knows all elements of this crystal. Import one that does.',
    import: 'Import a potential', card: 'Card', cardOf: (title: string): string => `Card of ${title}`, moreReasons: (n: number): string => `${String(n)} more`, fewerReasons: 'Less',
  },
  properties: {
    heading: 'What do you want to know?', always: 'always computed: everything else starts from the relaxed crystal',
    names: { relaxation: 'Relaxed crystal', eos: 'Equation of state', elasticity: 'Elastic constants', phonons: 'Phonons', expansion: 'Thermal expansion' } as Readonly<Record<PropertyName, string>>,
    gives: {
      relaxation: 'Lattice parameters, positions, density', eos: 'Energy against volume, bulk modulus and its pressure derivative', elasticity: 'Stiffness tensor, moduli in every direction, sound velocities, Debye temperature',
      phonons: 'Bands, density of states, heat capacity, entropy, LO-TO splitting where there are charges', expansion: 'V(T), α(T), Grüneisen parameter, Cₚ, bulk modulus against temperature',
    } as Readonly<Record<PropertyName, string>>,
    accuracy: 'Accuracy', accuracies: { quick: 'Quick', standard: 'Standard', strict: 'Strict' },
    meant: { quick: 'For a first look', standard: 'For results that are shown to others', strict: 'To see that standard was enough' },
    changes: {
      force: (value: string): string => `relaxed to forces of ${value} eV/Å`, bands: (value: string): string => `${value} points per band segment`, meshes: (dos: string, thermal: string): string => `wave-vector meshes of ${dos} and ${thermal} Å`,
      temperature: (value: string): string => `a temperature every ${value} K`, eos: (volumes: string): string => `${volumes} volumes in the equation of state`, expansion: (volumes: string): string => `${volumes} volumes in the expansion`,
    },
    estimating: 'Estimating', conditions: 'Conditions', pressure: 'Pressure', pressureHint: 'Everything is computed at this pressure.', temperature: 'Highest temperature', temperatureHint: 'Thermal functions and expansion are shown from 0 K up to here.',
    advanced: 'Advanced: every setting with its reason', changed: (n: number): string => (n === 0 ? 'none changed' : `${String(n)} changed`), resetAll: 'Reset all',
    setting: 'Setting', value: 'Value', reason: 'Reason', reset: 'Reset', resetOf: (name: string): string => `Reset ${name}`, yours: 'yours', was: (value: string): string => `standard here: ${value}`,
    groups: { symmetry: 'Symmetry', relaxation: 'Relaxation', load: 'Pressure and stress', eos: 'Equation of state', elasticity: 'Elastic constants', phonons: 'Phonons', temperature: 'Temperatures', expansion: 'Thermal expansion', seed: 'Random checks' } as Record<string, string>,
    labels: {
      'symmetry.tolerance': 'Tolerance of the symmetry', 'relaxation.forceTolerance': 'Largest force left', 'relaxation.stressTolerance': 'Largest stress left', 'relaxation.maxSteps': 'Most steps', 'relaxation.constraint': 'Free to change', 'relaxation.method': 'Method',
      stress: 'Stress beside the pressure', pressure: 'Pressure', 'eos.range': 'Half range of volumes', 'eos.points': 'Volumes', 'elasticity.strain': 'Strain', 'elasticity.linearRange': 'Strains of the linear range',
      'phonons.displacement': 'Displacement', 'phonons.bandPoints': 'Points per band segment', 'phonons.dosMesh': 'Mesh of the density of states', 'phonons.thermalMesh': 'Mesh of thermal functions',
      'temperature.maximum': 'Highest temperature', 'temperature.step': 'Step', 'expansion.smallest': 'Smallest volume', 'expansion.largest': 'Largest volume', 'expansion.points': 'Volumes', 'expansion.form': 'Equation of state', seed: 'Seed',
    } as Record<string, string>,
    nothing: 'Only the relaxed crystal will be computed.',
  },
  check: {
    heading: 'Check and run', name: 'Name of the run', change: 'Change', changeOf: (what: string): string => `Change: ${what}`,
    material: 'Crystal', potential: 'Potential', properties: 'To be computed', accuracy: 'Accuracy', conditions: 'Conditions', settings: 'Changed settings', noSettings: 'none: all as the accuracy says',
    settingText: (group: string, label: string, value: string): string => `${group}, ${label.charAt(0).toLowerCase()}${label.slice(1)}: ${value}`,
    conditionsText: (pressure: string, temperature: string): string => `${pressure} GPa, up to ${temperature} K`,
    estimate: 'What it will take', time: 'Time', memory: 'Memory', disk: 'Disk', 
    seconds: durationRange, mebibytes: (value: number): string => (value < 1000 ? `about ${String(Math.round(value / 10) * 10)} MiB` : `about ${(value / 1024).toFixed(1)} GiB`), megabytes: (value: number): string => `${value < 10 ? value.toFixed(1) : String(Math.round(value))} MB`,
    counted: (threads: number): string => `Counted evaluations, timed for a moment on this machine: with ${count(threads, 'thread')}, while it does nothing else.`, steps: 'What will be done', cautions: 'To know beforehand', card: 'From the card of the potential',
    blockers: 'What stands in the way', solve: { material: 'Choose another crystal', potential: 'Choose another potential', properties: 'Change it', settings: 'Open the settings' },
    noMaterial: 'No crystal is chosen.', noPotential: 'No potential is chosen.', planning: 'Looking what this run will take', ready: (range: string): string => `Ready to start: ${range}.`, blocked: (n: number): string => `${count(n, 'thing')} ${n === 1 ? 'stands' : 'stand'} in the way.`,
    start: 'Start', starting: 'Starting', after: 'The run goes on when this window is closed.', takes: (time: string, memory: string, disk: string): string => `${time} · ${memory} of memory · ${disk} on disk`,
  },
  details: { title: 'Chosen so far', crystal: 'Crystal', formula: 'Formula', group: 'Space group', cell: 'Cell', density: 'Density', shortest: 'Shortest distance', potential: 'Potential', kind: 'Kind', source: 'Came from', hash: 'SHA-256', file: (name: string): string => `the file ${name}`, example: 'an example that comes with Phonolite', made: 'this program' },
  /** `MgO: elastic constants, phonons and thermal expansion` */
  runTitle: (formula: string, properties: readonly PropertyName[]): string => {
    const wanted = properties.filter((name) => name !== 'relaxation');
    const computed = list((wanted.length > 0 ? wanted : (['relaxation'] as const)).map((name) => inSentence[name]));
    return formula === '' ? computed : `${formula}: ${computed}`;
  },
} as const;
