/** Bands and density of states side by side over one axis of frequency. */
import type { PhononsResult } from '../../core/contracts/results.ts';
import type { FrequencyUnit } from '../../core/units/display.ts';
import { words } from '../words/english.ts';
import { frequencyRange, isImaginary, type BandPath } from './band-path.ts';
import { axisLook, axisTitle, chartFont, legendLook, type ChartModel } from './chart-model.ts';
import { dashOf, type Look } from './look.ts';
import { matrixOf, scaled, vectorOf, type Value } from './quantities.ts';

/** Ids of the series that follow the selection. */
export const selectionSeries = { point: 'selected-point', mode: 'selected-mode' } as const;

/** One band over the whole path, broken where the path jumps. */
export function bandLine(path: BandPath, mode: number, factor: number): [number | null, Value][] {
  return path.segments.flatMap(([first, last]) => [
    ...path.points.slice(first, last + 1).map((point): [number, Value] => [point.distance, scaleOne(point.frequencies[mode] ?? null, factor)]),
    [null, null] as [null, null],
  ]);
}
/** The edges of a band's uncertainty over the whole path: its lower end, and its width. */
export function bandRibbon(path: BandPath, mode: number, factor: number): { readonly low: [number | null, Value][]; readonly width: [number | null, Value][] } {
  const over = (value: (point: BandPath['points'][number]) => Value): [number | null, Value][] =>
    path.segments.flatMap(([first, last]) => [...path.points.slice(first, last + 1).map((point): [number, Value] => [point.distance, value(point)]), [null, null] as [null, null]]);
  const error = (point: BandPath['points'][number]): number => point.uncertainties[mode] ?? 0;
  return {
    low: over((point) => scaleOne(point.frequencies[mode] ?? null, factor, -error(point))),
    width: over((point) => (point.frequencies[mode] === undefined ? null : 2 * error(point) * factor)),
  };
}
const scaleOne = (value: Value, factor: number, shift = 0): Value => (value === null ? null : (value + shift) * factor);

/** Density of states of each element: the sum over its atoms, states per shown frequency unit and shown basis. */
export function elementDensities(dos: PhononsResult['dos'], species: readonly string[], factor: number): { name: string; values: Value[] }[] {
  const projected = matrixOf(dos.projected.value);
  return [...new Set(species)].map((name) => ({
    name,
    values: vectorOf(dos.frequencies.value).map((_, i) =>
      species.reduce<Value>((sum, element, atom) => (element === name ? (sum ?? 0) + (projected[atom]?.[i] ?? 0) * factor : sum), null),
    ),
  }));
}

/** The next round number above the highest frequency, so that the axis ends on a tick. */
export function niceTop(high: number): number {
  const size = 10 ** Math.floor(Math.log10(high || 1));
  const step = [0.2, 0.5, 1, 2].map((part) => part * size).find((candidate) => high / candidate <= 8) ?? size;
  return Math.ceil((high * 1.01) / step) * step;
}

/** Where the axis of frequencies begins: below zero only for imaginary modes. */
export function frequencyFloor(low: number, high: number): number {
  return isImaginary(low, high) ? low * 1.08 : 0;
}

/** An axis between a floor and the next round number above `high`. A floor below zero is no tick and has no label. */
export function frequencyAxis(look: Look, floor: number, high: number): Record<string, unknown> {
  const axis = axisLook(look);
  return { ...axis, type: 'value', min: floor, max: niceTop(high), axisLabel: { ...(axis['axisLabel'] as object), showMinLabel: floor === 0 } };
}

export interface BandChart {
  readonly path: BandPath;
  readonly dos: PhononsResult['dos'];
  readonly species: readonly string[];
  readonly unit: FrequencyUnit;
  /** From THz, and from states/THz. */
  readonly factor: number;
  readonly densityFactor: number;
  readonly densityUnit: string;
}

export function bandChart(chart: BandChart): ChartModel {
  const { path, dos, factor, unit } = chart;
  const [low, high] = frequencyRange(path).map((value) => value * factor) as [number, number];
  const floor = frequencyFloor(low, high);
  const frequencies = scaled(vectorOf(dos.frequencies.value), factor);
  const total = scaled(vectorOf(dos.total.value), chart.densityFactor);
  const elements = elementDensities(dos, chart.species, chart.densityFactor);
  const summary = words.phonons.bandsSummary(path.names.map(([from, to]) => `${from}–${to}`).join(', '), path.modes);

  const option = (look: Look): ReturnType<ChartModel['option']> => {
    const vertical = { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: look.muted, type: 'solid', width: 1, opacity: 0.7 }, data: path.ticks.slice(1, -1).map(({ distance }) => ({ xAxis: distance })) };
    const axis = frequencyAxis(look, floor, high);
    const [first, last] = [path.ticks[0]?.distance ?? 0, path.ticks.at(-1)?.distance ?? 1];
    return {
      animation: false, backgroundColor: 'transparent', textStyle: { fontFamily: chartFont },
      aria: { enabled: true, label: { description: summary } },
      grid: [
        { left: 60, right: '33%', top: 32, bottom: 44, outerBoundsMode: 'none' },
        { left: '70.5%', right: 16, top: 32, bottom: 44, outerBoundsMode: 'none' },
      ],
      legend: { ...legendLook(look, [{ name: words.phonons.total }, ...elements.map(({ name }) => ({ name }))]), left: '66%', itemGap: 10, itemWidth: 22 },
      tooltip: { trigger: 'axis', showContent: false, axisPointer: { type: 'cross' } },
      axisPointer: { link: [{ yAxisIndex: [0, 1] }] },
      dataZoom: [
        { type: 'inside', xAxisIndex: 0, zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false, moveOnMouseMove: false, filterMode: 'none' },
        { type: 'inside', yAxisIndex: [0, 1], zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false, moveOnMouseMove: false, filterMode: 'none' },
      ],
      xAxis: [
        {
          ...axisLook(look), gridIndex: 0, type: 'value', min: first, max: last, splitLine: { show: false },
          axisTick: { show: false, customValues: path.ticks.map(({ distance }) => distance) },
          axisLabel: {
            color: look.ink, fontSize: 14, fontFamily: chartFont, hideOverlap: false, customValues: path.ticks.map(({ distance }) => distance),
            formatter: (value: number) => path.ticks.find(({ distance }) => Math.abs(distance - value) < 1e-6 * (last - first))?.label ?? '',
          },
          axisPointer: { label: { show: false } },
        },
        {
          ...axisLook(look), gridIndex: 1, type: 'value', min: 0, name: axisTitle({ title: words.phonons.density, unit: chart.densityUnit }), nameLocation: 'middle', nameGap: 26,
          splitNumber: 2, splitLine: { show: false },
        },
      ],
      yAxis: [
        { ...axis, gridIndex: 0, name: axisTitle({ title: words.phonons.frequency, unit }), nameLocation: 'middle', nameGap: 40 },
        { ...axis, gridIndex: 1, axisLabel: { show: false }, axisPointer: { label: { show: false } } },
      ],
      series: [
        ...(path.points.some(({ uncertainties }) => uncertainties.length > 0)
          ? Array.from({ length: path.modes }, (_, mode) => bandRibbon(path, mode, factor)).flatMap(({ low: bottomLine, width }, mode) => {
              const ribbon = { type: 'line', symbol: 'none', silent: true, stack: `ribbon ${String(mode)}`, stackStrategy: 'all', xAxisIndex: 0, yAxisIndex: 0, lineStyle: { opacity: 0 }, z: 1, emphasis: { disabled: true } };
              return [{ ...ribbon, data: bottomLine }, { ...ribbon, data: width, areaStyle: { color: look.series[0], opacity: 0.2 } }];
            })
          : []),
        ...Array.from({ length: path.modes }, (_, mode) => ({
          type: 'line', name: `mode ${String(mode + 1)}`, symbol: 'none', data: bandLine(path, mode, factor), xAxisIndex: 0, yAxisIndex: 0, z: 2, silent: true,
          color: look.series[0], lineStyle: { color: look.series[0], width: 1.5 }, emphasis: { disabled: true },
          ...(mode === 0 && {
            markLine: vertical,
            ...(floor < 0 && { markArea: { silent: true, itemStyle: { color: look.caution, opacity: 0.5 }, label: { show: true, color: look.muted, position: 'insideBottomLeft' }, data: [[{ yAxis: floor, name: words.phonons.imaginary }, { yAxis: 0 }]] } }),
          }),
        })),
        { id: selectionSeries.mode, type: 'line', symbol: 'none', data: [], xAxisIndex: 0, yAxisIndex: 0, z: 3, silent: true, lineStyle: { color: look.series[1], width: 2.5 }, emphasis: { disabled: true } },
        {
          id: selectionSeries.point, type: 'scatter', data: [], xAxisIndex: 0, yAxisIndex: 0, z: 5, silent: true, symbolSize: 12, emphasis: { disabled: true },
          itemStyle: { color: look.surface, borderColor: look.series[1], borderWidth: 3 },
        },
        {
          type: 'line', name: words.phonons.total, symbol: 'none', data: total.map((value, i) => [value, frequencies[i]]), xAxisIndex: 1, yAxisIndex: 1, z: 2, color: look.muted,
          lineStyle: { color: look.muted, width: 1.5 }, emphasis: { disabled: true },
        },
        ...elements.map(({ name, values }, k) => ({
          type: 'line', name, symbol: 'none', data: values.map((value, i) => [value, frequencies[i]]), xAxisIndex: 1, yAxisIndex: 1, z: 3, color: look.series[(k + 1) % look.series.length],
          lineStyle: { color: look.series[(k + 1) % look.series.length], width: 1.5, type: dashOf(k + 1) }, emphasis: { disabled: true },
        })),
      ],
    };
  };
  return {
    name: 'phonon-bands',
    title: words.phonons.bands,
    summary,
    option,
    get table() {
      return {
        name: 'phonon-bands',
        columns: [
          { title: words.phonons.segment, unit: '' }, { title: words.phonons.distance, unit: 'rad/Å' }, ...['q₁', 'q₂', 'q₃'].map((title) => ({ title, unit: '' })),
          ...Array.from({ length: path.modes }, (_, mode) => ({ title: words.phonons.mode(mode + 1), unit })),
        ],
        rows: path.points.map((point) => [
          (path.names[point.segment] ?? ['', '']).join('–'), point.distance, ...point.q, ...scaled(point.frequencies, factor),
        ]),
      };
    },
  };
}
