import {
  applyFieldOverrides,
  cacheFieldDisplayNames,
  type DataFrame,
  type DataTransformerConfig,
  FieldConfigOptionsRegistry,
  type FieldConfigPropertyItem,
  type FieldConfigSource,
  type GrafanaTheme2,
  standardTransformers,
  standardTransformersRegistry,
  transformDataFrame,
} from '@grafana/data';
import { firstValueFrom } from 'rxjs';

// Some transformations are listed under two names.
const transformations = new Map(
  Object.values(standardTransformers).map((transformation) => [transformation.id, transformation]),
);
standardTransformersRegistry.setInit(() =>
  [...transformations.values()].map((info) => ({
    id: info.id,
    name: info.name,
    transformation: () => Promise.resolve(info),
    editor: () => null,
    imageDark: '',
    imageLight: '',
  })),
);

/** Properties that the dashboards set or override. */
const STANDARD = [
  'unit',
  'decimals',
  'min',
  'max',
  'displayName',
  'noValue',
  'color',
  'thresholds',
  'mappings',
  'links',
];
const CUSTOM = [
  'lineStyle',
  'lineWidth',
  'fillOpacity',
  'axisPlacement',
  'axisSoftMin',
  'axisSoftMax',
  'cellOptions',
  'stacking',
  'drawStyle',
  'barAlignment',
  'barWidthFactor',
  'showPoints',
  'thresholdsStyle',
  'hideFrom',
  'align',
  'filterable',
  'scaleDistribution',
  'spanNulls',
  'minWidth',
  'width',
];

const registry = new FieldConfigOptionsRegistry(() => [
  ...STANDARD.map((id) => property(id, id, false)),
  ...CUSTOM.map((path) => property(`custom.${path}`, path, true)),
]);

function property(id: string, path: string, isCustom: boolean): FieldConfigPropertyItem {
  return {
    id,
    path,
    isCustom,
    name: id,
    editor: () => null,
    override: () => null,
    process: (value: unknown) => value,
    shouldApply: () => true,
    settings: {},
  } as unknown as FieldConfigPropertyItem;
}

/** What a graph's fields are where the dashboard says nothing. */
const GRAPH_DEFAULTS = {
  drawStyle: 'line',
  lineInterpolation: 'linear',
  barAlignment: 0,
  barWidthFactor: 0.6,
  lineWidth: 1,
  fillOpacity: 0,
  gradientMode: 'none',
  showPoints: 'auto',
  pointSize: 5,
  spanNulls: false,
  stacking: { mode: 'none', group: 'A' },
  axisPlacement: 'auto',
  scaleDistribution: { type: 'linear' },
  hideFrom: { legend: false, tooltip: false, viz: false },
  thresholdsStyle: { mode: 'off' },
};

/** Runs the transformations of a panel, then applies its field options and overrides. */
export async function prepareFrames(
  frames: readonly DataFrame[],
  configured: readonly DataTransformerConfig[],
  source: FieldConfigSource,
  isGraph: boolean,
  theme: GrafanaTheme2,
): Promise<DataFrame[]> {
  const data = await firstValueFrom(transformDataFrame([...configured], [...frames]));
  const { defaults, overrides } = source;
  const prepared = applyFieldOverrides({
    data,
    fieldConfig: {
      defaults: {
        color: { mode: isGraph ? 'palette-classic' : 'thresholds' },
        ...defaults,
        links: [],
        custom: { ...GRAPH_DEFAULTS, ...defaults.custom },
      },
      overrides,
    },
    fieldConfigRegistry: registry,
    replaceVariables: (value) => value,
    theme,
    timeZone: 'utc',
  });
  cacheFieldDisplayNames(prepared);
  return prepared;
}
