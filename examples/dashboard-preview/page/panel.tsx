import {
  type DataFrame,
  dateTime,
  FieldType,
  getDisplayProcessor,
  getFieldDisplayValues,
  type GrafanaTheme2,
  VizOrientation,
} from '@grafana/data';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { BarGauge, BigValue, PanelChrome, TimeSeries, VizRepeater } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import type { ReactNode } from 'react';
import { Heatmap } from './heatmap.tsx';
import type { Range } from './interpolate.ts';

/** What a panel shows. */
export type Content =
  | { readonly kind: 'frames'; readonly frames: DataFrame[] }
  | { readonly kind: 'note'; readonly text: string };

interface Props {
  readonly panel: Panel;
  readonly title: string;
  readonly content: Content;
  readonly range: Range;
  readonly width: number;
  readonly height: number;
  readonly theme: GrafanaTheme2;
}

export function PanelView({ panel, title, content, range, width, height, theme }: Props) {
  return (
    <PanelChrome
      title={title}
      {...(panel.description !== undefined && { description: panel.description })}
      width={width}
      height={height}
    >
      {(innerWidth, innerHeight) =>
        content.kind === 'note' ? (
          <pre style={{ whiteSpace: 'pre-wrap', opacity: 0.6, fontSize: 11 }}>{content.text}</pre>
        ) : (
          visualization(panel, content.frames, range, innerWidth, innerHeight, theme)
        )
      }
    </PanelChrome>
  );
}

function visualization(
  panel: Panel,
  frames: DataFrame[],
  range: Range,
  width: number,
  height: number,
  theme: GrafanaTheme2,
): ReactNode {
  switch (panel.type) {
    case 'timeseries': {
      const timeRange = {
        from: dateTime(range.from * 1000),
        to: dateTime(range.to * 1000),
        raw: { from: 'now-1h', to: 'now' },
      };
      return (
        <TimeSeries
          frames={frames}
          timeRange={timeRange}
          timeZone="utc"
          width={width}
          height={height}
          legend={panel.options.legend}
        />
      );
    }
    case 'heatmap':
      return (
        <Heatmap
          frames={frames}
          range={range}
          width={width}
          height={height}
          unit={panel.options.yAxis.unit}
        />
      );
    case 'table':
      return (
        <TableNG
          data={frames[0]!}
          width={width}
          height={height}
          cellHeight={'sm' as never}
          enableVirtualization={false}
        />
      );
    default:
      return values(panel, frames, width, height, theme);
  }
}

/** Single values: one for each series. */
function values(
  panel: Panel,
  frames: DataFrame[],
  width: number,
  height: number,
  theme: GrafanaTheme2,
): ReactNode {
  const isStat = panel.type === 'stat';
  return (
    <VizRepeater
      source={frames}
      width={width}
      height={height}
      renderCounter={0}
      orientation={isStat ? VizOrientation.Auto : VizOrientation.Horizontal}
      autoGrid={isStat}
      minVizHeight={16}
      maxVizHeight={40}
      getValues={() =>
        getFieldDisplayValues({
          fieldConfig: panel.fieldConfig as never,
          reduceOptions: panel.options.reduceOptions,
          replaceVariables: (value) => value,
          theme,
          data: frames,
        })
      }
      renderValue={({
        value: { display, field, view, colIndex },
        width: w,
        height: h,
        orientation,
      }) =>
        isStat ? (
          <BigValue
            value={{ ...display, title: frames.length > 1 ? display.title : undefined } as never}
            width={w}
            height={h}
            theme={theme}
            colorMode={panel.options.colorMode}
            graphMode={panel.options.graphMode}
            justifyMode={panel.options.justifyMode}
            textMode={panel.options.textMode}
          />
        ) : (
          <BarGauge
            value={display}
            width={w}
            height={h}
            theme={theme}
            field={field}
            display={
              view?.getFieldDisplayProcessor(colIndex ?? 0) ??
              getDisplayProcessor({ field: { type: FieldType.number, config: field }, theme })
            }
            orientation={orientation}
            displayMode={panel.options.displayMode}
            showUnfilled={panel.options.showUnfilled}
            valueDisplayMode={panel.options.valueMode}
            namePlacement={panel.options.namePlacement}
            itemSpacing={4}
          />
        )
      }
    />
  );
}
