/** ECharts with only the parts that are used. */
import { LineChart, ScatterChart } from 'echarts/charts';
import {
  AriaComponent, DataZoomInsideComponent, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent,
} from 'echarts/components';
import { init, use, type EChartsCoreOption, type EChartsType } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

// The SVG renderer alone: what is seen is what is exported and printed, at any scale.
use([LineChart, ScatterChart, AriaComponent, DataZoomInsideComponent, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

export type { EChartsCoreOption, EChartsType };

/** New data of the series with this id. */
export interface SeriesChange {
  readonly id: string;
  readonly data: readonly unknown[];
}

export function startChart(element: HTMLElement): EChartsType {
  return init(element, null, { renderer: 'svg' });
}

/** A still picture of a chart, for export and print. */
export function drawSvg(option: EChartsCoreOption, overlay: readonly SeriesChange[], width: number, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption(option);
  chart.setOption({ series: overlay });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
