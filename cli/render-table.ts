import { Table } from 'console-table-printer';
import { printable } from './command-io.ts';

export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
}

const LINE = '─';
const NO_LINE = { left: '', mid: '', right: '', other: '' };
const SHORTEST_WRAP = 24;

/**
 * Rows under a header, without a frame, each cell as wide as its text. The last column is wrapped
 * to what `width` leaves; a word that is longer, such as a path, is cut.
 */
export function renderTable(
  columns: readonly Column[],
  told: readonly (readonly string[])[],
  width: number,
): string {
  const rows = told.map((row) => row.map((cell) => printable(cell)));
  const last = columns.length - 1;
  const taken = columns
    .slice(0, last)
    .map(({ title }, index) =>
      Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)),
    )
    .reduce((sum, columnWidth) => sum + columnWidth + GAP, 0);
  const lastWidth = Math.max(SHORTEST_WRAP, width - taken - GAP);
  const table = new Table({
    columns: columns.map(({ title, isNumber }, index) => ({
      name: String(index),
      title,
      alignment: isNumber ? 'right' : 'left',
      ...(index === last ? { maxLen: lastWidth } : {}),
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
    const cells = row.map((cell, index) => (index === last ? cutWords(cell, lastWidth) : cell));
    table.addRow(Object.fromEntries(cells.map((cell, index) => [String(index), cell])));
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

function cutWords(cell: string, width: number): string {
  const longWord = new RegExp(`\\S{${width}}(?=\\S)`, 'g');
  return cell.replaceAll(longWord, (part) => `${part} `);
}
