/**
 * `npm run bench:boards`: how long a Prometheus 3 takes for every panel and every group of rules of a
 * large company, written into docs/benchmarks.md. Makes 110 million samples first, which takes minutes.
 */
import { readFileSync, writeFileSync } from 'node:fs';

import { buildDashboards } from '../../grafana/dashboards/index.ts';
import { PrometheusServer } from '../../test/grafana/prometheus-server.ts';
import { rulesOf } from '../../test/grafana/promtool.ts';
import { findProgram } from '../../test/support/programs.ts';
import { tempApp } from '../../test/support/temp-app.ts';
import { DAYS, History } from './history.ts';
import { type BoardTimes, type GroupTime, measureBoards, measureGroups } from './measure.ts';
import { boardsSection, withSection } from './section.ts';

const BUDGETS = `
budgets:
${Array.from({ length: 20 }, (_, team) => {
  const period = ['month', 'month', 'week', 'day', 'quarter'][team % 5];
  return `  - { id: budget-${team}, match: { team: team-${team} }, limitUsd: 5000, period: ${period} }`;
}).join('\n')}
`;

function program(): string {
  const path = findProgram('prometheus3');
  if (path === undefined) {
    throw new Error('prometheus3 is missing: npm run programs makes it, with Go.');
  }
  return path;
}

/** Of 24 hours, and never merged: what merges them would be measured with the queries. */
const FLAGS = [
  '--web.enable-remote-write-receiver',
  '--storage.tsdb.min-block-duration=24h',
  '--storage.tsdb.max-block-duration=24h',
];

/** Writes a history that ends now into the folder of a server. Returns the minute it ends with. */
async function fill(history: History, prometheus: string, data: string): Promise<number> {
  await using server = await PrometheusServer.start({ prometheus, data, config: {}, flags: FLAGS });
  // On a full hour, so that each turn makes one.
  const begin = Math.floor(minuteNow() / 60) * 60 - DAYS * 1440;
  let written = begin;
  for (let to = begin + 60; to <= minuteNow(); to += 60) {
    await history.write(server.url, written, to, to > minuteNow() - 2 * 1440);
    // Of the hour before: this one's is recorded when the next one has begun.
    await history.writeHour(server.url, written);
    written = to;
    if ((to - begin) % 1440 === 0) process.stderr.write('.');
  }
  const now = minuteNow();
  await history.write(server.url, written, now, true);
  process.stderr.write('\n');
  return now;
}

function minuteNow(): number {
  return Math.floor(Date.now() / 60_000);
}

const history = new History();
const prometheus = program();
using folder = tempApp({});
const data = folder.file('data');
let written = await fill(history, prometheus, data);
const rules = rulesOf(BUDGETS).map(({ path, text }) => [
  path.replace('rules/', ''),
  text.replaceAll(/^( +)interval: .*$/gm, '$1interval: 30s'),
]);
await using server = await PrometheusServer.start({
  prometheus,
  data,
  rules: Object.fromEntries(rules) as Record<string, string>,
  flags: FLAGS,
  config: { global: { evaluation_interval: '30s' } },
});
/** The present goes on while it is measured. */
async function goOn(): Promise<void> {
  const now = minuteNow() + 1;
  if (now <= written) return;
  const from = written;
  written = now;
  await history.write(server.url, from, now, true);
}
await goOn();
const present = setInterval(() => void goOn(), 5000);
const groups: readonly GroupTime[] = await measureGroups(server);
const boards: readonly BoardTimes[] = await measureBoards(server, buildDashboards('otlp'));
clearInterval(present);
const document = new URL('../../docs/benchmarks.md', import.meta.url);
const section = boardsSection(history.seriesOfMoney, groups, boards);
writeFileSync(document, withSection(readFileSync(document, 'utf8'), section));
process.stdout.write(section);
