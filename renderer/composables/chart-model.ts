/** A chart as data: what it shows in words, how it is drawn in a given look, and its numbers as a table. */
import type { Table } from '../../core/contracts/table.ts';
import { formatText } from '../../core/units/format.ts';
import type { EChartsCoreOption } from './charts.ts';
import { dashOf, type Look } from './look.ts';
import type { Value } from './quantities.ts';

export interface ChartModel {
  /** File name of its exports, without ending. */
  readonly name: string;
  readonly title: string;
  /** One sentence for those who cannot see it. */
  readonly summary: string;
  option(look: Look): EChartsCoreOption;
  /** Made when it is asked for. */
  readonly table: Table;
}

export interface Axis {
  readonly title: string;
  readonly unit: string;
  readonly logarithmic?: boolean;
  readonly from?: number;
  readonly to?: number;
}

export interface Series {
  readonly name: string;
  readonly x: readonly Value[];
  readonly y: readonly Value[];
  /** Standard errors: a ribbon around a line, whiskers on points. */
  readonly uncertainty?: readonly Value[] | null;
  readonly kind: 'line' | 'points';
  /** Index into the palette; by default the place of the series. */
  readonly colour?: number;
  readonly dash?: number;
  readonly faint?: boolean;
  /** Left out of the legend: another series says the same. */
  readonly unlisted?: boolean;
}

export interface LineChart {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** A marked range of x, e.g. where the numbers are no longer reliable. */
  readonly shades?: readonly { readonly from: number; readonly to: number; readonly label: string }[];
}

export const chartFont = '"Segoe UI", -apple-system, BlinkMacSystemFont, Roboto, "Noto Sans", "Liberation Sans", Arial, system-ui, sans-serif';

export function axisTitle(axis: { readonly title: string; readonly unit: string }): string {
  return axis.unit === '' ? axis.title : `${axis.title} (${axis.unit})`;
}

/** Numbers at an axis: a true minus sign and no commas. */
function tick(value: number): string {
  return formatText(value, '').replace(/^1 × (?=10)/, '');
}

/** Axis styling shared by all charts. */
export function axisLook(look: Look): Record<string, unknown> {
  return {
    axisLine: { show: true, lineStyle: { color: look.muted } },
    axisTick: { show: true, lineStyle: { color: look.muted } },
    axisLabel: { color: look.muted, fontSize: 12, fontFamily: chartFont, hideOverlap: true, formatter: tick },
    nameTextStyle: { color: look.ink, fontSize: 12, fontFamily: chartFont },
    splitLine: { lineStyle: { color: look.line, width: 1, opacity: 0.6 } },
    axisPointer: { lineStyle: { color: look.muted, type: 'dashed' }, label: { backgroundColor: look.ink, color: look.surface, fontFamily: chartFont, fontSize: 12 } },
  };
}

const symbols = ['circle', 'diamond', 'triangle', 'rect'] as const;
/** Marks of points in a legend, as paths: built-in symbols would be stretched to the width of a line. */
const symbolPaths: Record<(typeof symbols)[number], string> = {
  circle: 'path://M5 0a5 5 0 1 0 .001 0Z', diamond: 'path://M5 0 10 5 5 10 0 5Z', triangle: 'path://M5 0 10 10H0Z', rect: 'path://M0 0h10v10H0Z',
};
const symbolOf = (place: number): (typeof symbols)[number] => symbols[place % symbols.length]!;

export function legendLook(look: Look, entries: readonly { readonly name: string; readonly symbol?: (typeof symbols)[number] }[]): Record<string, unknown> {
  return {
    data: entries.map(({ name, symbol }) => (symbol ? { name, icon: symbolPaths[symbol] } : { name, itemStyle: { opacity: 0 } })),
    top: 0, left: 8, itemWidth: 26, itemHeight: 10, itemGap: 14, inactiveColor: look.line,
    textStyle: { color: look.ink, fontSize: 12, fontFamily: chartFont },
  };
}

/** Lines that a legend takes in a narrow chart, so that it never lies over the curves. */
function legendRows(names: readonly string[]): number {
  const width = 360;
  let [rows, used] = [1, 0];
  for (const name of names) {
    const needed = 26 + 5 + 14 + 6.6 * name.length;
    if (used > 0 && used + needed > width) {
      rows += 1;
      used = 0;
    }
    used += needed;
  }
  return rows;
}

function axisOption(axis: Axis, look: Look, gap: number): Record<string, unknown> {
  return {
    ...axisLook(look),
    type: axis.logarithmic ? 'log' : 'value', scale: true, name: axisTitle(axis), nameLocation: 'middle', nameGap: gap,
    ...(axis.from !== undefined && { min: axis.from }),
    ...(axis.to !== undefined && { max: axis.to }),
  };
}

/** The values under the crosshair. Built of text nodes: names may come from a reader's file. */
function readings(chart: LineChart, look: Look, index: number, x: number): HTMLElement {
  const box = document.createElement('div');
  box.className = 'chart-readings';
  const head = document.createElement('div');
  head.textContent = `${chart.x.title} ${formatText(x, chart.x.unit)}`;
  box.append(head);
  for (const [place, series] of chart.series.entries()) {
    if (series.kind === 'points' && place !== index) continue;
    const nearest = nearestIndex(series.x, x);
    if (nearest < 0 || series.y[nearest] === null) continue;
    if (series.x.length > 1 && Math.abs(series.x[nearest]! - x) > spacing(series.x)) continue;
    const row = document.createElement('div');
    const mark = document.createElement('span');
    mark.className = 'chart-mark';
    mark.style.background = look.series[(series.colour ?? place) % look.series.length]!;
    row.append(mark, `${series.name}  `);
    const value = document.createElement('b');
    value.textContent = formatText(series.y[nearest]!, chart.y.unit, series.uncertainty?.[nearest] ?? null);
    row.append(value);
    box.append(row);
  }
  return box;
}

/** Twice the mean distance of the points: what counts as "at this place". */
function spacing(x: readonly Value[]): number {
  const known = x.filter((value) => value !== null);
  return (2 * Math.abs(known.at(-1)! - known[0]!)) / Math.max(1, known.length - 1);
}

export function nearestIndex(x: readonly Value[], wanted: number): number {
  let best = -1;
  let distance = Number.POSITIVE_INFINITY;
  for (const [index, value] of x.entries()) {
    if (value === null) continue;
    const here = Math.abs(value - wanted);
    if (here < distance) {
      distance = here;
      best = index;
    }
  }
  return best;
}

function pairs(x: readonly Value[], y: readonly Value[]): (Value[])[] {
  return x.map((value, i) => [value, y[i] ?? null]);
}

function seriesOptions(series: Series, place: number, look: Look): Record<string, unknown>[] {
  const colour = look.series[(series.colour ?? place) % look.series.length]!;
  const options: Record<string, unknown>[] = [];
  const errors = series.uncertainty;
  if (errors && series.kind === 'line') {
    const band = { type: 'line', symbol: 'none', silent: true, stack: `ribbon ${String(place)}`, stackStrategy: 'all', lineStyle: { opacity: 0 }, tooltip: { show: false }, z: 1 };
    // Where the uncertainty is not known the ribbon ends: none is not zero.
    const known = (value: Value, i: number): boolean => value !== null && (errors[i] ?? null) !== null;
    options.push(
      { ...band, data: pairs(series.x, series.y.map((value, i) => (known(value, i) ? value! - errors[i]! : null))) },
      { ...band, data: pairs(series.x, series.y.map((value, i) => (known(value, i) ? 2 * errors[i]! : null))), areaStyle: { color: colour, opacity: 0.18 } },
    );
  }
  if (series.kind === 'line') {
    options.push({
      type: 'line', name: series.name, symbol: 'none', data: pairs(series.x, series.y), color: colour, z: 3,
      lineStyle: { color: colour, width: series.faint ? 1.25 : 2, type: dashOf(series.dash ?? place) },
      emphasis: { disabled: true },
    });
    return options;
  }
  options.push({
    type: 'scatter', name: series.name, data: pairs(series.x, series.y), z: 4, color: colour, emphasis: { disabled: true },
    symbol: series.faint ? 'circle' : symbolOf(place), symbolSize: series.faint ? 3 : 8,
    itemStyle: series.faint ? { color: colour, opacity: 0.55 } : { color: look.surface, borderColor: colour, borderWidth: 2 },
    // Thousands of modes are one path, not one element each.
    large: series.y.length > 1000, largeThreshold: 1000,
  });
  if (errors) {
    const whiskers = series.x.flatMap((x, i) => {
      const [y, error] = [series.y[i] ?? null, errors[i] ?? null];
      return x === null || y === null || error === null ? [] : [[x, y - error], [x, y + error], [x, null]];
    });
    options.push({ type: 'line', symbol: 'none', silent: true, data: whiskers, lineStyle: { color: colour, width: 1.5 }, z: 3, tooltip: { show: false } });
  }
  return options;
}

function tableOf(chart: LineChart): Table {
  const columns: { title: string; unit: string; values: readonly Value[] }[] = [];
  let shared: readonly Value[] | null = null;
  for (const series of chart.series) {
    // Series on the same points share one column of x.
    if (shared === null || series.x !== shared) columns.push({ title: chart.x.title, unit: chart.x.unit, values: series.x });
    shared = series.x;
    columns.push({ title: series.name, unit: chart.y.unit, values: series.y });
    if (series.uncertainty) columns.push({ title: `± ${series.name}`, unit: chart.y.unit, values: series.uncertainty });
  }
  const length = Math.max(0, ...columns.map(({ values }) => values.length));
  return {
    name: chart.name,
    columns: columns.map(({ title, unit }) => ({ title, unit })),
    rows: Array.from({ length }, (_, row) => columns.map(({ values }) => values[row] ?? null)),
  };
}

/** Curves and points over one axis. */
export function lineChart(chart: LineChart): ChartModel {
  return {
    name: chart.name,
    title: chart.title,
    summary: chart.summary,
    get table() { return tableOf(chart); },
    option: (look) => {
      const named = chart.series.map(({ name }) => name);
      const listed = chart.series.flatMap(({ name, kind, faint, unlisted }, place) =>
        unlisted ? [] : [{ name, ...(kind === 'points' && { symbol: faint ? ('circle' as const) : symbolOf(place) }) }],
      );
      const rows = listed.length > 1 ? legendRows(listed.map(({ name }) => name)) : 0;
      const series = chart.series.flatMap((one, place) => seriesOptions(one, place, look));
      const shades = chart.shades ?? [];
      if (shades.length > 0) {
        series.push({
          type: 'line', data: [], silent: true,
          markArea: {
            silent: true,
            itemStyle: { color: look.caution, opacity: 0.55 },
            label: { show: true, position: 'inside', rotate: 90, color: look.muted, fontSize: 12, fontFamily: chartFont },
            data: shades.map(({ from, to, label }) => [{ xAxis: from, name: label }, { xAxis: to }]),
          },
        });
      }
      return {
        animation: false,
        backgroundColor: 'transparent',
        aria: { enabled: true, label: { description: chart.summary } },
        textStyle: { fontFamily: chartFont },
        grid: { left: 68, right: 20, top: 16 + 24 * rows, bottom: 44, outerBoundsMode: 'none' },
        ...(rows > 0 && { legend: legendLook(look, listed) }),
        tooltip: {
          trigger: 'axis', confine: true, transitionDuration: 0, axisPointer: { type: 'cross' },
          backgroundColor: look.surface, borderColor: look.line, textStyle: { color: look.ink, fontFamily: chartFont, fontSize: 12 },
          formatter: (parameters: { seriesName: string; axisValue: number }[]) => {
            const first = parameters[0];
            return first ? readings(chart, look, named.indexOf(first.seriesName), first.axisValue) : '';
          },
        },
        dataZoom: [
          { type: 'inside', xAxisIndex: 0, zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false, filterMode: 'none' },
          { type: 'inside', yAxisIndex: 0, zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false, filterMode: 'none' },
        ],
        xAxis: axisOption(chart.x, look, 26),
        yAxis: axisOption(chart.y, look, 50),
        series,
      };
    },
  };
}
