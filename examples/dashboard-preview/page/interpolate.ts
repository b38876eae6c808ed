import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';

export interface Range {
  /** Seconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

const SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds of `5m`, `24h`, `30d`. */
export function secondsOf(duration: string): number {
  const [, amount, unit] = /^(\d+)([mhdw])$/.exec(duration) ?? [];
  return Number(amount ?? 1) * (SECONDS[unit ?? ''] ?? 1);
}

/** The time range that the dashboard opens with, when it is opened at `to`. */
export function rangeOf(dashboard: Dashboard, to: number): Range {
  const duration = dashboard.time?.from.replace(/^now-/, '') ?? '24h';
  return { from: to - secondsOf(duration), to };
}

/** Variables at what a dashboard opens with: lists at "All", choices at their default. */
export function variableValues(
  dashboard: Dashboard,
): Readonly<Record<string, { text: string; value: string }>> {
  return Object.fromEntries(
    (dashboard.templating.list ?? []).map(({ name, type, current }) =>
      ['custom', 'textbox'].includes(String(type))
        ? [name, { text: String(current?.text), value: String(current?.value) }]
        : [name, { text: 'All', value: '.*' }],
    ),
  );
}

export function interpolate(
  text: string,
  values: Readonly<Record<string, { text: string; value: string }>>,
): string {
  return text.replaceAll(/\$\{(\w+)(?::(\w+))?\}|\$(\w+)/g, (whole, braced, format, bare) => {
    const value = values[braced ?? bare];
    return value === undefined ? whole : format === 'text' ? value.text : value.value;
  });
}
