/** Figures of a monitor as charts: drawn from whatever points there are. */
import { fixed } from '../../core/units/format.ts';
import { displayOf, type DisplayPreferences } from '../../core/units/display.ts';
import { words } from '../words/runs.ts';
import { lineChart, type ChartModel, type Series } from './chart-model.ts';
import { pointLabel } from './labels.ts';
import type { Value } from './quantities.ts';
import type { LiveCurve, LiveFigure } from './run-monitor.ts';

/** Monitors show frequencies as chosen; cells as they are stored, because nothing is known yet of formula units. */
type Shown = Pick<DisplayPreferences, 'frequency'>;

function factorOf(unit: string, { frequency }: Shown): { factor: number; unit: string } {
  return displayOf(unit, undefined, { frequency, basis: 'cell' }, { atoms: 1, formulaUnits: 1 });
}

const firstOf = (curve: LiveCurve): Value[] => curve.y.map(([value]) => value ?? null);
const scale = (values: readonly Value[], factor: number): Value[] => values.map((value) => (value === null ? null : value * factor));
/** A logarithmic axis has no place for exact zeros: symmetry can leave no force at all. */
const positive = (values: readonly Value[]): Value[] => values.map((value) => (value !== null && value > 0 ? value : null));

function nameOf({ series, member }: LiveCurve, names: (series: string) => string): string {
  return member === null ? names(series) : words.monitor.member(names(series), member);
}
const named = (series: string): string => words.monitor.series[series] ?? series;

/** All bands of the path so far, one line a mode, broken between segments. */
function bandSeries(curves: readonly LiveCurve[], factor: number): Series[] {
  const modes = Math.max(0, ...curves.map(({ y }) => y[0]?.length ?? 0));
  return Array.from({ length: modes }, (_, mode) => ({
    name: `${String(mode + 1)}`, kind: 'line' as const, colour: 0, dash: 0, faint: true, unlisted: true,
    x: curves.flatMap(({ x }) => [...x, null]),
    y: curves.flatMap(({ y }) => [...scale(y.map((values) => values[mode] ?? null), factor), null]),
  }));
}

/** Names of the points of high symmetry along the path, as far as it is known. */
function withPoints(model: ChartModel, curves: readonly LiveCurve[]): ChartModel {
  const ticks = new Map<number, string>();
  for (const { series, x } of curves) {
    const [from = '', to = ''] = series.split(' ').map(pointLabel);
    const [begin, end] = [x[0] ?? 0, x.at(-1) ?? 0];
    const before = ticks.get(begin);
    ticks.set(begin, before === undefined || before === from ? from : `${before}|${from}`);
    ticks.set(end, to);
  }
  const places = [...ticks.keys()];
  return {
    name: model.name, title: model.title, summary: model.summary,
    get table() { return model.table; },
    option: (look) => {
      const option = model.option(look);
      const xAxis = option['xAxis'] as { axisLabel: object };
      return {
        ...option,
        xAxis: {
          ...xAxis, min: Math.min(...places), max: Math.max(...places), axisTick: { show: false, customValues: places }, splitLine: { show: false },
          axisLabel: { ...xAxis.axisLabel, fontSize: 13, hideOverlap: false, customValues: places, formatter: (value: number) => ticks.get(value) ?? '' },
        },
      };
    },
  };
}

export function liveChart({ property, chart, curves }: LiveFigure, preferences: Shown): ChartModel {
  const { axes, charts } = words.monitor;
  const title = chart === 'energy-volume' ? words.monitor.of(charts[chart], words.propertyShort(property)) : charts[chart];
  const points = curves.reduce((sum, { x }) => sum + x.length, 0);
  const base = { name: `${property}-${chart}`, title, summary: words.monitor.summary(title, points) };
  const yUnit = factorOf(curves[0]?.yUnit ?? '', preferences);
  const volume = { title: axes.volume, unit: curves[0]?.xUnit ?? '' };
  const kinds = [...new Set(curves.map(({ series }) => series))];
  /** Members of a committee stand small beside it, in the colour of what they belong to. */
  const drawn = (curve: LiveCurve): Pick<Series, 'colour' | 'dash' | 'faint' | 'unlisted'> => {
    const place = kinds.indexOf(curve.series);
    return { colour: place, dash: place, ...(curve.member !== null && { faint: true, unlisted: true }) };
  };
  const dots = (y: (curve: LiveCurve) => Value[], names = named): Series[] => curves.map((curve) => ({ name: nameOf(curve, names), x: curve.x, y: y(curve), kind: 'points', ...drawn(curve) }));
  switch (chart) {
    case 'residuals':
      return lineChart({
        ...base, x: { title: axes.step, unit: '', from: 0 }, y: { title: axes.residual, unit: '', logarithmic: true },
        series: curves.map((curve) => ({ name: nameOf(curve, named), x: curve.x, y: positive(firstOf(curve)), kind: 'line', ...drawn(curve) })),
      });
    case 'stress-strain':
      return lineChart({ ...base, x: { title: axes.strain, unit: '' }, y: { title: axes.stress, unit: 'GPa' }, series: dots(firstOf, words.monitor.stressOf) });
    case 'bands': {
      const low = Math.min(0, ...curves.flatMap(({ y }) => y.flatMap((values) => values.map((value) => value ?? 0)))) * yUnit.factor;
      return withPoints(lineChart({ ...base, x: { title: axes.path, unit: '' }, y: { title: axes.bands, unit: yUnit.unit, ...(low > -0.01 && { from: 0 }) }, series: bandSeries(curves, yUnit.factor) }), curves);
    }
    case 'frequency-volume':
      return lineChart({ ...base, x: volume, y: { title: axes.frequency, unit: yUnit.unit }, series: dots((curve) => scale(firstOf(curve), yUnit.factor)) });
    case 'extrapolation':
      return lineChart({ ...base, x: volume, y: { title: axes.excess, unit: '', from: 0 }, series: dots(firstOf) });
    case 'energy-volume': {
      // Energies of hundreds of electronvolts differ by millielectronvolts.
      const lowest = Math.min(...curves.flatMap((curve) => firstOf(curve).map((value) => value ?? Number.POSITIVE_INFINITY)));
      return lineChart({ ...base, x: volume, y: { title: axes.energy, unit: 'meV', from: 0 }, series: dots((curve) => firstOf(curve).map((value) => (value === null ? null : 1000 * (value - lowest)))) });
    }
  }
}

/** Whether any cell so far lies outside the training set, in a sentence. */
export function extrapolationSentence({ curves }: LiveFigure): string {
  const values = curves.flatMap((curve) => firstOf(curve)).filter((value) => value !== null);
  const outside = values.filter((value) => value > 0);
  return outside.length === 0 ? words.monitor.inside(values.length) : words.monitor.outside(outside.length, values.length, fixed(Math.max(...outside), 3));
}
