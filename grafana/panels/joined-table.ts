import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Queries } from '../queries/queries.ts';
import { BILLED, CENTS, type Table, table } from './common.ts';
import { rows } from './targets.ts';

/** A label that tells the rows apart. */
interface Key {
  readonly attribute: string;
  readonly title: string;
}

/** A value of each row: an instant query whose result carries the keys and no other label. */
export interface Column {
  readonly title: string;
  readonly unit: string;
  readonly query: string;
  /** More settings of the column. */
  readonly properties?: readonly DynamicConfigValue[];
}

/** One row for each value of the keys, one column for each query; the first column sorts. */
export function joinedTable(
  q: Queries,
  title: string,
  description: string,
  missing: string,
  keys: readonly Key[],
  columns: readonly Column[],
): Table {
  const refIds = columns.map((_, index) => String.fromCodePoint(65 + index));
  const names = [
    ...keys.map(({ attribute }) => q.column(attribute)),
    ...refIds.map((refId) => `Value #${refId}`),
  ];
  const titles = [...keys, ...columns].map((column) => column.title);
  const panel = table(title, description, missing)
    .unit(columns[0]?.unit ?? 'short')
    .targets(columns.map(({ query }, index) => rows(refIds[index] ?? '', query)))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        indexByName: Object.fromEntries(names.map((name, index) => [name, index])),
        renameByName: Object.fromEntries(names.map((name, index) => [name, titles[index]])),
      },
    })
    .withTransformation({
      id: 'sortBy',
      options: { fields: {}, sort: [{ field: columns[0]?.title, desc: true }] },
    });
  for (const { title: name, unit, properties = [] } of columns) {
    panel.overrideByName(name, [
      { id: 'unit', value: unit },
      ...(unit === BILLED ? [{ id: 'decimals', value: CENTS }] : []),
      // The sentence of the panel is for all of it, not for a cell.
      { id: 'noValue', value: '–' },
      ...properties,
    ]);
  }
  return panel;
}
