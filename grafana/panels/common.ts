import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  AxisPlacement,
  BarAlignment,
  BarGaugeDisplayMode,
  BarGaugeSizing,
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  HeatmapCellLayout,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TableCellHeight,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  PanelBuilder as Heatmap,
  RowsHeatmapOptionsBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';
import { PROMETHEUS } from './targets.ts';

export { BarGauge, Heatmap, Stat, Table, TimeSeries };

/** Units of Grafana. `USD` writes $3.87K: for what is compared, not for what is paid. */
export const USD = 'currencyUSD';
/** Every dollar, and with {@link CENTS} every cent: for what somebody pays. */
export const BILLED = 'prefix:$';
export const CENTS = 2;
export const SHARE = 'percentunit';
export const COUNT = 'short';
export const PER_SECOND = 'reqps';
export const SECONDS = 's';
export const HOURS = 'h';

/** Three colours: below `warnAt`, from there on, and from `failAt` on. */
export function limits(
  warnAt: number,
  failAt: number,
  colours: readonly [string, string, string] = ['green', 'orange', 'red'],
): ThresholdsConfigBuilder {
  return steps([
    { value: null, color: colours[0] },
    { value: warnAt, color: colours[1] },
    { value: failAt, color: colours[2] },
  ]);
}

/** One colour whatever the value. */
export function oneColour(color: string): ThresholdsConfigBuilder {
  return steps([{ value: null, color }]);
}

function steps(list: Threshold[]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(list);
}

export function timeSeries(title: string, description: string, missing: string): TimeSeries {
  return new TimeSeries()
    .title(title)
    .description(description)
    .noValue(missing)
    .datasource(PROMETHEUS)
    .lineWidth(1)
    .fillOpacity(8)
    .showPoints(VisibilityMode.Never)
    .axisSoftMin(0)
    .colorScheme(byName())
    .legend(listLegend(LegendPlacement.Bottom))
    .tooltip(tooltip());
}

/**
 * Series whose name ends with one of these words have its colour, on every board. All others have
 * the colour that Grafana derives from their name, which is the same everywhere as well.
 */
export function colouredByMeaning<P extends TimeSeries | BarGauge>(
  panel: P,
  colours: Readonly<Record<string, string>>,
): P {
  for (const [word, fixedColor] of Object.entries(colours)) {
    panel.overrideByRegexp(`/(?:^| / )${word}$/`, [
      { id: 'color', value: { mode: 'fixed', fixedColor } },
    ]);
  }
  return panel;
}

/** Areas one upon the other: the upper edge is the whole. */
export function stacked(panel: TimeSeries): TimeSeries {
  return panel
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
    .fillOpacity(40)
    .lineWidth(0);
}

/** Shares of the whole, from 0 to 100 %. */
export function shares(panel: TimeSeries): TimeSeries {
  return panel
    .stacking(new StackingConfigBuilder().mode(StackingMode.Percent).group('A'))
    .fillOpacity(50)
    .lineWidth(0);
}

/**
 * Settings of a series that another one is compared with: dashed, and not in the legend. It has the
 * name of the other one, and with it its colour.
 */
export const COMPARED: readonly DynamicConfigValue[] = [
  { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 6] } },
  { id: 'custom.fillOpacity', value: 0 },
  { id: 'custom.hideFrom', value: { legend: true, tooltip: false, viz: false } },
];

export function bars(panel: TimeSeries): TimeSeries {
  return (
    panel
      .drawStyle(GraphDrawStyle.Bars)
      // A value stands at the beginning of its day or hour, so its bar goes on from there.
      .barAlignment(BarAlignment.After)
      .barWidthFactor(0.9)
      .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
      // Bars lie behind one another, so that a thin colour would mix with those above it.
      .fillOpacity(100)
      .lineWidth(0)
  );
}

/** Draws the limits of `thresholds` as dashed lines. */
export function withLimitLines(panel: TimeSeries, thresholds: ThresholdsConfigBuilder): TimeSeries {
  return panel
    .thresholds(thresholds)
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
}

export function stat(title: string, description: string, missing: string): Stat {
  return new Stat()
    .title(title)
    .description(description)
    .noValue(missing)
    .datasource(PROMETHEUS)
    .reduceOptions(lastValue())
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .thresholds(oneColour('text'));
}

export function barGauge(title: string, description: string, missing: string): BarGauge {
  return new BarGauge()
    .title(title)
    .description(description)
    .noValue(missing)
    .datasource(PROMETHEUS)
    .reduceOptions(lastValue())
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .sizing(BarGaugeSizing.Manual)
    .minVizHeight(16)
    .maxVizHeight(32)
    .min(0)
    .thresholds(oneColour('blue'));
}

/** Each bar in the colour that its series has elsewhere. */
export function colouredByName(panel: BarGauge): BarGauge {
  return panel.colorScheme(byName());
}

export function heatmap(
  title: string,
  description: string,
  unit: string,
  missing: string,
): Heatmap {
  return new Heatmap()
    .title(title)
    .description(description)
    .noValue(missing)
    .datasource(PROMETHEUS)
    .unit(unit)
    .yAxis(new YAxisConfigBuilder().unit(unit).axisPlacement(AxisPlacement.Left))
    .rowsFrame(new RowsHeatmapOptionsBuilder().layout(HeatmapCellLayout.Auto))
    .color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Oranges'));
}

export function table(title: string, description: string, missing: string): Table {
  return new Table()
    .title(title)
    .description(description)
    .noValue(missing)
    .datasource(PROMETHEUS)
    .cellHeight(TableCellHeight.Sm)
    .minWidth(80)
    .filterable(true);
}

/** For many series: a column at the right, which is scrolled instead of cut. */
export function legendAtRight(panel: TimeSeries): TimeSeries {
  return panel.legend(listLegend(LegendPlacement.Right));
}

function listLegend(placement: LegendPlacement): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.List)
    .placement(placement);
}

function byName(): FieldColorBuilder {
  return new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName);
}

function tooltip(): VizTooltipOptionsBuilder {
  return new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending);
}

function lastValue(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false);
}
