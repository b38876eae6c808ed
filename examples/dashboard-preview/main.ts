/**
 * Draws the dashboards from a live Prometheus, as PNG files. See README.md.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import puppeteer from 'puppeteer-core';
import { DASHBOARD_UIDS } from '../../grafana/panels/links.ts';
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
    args: ['--no-sandbox'],
  });
  let fine = true;
  try {
    for (const uid of Object.values(DASHBOARD_UIDS)) {
      const page = await browser.newPage();
      page.on('pageerror', (error) => console.error(`${uid}: ${String(error)}`));
      await page.setViewport({ width: Number(options.width), height: 1000, deviceScaleFactor: 1 });
      await page.goto(`${url}/?dashboard=${uid}&naming=${naming}&to=${to}`);
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
const end = Number(options.to ?? Math.floor(Date.now() / 60_000) * 60);
await using own =
  options.prometheus === undefined
    ? await PreviewPrometheus.create({ prometheus: 'prometheus', promtool: 'promtool' })
    : undefined;
if (own !== undefined) {
  const rules = await writeRuleFiles(naming, own.folder);
  console.log('Writing forty days of made-up history …');
  await own.load(makeHistory(naming, end).lines());
  console.log('Evaluating the recording rules over it …');
  await own.backfill(rules, end, 32);
  await own.start();
}
const { url, server } = await servePage(options.prometheus ?? own?.url ?? '');
if (options.serve) {
  console.log(`Prometheus: ${options.prometheus ?? own?.url}`);
  for (const uid of Object.values(DASHBOARD_UIDS)) {
    console.log(`${url}/?dashboard=${uid}&naming=${naming}&to=${end}`);
  }
  await new Promise<void>((resolve) => process.once('SIGINT', () => resolve()));
} else {
  const fine = await takePictures(url, naming, end);
  if (!fine) process.exitCode = 1;
}
server.close();
