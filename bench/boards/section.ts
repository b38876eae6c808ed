import type { BoardTimes, GroupTime } from './measure.ts';

const TITLE = '## The boards of a large company';

/** Seconds that are to be kept. */
const TARGETS = { panel: 2, group: 5, showback: 10 };

/** What takes longer than it should, by name. */
function missed(groups: readonly GroupTime[], boards: readonly BoardTimes[]): readonly string[] {
  const panels = boards.flatMap(({ dashboard, panels: all }) =>
    all.map(({ place, seconds }) => ({ name: `${titleOf(place)} of ${dashboard}`, seconds })),
  );
  return [
    ...panels.filter(({ seconds }) => seconds > TARGETS.panel),
    ...groups.filter(({ seconds }) => seconds > TARGETS.group),
    ...boards
      .filter(({ dashboard, seconds }) => /showback/.test(dashboard) && seconds > TARGETS.showback)
      .map(({ dashboard, seconds }) => ({ name: `${dashboard} in all`, seconds })),
  ].map(({ name, seconds }) => `${name} (${seconds.toFixed(1)} s)`);
}

function titleOf(place: string): string {
  return place.replace(/^panel "(.*)"$/, '$1');
}

/** The section of docs/benchmarks.md about boards and rules. */
export function boardsSection(
  series: number,
  groups: readonly GroupTime[],
  boards: readonly BoardTimes[],
): string {
  return `${TITLE}

Written by \`npm run bench:boards\`: a Prometheus 3 with ${series.toLocaleString('en')} series of money, one point a minute for 30
days, 20 budgets, and what else 20 teams with 100 workflows on 5 models send. Seconds for every query
of every panel over the range that its board opens with, the queries of a panel one after the other;
the least of three rounds, on a machine of two cores that had other work.

Targets: ${TARGETS.panel} s for a panel, ${TARGETS.group} s for a group of rules, ${TARGETS.showback} s for the showback board in all. ${verdict(missed(groups, boards))}

| board | queries | in all, s | slowest panel | s |
| --- | --- | --- | --- | --- |
${boards.map(boardRow).join('\n')}

One evaluation of each group of rules, by the server's own clock:

| group | rules | s |
| --- | --- | --- |
${groups.map(({ name, rules, seconds }) => `| ${name} | ${rules} | ${seconds.toFixed(2)} |`).join('\n')}
`;
}

function verdict(faults: readonly string[]): string {
  return faults.length === 0 ? 'All are met.' : `Missed by ${faults.join(', ')}.`;
}

function boardRow({ dashboard, queries, seconds, panels: [slowest] }: BoardTimes): string {
  const place = titleOf(slowest?.place ?? '');
  return `| ${dashboard} | ${queries} | ${seconds.toFixed(1)} | ${place} | ${slowest?.seconds.toFixed(2)} |`;
}

/** The section of a document that says how the boards were measured; empty where there is none. */
export function sectionOf(document: string): string {
  const at = document.indexOf(TITLE);
  return at < 0 ? '' : document.slice(at);
}

/** The document with this section, which is its last. */
export function withSection(document: string, section: string): string {
  const at = document.indexOf(TITLE);
  return `${(at < 0 ? document : document.slice(0, at)).trimEnd()}\n\n${section}`;
}
