import { Table } from 'console-table-printer';

export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
}

const LINE = '─';
const NO_LINE = { left: '', mid: '', right: '', other: '' };
const SHORTEST_WRAP = 24;

/**
 * Rows under a header, without a frame, each cell as wide as its text. The last column is wrapped
 * to what `width` leaves.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  const last = columns.length - 1;
  const taken = columns
    .slice(0, last)
    .map(({ title }, index) =>
      Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)),
    )
    .reduce((sum, columnWidth) => sum + columnWidth + GAP, 0);
  const table = new Table({
    columns: columns.map(({ title, isNumber }, index) => ({
      name: String(index),
      title,
      alignment: isNumber ? 'right' : 'left',
      ...(index === last ? { maxLen: Math.max(SHORTEST_WRAP, width - taken - GAP) } : {}),
    })),
    style: {
      headerTop: NO_LINE,
      headerBottom: { left: '', mid: '', right: '', other: LINE },
      tableBottom: NO_LINE,
      vertical: '',
    },
    shouldDisableColors: true,
  });
  for (const row of rows) {
    table.addRow(Object.fromEntries(row.map((cell, index) => [String(index), cell])));
  }
  return `${table
    .render()
    .split('\n')
    .map((line) => line.replace(/^ /, '').trimEnd())
    .filter((line) => line !== '')
    .join('\n')}\n`;
}

/** Blanks that the printer puts around each cell. */
const GAP = 2;
