/** Every table of a result as CSV, in stored units and full precision. */
import type { Nested, Quantity } from '../contracts/quantity.ts';
import type { ElasticityResult, EosResult, ExpansionResult, PhononsResult, RelaxationResult, Result } from '../contracts/results.ts';
import { csvOf, type Table } from '../contracts/table.ts';

type Cell = number | string | null;
type Column = { readonly title: string; readonly unit: string; readonly values: readonly Cell[] };

const voigt = ['11', '22', '33', '23', '13', '12'];
const xyz = ['x', 'y', 'z'];
const axes = ['a', 'b', 'c'];

function list(value: Nested): readonly Nested[] {
  return Array.isArray(value) ? value : [];
}
function cell(value: Nested | undefined): Cell {
  return typeof value === 'number' ? value : null;
}
function basisOf(quantity: Quantity): string {
  return quantity.basis === undefined ? '' : `, per ${quantity.basis === 'formula' ? 'formula unit' : quantity.basis}`;
}
/** The value and, where they are known, its standard error and the spread of a committee. */
function variants(title: string, quantity: Quantity): { readonly title: string; readonly value: Nested }[] {
  const { numerical, committee } = quantity.uncertainty ?? {};
  return [
    { title: `${title}${basisOf(quantity)}`, value: quantity.value },
    ...(numerical === undefined ? [] : [{ title: `standard error of ${title}`, value: numerical }]),
    ...(committee === undefined ? [] : [{ title: `committee spread of ${title}`, value: committee }]),
  ];
}
/** One column, with its errors beside it. */
function column(title: string, quantity: Quantity): Column[] {
  return variants(title, quantity).map((variant) => ({ title: variant.title, unit: quantity.unit, values: list(variant.value).map(cell) }));
}
/** One column per component of a [row][component] quantity, then those of its errors. */
function components(title: string, names: readonly string[], quantity: Quantity): Column[] {
  const parts = names.map((name) => variants(`${title} ${name}`.trim(), quantity));
  return (parts[0] ?? []).flatMap((_, kind) =>
    parts.map((variantsOfPart, k) => {
      const variant = variantsOfPart[kind]!;
      return { title: variant.title, unit: quantity.unit, values: list(variant.value).map((row) => cell(list(row)[k])) };
    }),
  );
}
function table(name: string, columns: readonly Column[]): Table {
  const length = Math.max(0, ...columns.map(({ values }) => values.length));
  return {
    name,
    columns: columns.map(({ title, unit }) => ({ title, unit })),
    rows: Array.from({ length }, (_, row) => columns.map(({ values }) => values[row] ?? null)),
  };
}
/** Scalars as lines: name, value, standard error, unit, basis, reason of a missing value. */
function scalars(name: string, entries: readonly (readonly [string, Quantity])[]): Table {
  return {
    name,
    columns: ['quantity', 'value', 'standard error', 'committee spread', 'unit', 'per', 'why missing'].map((title) => ({ title, unit: '' })),
    rows: entries.map(([title, quantity]) => [
      title,
      cell(quantity.value),
      cell(quantity.uncertainty?.numerical ?? null),
      cell(quantity.uncertainty?.committee ?? null),
      quantity.unit,
      quantity.basis ?? '',
      quantity.reason ?? '',
    ]),
  };
}
function matrix(name: string, labels: readonly string[], quantity: Quantity): Table {
  return table(name, [{ title: 'row', unit: '', values: labels }, ...components('', labels, quantity)]);
}

function relaxationTables(result: RelaxationResult, species: readonly string[]): Table[] {
  const { lattice, history } = result;
  return [
    scalars('relaxation', [
      ['energy', result.energy], ['volume', result.volume], ['density', result.density], ['pressure', result.pressure],
      ['largest force', result.maxForce], ['largest deviation of the stress', result.maxStress],
    ]),
    table('relaxation-lattice', [{ title: 'axis', unit: '', values: axes }, ...column('length', lattice.lengths), ...column('angle', lattice.angles)]),
    table('relaxation-cell', [{ title: 'vector', unit: '', values: axes }, ...components('cell', xyz, result.cell)]),
    table('relaxation-positions', [{ title: 'element', unit: '', values: species }, ...components('position', xyz, result.positions)]),
    table('relaxation-history', [...column('energy', history.energy), ...column('largest force', history.maxForce), ...column('largest stress', history.maxStress)]),
  ];
}

function eosTables(result: EosResult): Table[] {
  return [
    {
      name: 'eos-fits',
      columns: [
        { title: 'form', unit: '' }, { title: 'V0', unit: result.volume.unit }, { title: 'standard error of V0', unit: result.volume.unit },
        { title: 'E0', unit: result.energy.unit }, { title: 'standard error of E0', unit: result.energy.unit },
        { title: 'B0', unit: 'GPa' }, { title: 'standard error of B0', unit: 'GPa' }, { title: "B0'", unit: '' }, { title: "standard error of B0'", unit: '' },
        { title: 'residual', unit: 'eV' },
      ],
      rows: result.fits.map((fit) => [
        fit.form,
        ...[fit.volume, fit.energy, fit.bulkModulus, fit.bulkModulusDerivative].flatMap((part) => [cell(part.value), cell(part.uncertainty?.numerical ?? null)]),
        cell(fit.residual.value),
      ]),
    },
    table('eos-points', [...column('volume', result.points.volume), ...column('energy', result.points.energy), ...column('pressure', result.points.pressure)]),
    table('eos-curves', [...column('volume', result.curves.volume), ...result.curves.energy.flatMap(({ form, energy }) => column(`energy (${form})`, energy))]),
  ];
}

function elasticityTables(result: ElasticityResult): Table[] {
  const moduli = (['voigt', 'reuss', 'hill'] as const).flatMap((average) =>
    (['bulk', 'shear', 'young', 'poisson'] as const).map((name) => [`${name} (${average})`, result[average][name]] as const),
  );
  return [
    matrix('elasticity-stiffness', voigt, result.stiffness),
    matrix('elasticity-stiffness-clamped', voigt, result.stiffnessClamped),
    matrix('elasticity-compliance', voigt, result.compliance),
    scalars('elasticity-moduli', [
      ...moduli,
      ...Object.entries(result.anisotropy).map(([name, quantity]) => [`anisotropy ${name}`, quantity] as const),
      ['Debye temperature', result.debyeTemperature],
      ...Object.entries(result.sound).map(([name, quantity]) => [`sound velocity ${name}`, quantity] as const),
      ...Object.entries(result.residuals).map(([name, quantity]) => [`residual ${name}`, quantity] as const),
    ]),
    table('elasticity-sound', [
      { title: 'direction', unit: '', values: result.soundByDirection.map(({ label }) => label) },
      ...xyz.map((name, k) => ({ title: name, unit: '', values: result.soundByDirection.map(({ direction }) => direction[k] ?? null) })),
      ...[0, 1, 2].map((k) => ({ title: `velocity ${String(k + 1)}`, unit: 'm/s', values: result.soundByDirection.map(({ velocities }) => cell(list(velocities.value)[k])) })),
    ]),
    ...(result.piezoelectric ? [
      table('elasticity-piezoelectric', [{ title: 'row', unit: '', values: xyz }, ...components('relaxed', voigt, result.piezoelectric.relaxed), ...components('clamped', voigt, result.piezoelectric.clamped)]),
    ] : []),
    ...(result.dielectric ? [
      table('elasticity-dielectric', [{ title: 'row', unit: '', values: xyz }, ...components('static', xyz, result.dielectric.static), ...components('electronic', xyz, result.dielectric.electronic)]),
    ] : []),
    ...result.surfaces.map((surface) => {
      const values = list(surface.values.value);
      return {
        name: `elasticity-surface-${surface.name}`,
        columns: [{ title: 'theta', unit: 'degree' }, { title: 'phi', unit: 'degree' }, { title: surface.name, unit: surface.values.unit }],
        rows: values.flatMap((row, i) => list(row).map((value, j) => [(180 * i) / (values.length - 1), (360 * j) / (list(row).length - 1), cell(value)])),
      };
    }),
    {
      name: 'elasticity-linearity',
      columns: [{ title: 'strain component', unit: '' }, { title: 'strain', unit: '' }, { title: 'stress', unit: 'GPa' }, { title: 'tangent', unit: 'GPa' }],
      rows: result.linearity.flatMap(({ voigt: component, strain, stress, tangent }) =>
        list(strain.value).map((value, i) => [voigt[component] ?? null, cell(value), cell(list(stress.value)[i]), cell(list(tangent.value)[i])]),
      ),
    },
  ];
}

function phononTables(result: PhononsResult, species: readonly string[]): Table[] {
  const { bands, gamma, dos, thermal, displacements } = result;
  const modes = list(gamma.frequencies.value).map((_, mode) => `mode ${String(mode + 1)}`);
  const path = list(bands.qpoints.value).flatMap((segment, s) =>
    list(segment).map((q, p) => [
      `${bands.labels[s]?.[0] ?? ''}-${bands.labels[s]?.[1] ?? ''}`,
      ...list(q).map(cell),
      cell(list(list(bands.distances.value)[s] ?? null)[p]),
      ...list(list(list(bands.frequencies.value)[s] ?? null)[p] ?? null).map(cell),
      ...list(list(list(bands.groupVelocities.value)[s] ?? null)[p] ?? null).map(cell),
    ]),
  );
  return [
    {
      name: 'phonons-bands',
      columns: [
        { title: 'segment', unit: '' }, ...['q1', 'q2', 'q3'].map((title) => ({ title, unit: '' })), { title: 'distance', unit: bands.distances.unit },
        ...modes.map((title) => ({ title, unit: bands.frequencies.unit })),
        ...modes.map((title) => ({ title: `group velocity ${title}`, unit: bands.groupVelocities.unit })),
      ],
      rows: path,
    },
    table('phonons-gamma', [
      { title: 'mode', unit: '', values: modes },
      ...column('without the macroscopic field', gamma.frequencies),
      ...(gamma.oscillatorStrengths ? column('oscillator strength', gamma.oscillatorStrengths) : []),
      ...gamma.loTo.flatMap(({ direction, frequencies }) => column(`along ${direction.map((part) => String(Number(part.toPrecision(6)))).join(' ')}`, frequencies)),
    ]),
    table('phonons-dos', [
      ...column('frequency', dos.frequencies),
      ...column('total', dos.total),
      ...species.map((element, atom) => ({ title: `atom ${String(atom + 1)} ${element}`, unit: dos.projected.unit, values: list(list(dos.projected.value)[atom] ?? null).map(cell) })),
    ]),
    table('phonons-thermal', [
      ...column('temperature', thermal.temperatures), ...column('Helmholtz energy', thermal.helmholtz), ...column('entropy', thermal.entropy),
      ...column('heat capacity at constant volume', thermal.heatCapacity), ...column('internal energy', thermal.internalEnergy),
    ]),
    table('phonons-displacements', [
      ...column('temperature', displacements.temperatures),
      ...species.flatMap((element, atom) =>
        voigt.map((name, k) => ({
          title: `U${name} of atom ${String(atom + 1)} ${element}`,
          unit: displacements.tensors.unit,
          values: list(displacements.tensors.value).map((atoms) => cell(list(list(atoms)[atom] ?? null)[k])),
        })),
      ),
    ]),
  ];
}

function expansionTables(result: ExpansionResult): Table[] {
  const { points, freeEnergy, modeGrueneisen, alternative } = result;
  const temperatures = list(freeEnergy.temperatures.value).map((value) => `${String(cell(value))} K`);
  const transposed = (quantity: Quantity): Column[] =>
    temperatures.map((label, k) => ({ title: `F at ${label}`, unit: quantity.unit, values: list(list(quantity.value)[k] ?? null).map(cell) }));
  return [
    table('expansion', [
      ...column('temperature', result.temperatures), ...column('volume', result.volume), ...components('lattice', axes, result.lattice),
      ...column('volumetric expansion', result.alphaVolumetric), ...components('linear expansion', axes, result.alphaLinear),
      ...components('expansion tensor', voigt, result.alphaTensor), ...column('Grüneisen parameter', result.grueneisen),
      ...column('isothermal bulk modulus', result.bulkModulus), ...column('adiabatic bulk modulus', result.bulkModulusAdiabatic),
      ...column('heat capacity at constant pressure', result.heatCapacityP), ...column('heat capacity at constant volume', result.heatCapacityV),
      ...column('Gibbs energy', result.gibbs),
      ...column(`volume (${alternative.form})`, alternative.volume), ...column(`volumetric expansion (${alternative.form})`, alternative.alphaVolumetric),
      ...column(`isothermal bulk modulus (${alternative.form})`, alternative.bulkModulus),
    ]),
    table('expansion-points', [
      ...column('volume', points.volume), ...components('lattice', axes, points.lattice), ...column('energy', points.energy),
      ...column('residual force', points.residualForce), ...column('residual stress', points.residualStress),
      ...column('lowest frequency', points.lowestFrequency), ...column('zero-point energy', points.zeroPoint),
    ]),
    table('expansion-free-energy', [...column('volume', points.volume), ...transposed(freeEnergy.values)]),
    table('expansion-free-energy-curves', [...column('volume', freeEnergy.curveVolume), ...transposed(freeEnergy.curves)]),
    {
      name: 'expansion-mode-grueneisen',
      columns: [{ title: 'q-point', unit: '' }, { title: 'mode', unit: '' }, { title: 'frequency', unit: modeGrueneisen.frequencies.unit }, { title: 'Grüneisen parameter', unit: '' }],
      rows: list(modeGrueneisen.frequencies.value).flatMap((modes, q) =>
        list(modes).map((frequency, mode) => [q + 1, mode + 1, cell(frequency), cell(list(list(modeGrueneisen.values.value)[q] ?? null)[mode])]),
      ),
    },
  ];
}

function checksTable(result: Result): Table {
  const properties = ['relaxation', 'eos', 'elasticity', 'phonons', 'expansion'] as const;
  return {
    name: 'checks',
    columns: ['property', 'check', 'passed', 'measured', 'limit', 'unit', 'sentence'].map((title) => ({ title, unit: '' })),
    rows: properties.flatMap((property) =>
      (result[property]?.verdict.checks ?? []).map((check) => [
        property, check.name, check.passed ? 'yes' : 'no', cell(check.measured.value), cell(check.limit.value), check.measured.unit, check.message.sentence,
      ]),
    ),
  };
}

/** All tables of a result, ready to be written. */
export function tablesOf(result: Result): Table[] {
  const { species } = result.material;
  return [
    ...(result.relaxation ? relaxationTables(result.relaxation, species) : []),
    ...(result.eos ? eosTables(result.eos) : []),
    ...(result.elasticity ? elasticityTables(result.elasticity) : []),
    ...(result.phonons ? phononTables(result.phonons, species) : []),
    ...(result.expansion ? expansionTables(result.expansion) : []),
    checksTable(result),
  ];
}

/** File name -> text of every table. */
export function csvFilesOf(result: Result): Map<string, string> {
  return new Map(tablesOf(result).map((one) => [`${one.name}.csv`, csvOf(one)]));
}
