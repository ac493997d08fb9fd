/** Charts and sentences of a comparison, from the differences alone. */
import type { Quantity } from '../../core/contracts/quantity.ts';
import type { Experiment } from '../../core/contracts/report.ts';
import type { Result } from '../../core/contracts/results.ts';
import { displayOf, type Display, type DisplayPreferences } from '../../core/units/display.ts';
import { fixed, formatNumber, formatText } from '../../core/units/format.ts';
import { words as english } from '../words/english.ts';
import { words } from '../words/runs.ts';
import { bandLine, bandRibbon, niceTop } from './band-chart.ts';
import { frequencyRange, type BandPath } from './band-path.ts';
import { axisLook, axisTitle, chartFont, legendLook, lineChart, type ChartModel, type Series } from './chart-model.ts';
import { difference, histogram, type Difference, type FigureName, type FrequencyShift } from './comparison.ts';
import { dashOf, type Look } from './look.ts';
import { scaled, uncertaintiesOf, vectorOf, type Value } from './quantities.ts';

/** One run of a comparison, as its charts need it. */
export interface Compared {
  readonly letter: string;
  readonly title: string;
  readonly result: Result;
  readonly experiments: readonly Experiment[];
}

/** How a quantity of this run is shown. */
export function shownOf({ result }: Compared, quantity: Quantity, preferences: DisplayPreferences): Display {
  return displayOf(quantity.unit, quantity.basis, preferences, { atoms: result.material.atoms, formulaUnits: result.material.formulaUnits });
}

export function unitText({ unit, basis }: Display): string {
  if (basis === null) return unit;
  return unit.includes('mol') ? `${unit}, ${english.basis.mole[basis]}` : `${unit} ${english.basis.per[basis]}`;
}

/** `+3.2 GPa`, `−0.01`; `0` stays plain. */
export function signed(value: Value, unit: string, sigma: Value = null): string {
  const text = formatText(value, unit, sigma);
  return value !== null && value > 0 && formatNumber(value, sigma).value !== '0' ? `+${text}` : text;
}

/** A difference without an uncertainty: four digits of it, and none beyond the seventh of the numbers themselves, which are noise. */
export function deltaText({ a, b, delta, sigma }: Difference, unit = ''): string {
  if (a === null || b === null || delta === null) return '–';
  if (sigma !== null && sigma > 0) return signed(delta, unit, sigma);
  return Math.abs(delta) < 5e-8 * Math.max(Math.abs(a), Math.abs(b)) ? formatText(0, unit) : signed(Number(delta.toPrecision(4)), unit);
}

/** `+2.1 %`: three digits at most. */
export function percent(relative: Value, withSign = true): string {
  if (relative === null) return '–';
  const value = 100 * relative;
  const size = Math.abs(value);
  const text = `${fixed(value, size >= 100 ? 0 : size >= 1 ? 1 : size >= 0.01 ? 2 : 3)} %`;
  return withSign && value > 0 && !/^0(\.0*)? %$/.test(text) ? `+${text}` : text;
}

export const ratioText = (ratio: Value): string => (ratio === null ? '–' : ratio > 1000 ? '> 1000' : fixed(ratio, ratio >= 10 ? 0 : 1));

/** Bands of all runs over the path of the first. `paths`: laid onto it, null where a run has none. */
export function overlaidBands(runs: readonly Compared[], paths: readonly (BandPath | null)[], frequency: { readonly factor: number; readonly unit: string }): ChartModel {
  const [reference] = paths;
  const { factor, unit } = frequency;
  const ranges = paths.flatMap((path) => (path ? [frequencyRange(path)] : []));
  const [low, high] = [Math.min(0, ...ranges.map(([from]) => from)) * factor, Math.max(...ranges.map(([, to]) => to)) * factor];
  const bottom = low < -0.01 * high ? low * 1.08 : 0;
  const ticks = reference?.ticks ?? [];
  const [first, last] = [ticks[0]?.distance ?? 0, ticks.at(-1)?.distance ?? 1];
  const option = (look: Look): ReturnType<ChartModel['option']> => ({
    animation: false, backgroundColor: 'transparent', textStyle: { fontFamily: chartFont },
    aria: { enabled: true, label: { description: words.compare.bandsSummary } },
    grid: { left: 60, right: 20, top: 36, bottom: 36, outerBoundsMode: 'none' },
    legend: legendLook(look, runs.filter((_, k) => paths[k]).map(({ letter, title }) => ({ name: `${letter}  ${title}` }))),
    tooltip: { trigger: 'axis', showContent: false, axisPointer: { type: 'cross' } },
    dataZoom: [
      { type: 'inside', xAxisIndex: 0, zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false, filterMode: 'none' },
      { type: 'inside', yAxisIndex: 0, zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false, filterMode: 'none' },
    ],
    xAxis: {
      ...axisLook(look), type: 'value', min: first, max: last, splitLine: { show: false }, axisTick: { show: false, customValues: ticks.map(({ distance }) => distance) },
      axisLabel: {
        color: look.ink, fontSize: 14, fontFamily: chartFont, hideOverlap: false, customValues: ticks.map(({ distance }) => distance),
        formatter: (value: number) => ticks.find(({ distance }) => Math.abs(distance - value) < 1e-6 * (last - first))?.label ?? '',
      },
      axisPointer: { label: { show: false } },
    },
    yAxis: { ...axisLook(look), type: 'value', min: bottom, max: niceTop(high), name: axisTitle({ title: english.phonons.frequency, unit }), nameLocation: 'middle', nameGap: 40 },
    series: paths.flatMap((path, k) => {
      if (!path) return [];
      const colour = look.series[k % look.series.length];
      const ribbons = path.points.some(({ uncertainties }) => uncertainties.length > 0)
        ? Array.from({ length: path.modes }, (_, mode) => bandRibbon(path, mode, factor)).flatMap(({ low: edge, width }, mode) => {
            const ribbon = { type: 'line', symbol: 'none', silent: true, stack: `ribbon ${String(k)} ${String(mode)}`, stackStrategy: 'all', lineStyle: { opacity: 0 }, z: 1, emphasis: { disabled: true } };
            return [{ ...ribbon, data: edge }, { ...ribbon, data: width, areaStyle: { color: colour, opacity: 0.18 } }];
          })
        : [];
      return [
        ...ribbons,
        ...Array.from({ length: path.modes }, (_, mode) => ({
          // One name for all modes of a run: its entry in the legend shows and hides them together.
          type: 'line', name: `${runs[k]!.letter}  ${runs[k]!.title}`, symbol: 'none', silent: true, data: bandLine(path, mode, factor), color: colour, z: 2 + k,
          lineStyle: { color: colour, width: 1.5, type: dashOf(k) }, emphasis: { disabled: true },
          ...(k === 0 && mode === 0 && {
            markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: look.muted, type: 'solid', width: 1, opacity: 0.7 }, data: ticks.slice(1, -1).map(({ distance }) => ({ xAxis: distance })) },
          }),
        })),
      ];
    }),
  });
  return {
    name: 'compared-bands', title: words.compare.bands, summary: words.compare.bandsSummary, option,
    table: {
      name: 'compared-bands',
      columns: [{ title: words.compare.topic, unit: '' }, { title: english.phonons.segment, unit: '' }, { title: english.phonons.distance, unit: 'rad/Å' }, ...Array.from({ length: Math.max(0, ...paths.map((path) => path?.modes ?? 0)) }, (_, m) => ({ title: english.phonons.mode(m + 1), unit }))],
      rows: paths.flatMap((path, k) => (path?.segments ?? []).flatMap(([from, to], s) => path!.points.slice(from, to + 1).map((point) => [runs[k]!.letter, path!.names[s]!.join('–'), point.distance, ...scaled(point.frequencies, factor)]))),
    },
  };
}

const bins = 41;
/** THz: frequencies that differ by less are the same for all purposes. */
const sameFrequency = 1e-3;

/** A staircase: how large a share of the modes has which difference. */
function stairs(values: readonly number[], reach: number): { x: Value[]; y: Value[] } {
  const { edges, counts } = histogram(values, -reach, reach, bins);
  const share = (count: number): number => (values.length > 0 ? (100 * count) / values.length : 0);
  return { x: counts.flatMap((_, k) => [edges[k]!, edges[k + 1]!]), y: counts.flatMap((count) => [share(count), share(count)]) };
}

export function shiftChart(name: string, title: string, shift: FrequencyShift, frequency: { readonly factor: number; readonly unit: string }): ChartModel {
  const scale = (values: readonly number[]): number[] => values.map((value) => value * frequency.factor);
  // Symmetric about zero, so that a shift to one side is seen as one; rounding is not magnified.
  const reach = niceTop(Math.max(shift.largest ?? 0, sameFrequency) * frequency.factor);
  const parts = [{ label: words.compare.acoustic, values: scale(shift.acoustic) }, { label: words.compare.optic, values: scale(shift.optical) }].filter(({ values }) => values.length > 0);
  return lineChart({
    name, title, summary: words.compare.shiftSummary, x: { title: words.compare.shiftAxis, unit: frequency.unit, from: -reach, to: reach }, y: { title: words.compare.share, unit: '%', from: 0 },
    series: parts.map(({ label, values }) => ({ name: label, kind: 'line', ...stairs(values, reach) })),
  });
}

export type CurveName = 'alphaVolumetric' | 'volume' | 'heatCapacityP';

/** A property of all runs over the temperature, with their ribbons, and every measured point once. */
export function curveChart(runs: readonly Compared[], which: CurveName, preferences: DisplayPreferences): ChartModel | null {
  const having = runs.flatMap((run, k) => (run.result.expansion ? [{ run, k, expansion: run.result.expansion }] : []));
  const [one] = having;
  if (!one) return null;
  const title = words.compare.expansion[which];
  const series: Series[] = having.map(({ run, k, expansion }) => {
    const quantity = expansion[which];
    const { factor } = shownOf(run, quantity, preferences);
    const errors = uncertaintiesOf(quantity);
    return { name: `${run.letter}  ${run.title}`, x: vectorOf(expansion.temperatures.value), y: scaled(vectorOf(quantity.value), factor), uncertainty: errors && scaled(errors, factor), kind: 'line', colour: k, dash: k };
  });
  const seen = new Set<string>();
  for (const { run } of having) {
    for (const experiment of run.experiments) {
      const key = `${experiment.label} ${experiment.source}`;
      if (experiment.property !== which || seen.has(key)) continue;
      seen.add(key);
      const { factor } = shownOf(run, experiment.y, preferences);
      const errors = uncertaintiesOf(experiment.y);
      series.push({ name: experiment.label, x: vectorOf(experiment.x.value), y: scaled(vectorOf(experiment.y.value), factor), uncertainty: errors && scaled(errors, factor), kind: 'points', colour: runs.length + seen.size });
    }
  }
  const last = Math.max(...having.flatMap(({ expansion }) => vectorOf(expansion.temperatures.value)).map((value) => value ?? 0));
  return lineChart({
    name: `compared-${which}`, title, summary: words.compare.curvesSummary(title), x: { title: english.axis.temperature, unit: 'K', from: 0, to: last },
    y: { title: { alphaVolumetric: english.expansion.alphaV, volume: 'V', heatCapacityP: 'Cₚ' }[which], unit: unitText(shownOf(one.run, one.expansion[which], preferences)) }, series,
  });
}

/** B − A at the temperatures that both have; null where there are none. */
export function curveDifference(a: Compared, b: Compared, which: CurveName, preferences: DisplayPreferences, colour: number): ChartModel | null {
  const [first, second] = [a.result.expansion, b.result.expansion];
  if (!first || !second) return null;
  const places = new Map(vectorOf(second.temperatures.value).map((temperature, k) => [temperature, k]));
  const [factorA, factorB] = [shownOf(a, first[which], preferences).factor, shownOf(b, second[which], preferences).factor];
  const [valuesA, valuesB] = [scaled(vectorOf(first[which].value), factorA), scaled(vectorOf(second[which].value), factorB)];
  const [errorsA, errorsB] = [uncertaintiesOf(first[which]), uncertaintiesOf(second[which])];
  const times = (value: Value | undefined, factor: number): Value => (value === null || value === undefined ? null : value * factor);
  const rows = vectorOf(first.temperatures.value).flatMap((temperature, k): { temperature: Value; found: Difference }[] => {
    const place = places.get(temperature);
    return place === undefined ? [] : [{ temperature, found: difference(valuesA[k] ?? null, valuesB[place] ?? null, times(errorsA?.[k], factorA), times(errorsB?.[place], factorB)) }];
  });
  if (rows.every(({ found }) => found.delta === null)) return null;
  const title = words.compare.difference(words.compare.expansion[which]);
  const known = rows.some(({ found }) => found.sigma !== null);
  return lineChart({
    name: `difference-${which}`, title, summary: title, x: { title: english.axis.temperature, unit: 'K', from: 0 }, y: { title: 'Δ', unit: unitText(shownOf(a, first[which], preferences)) },
    series: [{ name: words.compare.against(b.letter, a.letter), x: rows.map(({ temperature }) => temperature), y: rows.map(({ found }) => found.delta), uncertainty: known ? rows.map(({ found }) => found.sigma) : null, kind: 'line', colour, dash: colour }],
  });
}

/** Relative: below this a change of frequencies is none. */
const unchanged = 5e-4;

export interface NamedDifference {
  readonly name: FigureName;
  readonly unit: string;
  readonly difference: Difference;
}

/** What the numbers say, in a few clauses: vibrations, stiffness, expansion; the lattice where there is nothing else. */
export function clausesOf(shift: FrequencyShift | null, differences: readonly NamedDifference[], frequency: { readonly factor: number; readonly unit: string }): string[] {
  const clauses: string[] = [];
  if (shift && shift.rms !== null) {
    const rms = formatText(Number((shift.rms * frequency.factor).toPrecision(3)), frequency.unit);
    const change = shift.opticalChange;
    if ((shift.largest ?? 0) < sameFrequency) clauses.push(words.compare.sameModes(formatText(Number((sameFrequency * frequency.factor).toPrecision(1)), frequency.unit)));
    else if (change === null) clauses.push(words.compare.modes(rms));
    else clauses.push(words.compare.optical(Math.abs(change) < unchanged ? words.compare.unchangedModes : change > 0 ? words.compare.stiffer(percent(change, false)) : words.compare.softer(percent(-change, false)), rms));
  }
  const find = (...names: FigureName[]): NamedDifference | undefined => names.map((name) => differences.find((one) => one.name === name)).find((one) => one !== undefined);
  const chosen = [find('bulkModulus', 'fittedBulkModulus'), find('alphaVolumetric')].filter((one) => one !== undefined);
  const lattice = find('volume', 'a');
  for (const { name, unit, difference: found } of chosen.length > 0 || clauses.length > 0 ? chosen : lattice ? [lattice] : []) {
    const inWords = words.compare.inSentence[name];
    if (found.delta === 0 || (found.relative !== null && Math.abs(found.relative) < 1e-7)) clauses.push(words.compare.equal(inWords));
    else if (found.ratio !== null && found.ratio <= 2) clauses.push(words.compare.unchanged(inWords, ratioText(found.ratio)));
    else {
      const notes = [...(found.relative === null ? [] : [percent(found.relative)]), ...(found.ratio === null ? [words.compare.noUncertainty] : [words.compare.sigmas(ratioText(found.ratio))])];
      clauses.push(words.compare.changes(inWords, signed(found.delta === null ? null : Number(found.delta.toPrecision(3)), unit.startsWith('10') ? `× ${unit}` : unit), notes));
    }
  }
  return clauses;
}
