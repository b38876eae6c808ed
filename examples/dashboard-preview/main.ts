/**
 * Draws the dashboards from a live Prometheus, as PNG files. See README.md.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import puppeteer from 'puppeteer-core';
import { DASHBOARD_UIDS } from '../../grafana/panels/boards.ts';
import { type Dialect, DIALECTS } from '../../grafana/queries/dialect.ts';
import { findProgram } from '../../test/support/programs.ts';
import { NAMINGS, type Naming } from '../../grafana/names.ts';
import { makeHistory } from './history/history.ts';
import type { PanelReport } from './page/main.tsx';
import { PreviewPrometheus } from './prometheus.ts';
import { writeRuleFiles } from './rules.ts';
import { servePage } from './server.ts';

const { values: options } = parseArgs({
  options: {
    prometheus: { type: 'string' },
    to: { type: 'string' },
    naming: { type: 'string', default: 'otlp' },
    dialect: { type: 'string' },
    board: { type: 'string' },
    out: { type: 'string', default: 'out/dashboard-preview' },
    serve: { type: 'boolean', default: false },
    chromium: { type: 'string' },
    width: { type: 'string', default: '1600' },
    height: { type: 'string' },
  },
});

function namingOf(text: string): Naming {
  const naming = NAMINGS.find((known) => known === text);
  if (naming === undefined) throw new Error(`--naming is ${NAMINGS.join(', ')}, not ${text}.`);
  return naming;
}

/** A newer Prometheus is built by `npm run programs`; without it Debian's does. */
function ownPrograms(): { prometheus: string; promtool: string; dialect: Dialect } {
  const [prometheus3, promtool3] = [findProgram('prometheus3'), findProgram('promtool3')];
  if (prometheus3 !== undefined && promtool3 !== undefined) {
    return { prometheus: prometheus3, promtool: promtool3, dialect: 'prometheus' };
  }
  return { prometheus: 'prometheus', promtool: 'promtool', dialect: 'prometheus-2' };
}

function dialectOf(text: string): Dialect {
  const dialect = DIALECTS.find((known) => known === text);
  if (dialect === undefined) throw new Error(`--dialect is ${DIALECTS.join(', ')}, not ${text}.`);
  return dialect;
}

/** Uids of the dashboards to draw: all, or the one that was asked for. That of traces has no figures. */
function boards(): readonly string[] {
  const all = Object.values(DASHBOARD_UIDS).filter((uid) => uid !== DASHBOARD_UIDS.traces);
  return options.board === undefined ? all : all.filter((uid) => uid === options.board);
}

function chromiumPath(): string {
  const candidates = [
    options.chromium,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  const path = candidates.find((candidate) => candidate !== undefined && existsSync(candidate));
  if (path === undefined)
    throw new Error('No Chromium: apt-get install chromium, or --chromium PATH.');
  return path;
}

/** Pictures of all dashboards, and what became of each panel. */
async function takePictures(url: string, naming: Naming, to: number): Promise<boolean> {
  await mkdir(options.out, { recursive: true });
  const browser = await puppeteer.launch({
    executablePath: chromiumPath(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  let fine = true;
  try {
    for (const uid of boards()) {
      const page = await browser.newPage();
      page.on('pageerror', (error) => console.error(`${uid}: ${String(error)}`));
      await page.setViewport({ width: Number(options.width), height: 1000, deviceScaleFactor: 1 });
      const rows = options.height === undefined ? 'all' : 'as they are';
      await page.goto(`${url}/?dashboard=${uid}&naming=${naming}&to=${to}&rows=${rows}`);
      await page.waitForFunction('window.previewReport !== undefined', { timeout: 120_000 });
      // Tables draw what is in sight: all of the page is.
      const height = (await page.evaluate('document.documentElement.scrollHeight')) as number;
      await page.setViewport({ width: Number(options.width), height, deviceScaleFactor: 1 });
      await page.evaluate('new Promise((done) => requestIdleCallback(done))');
      const report = (await page.evaluate('window.previewReport')) as readonly PanelReport[];
      for (const { title, state, detail = '' } of report) {
        if (state === 'failed' || state === 'empty') {
          console.log(`${uid}: ${title}: ${state} ${detail}`);
          fine = false;
        }
      }
      const width = Number(options.width);
      const extent =
        options.height === undefined
          ? { fullPage: true }
          : { clip: { x: 0, y: 0, width, height: Number(options.height) } };
      const file = join(options.out, `${uid}.png`);
      await writeFile(file, await page.screenshot(extent));
      console.log(`${file}: ${report.length} panels`);
      await page.close();
    }
  } finally {
    await browser.close();
  }
  return fine;
}

const naming = namingOf(options.naming);
const programs = ownPrograms();
const dialect = dialectOf(options.dialect ?? programs.dialect);
const end = Number(options.to ?? Math.floor(Date.now() / 60_000) * 60);
await using own =
  options.prometheus === undefined ? await PreviewPrometheus.create(programs) : undefined;
if (own !== undefined) {
  const rules = await writeRuleFiles(naming, dialect, own.folder);
  console.log('Writing two months of made-up history …');
  await own.load(makeHistory(naming, end).lines());
  console.log('Evaluating the recording rules over it …');
  await own.backfill(rules, end, 31);
  await own.start();
}
const { url, server } = await servePage(options.prometheus ?? own?.url ?? '', dialect);
if (options.serve) {
  console.log(`Prometheus: ${options.prometheus ?? own?.url}`);
  for (const uid of boards()) {
    console.log(`${url}/?dashboard=${uid}&naming=${naming}&to=${end}`);
  }
  await new Promise<void>((resolve) => process.once('SIGINT', () => resolve()));
} else {
  const fine = await takePictures(url, naming, end);
  if (!fine) process.exitCode = 1;
}
server.close();
