import { styleText } from 'node:util';
import { sdks as watchedSdks } from '../../instrumentation/generated/sdks.ts';
import { loadConfig } from '../../processor/governance/config/index.ts';
import {
  readUnmetered,
  type UnmeteredHost,
} from '../../processor/node/unmetered/unmetered-file.ts';
import type { LoadedConfig } from '../../processor/governance/config/index.ts';
import { writeJson } from '../command-io.ts';
import type { CommandIo } from '../command-io.ts';
import { EXIT_FINDING, EXIT_OK } from '../exit-codes.ts';
import { ownVersion } from '../package-info.ts';
import { renderTable } from '../render-table.ts';
import { checkConfig } from './check-config.ts';
import { checkExporter } from './check-exporter.ts';
import type { ExportTarget } from './check-exporter.ts';
import { checkFullSdk, checkOpenTelemetry, isOpenTelemetryPackage } from './check-opentelemetry.ts';
import { checkPriceBook, readPriceBook } from './check-prices.ts';
import type { PriceBookFacts } from './check-prices.ts';
import { checkStore, isStoreClient } from './check-store.ts';
import { checkSdks, findSdks, isModelSdk } from './check-sdks.ts';
import type { FoundSdk } from './check-sdks.ts';
import { checkUnmetered } from './check-unmetered.ts';
import { check } from './check.ts';
import type { Check, CheckStatus } from './check.ts';
import { scanPackages } from './installed-packages.ts';
import type { InstalledPackage } from './installed-packages.ts';

export interface DoctorReport {
  /** Whether no check failed. */
  readonly ok: boolean;
  readonly costspan: string;
  readonly node: string;
  /** Folder of the application looked at. */
  readonly app: string;
  readonly openTelemetry: readonly InstalledPackage[];
  readonly sdks: readonly FoundSdk[];
  readonly config: Pick<LoadedConfig, 'file' | 'problems'>;
  readonly prices: PriceBookFacts;
  /** Hosts of models that earlier runs asked past every instrumentation. */
  readonly unmetered: readonly UnmeteredHost[];
  readonly exports: readonly ExportTarget[];
  readonly checks: readonly Check[];
}

/**
 * Looks at the application around `io.cwd` from the outside, and tries where its telemetry and
 * budgets go; runs none of its code.
 */
async function examine(io: CommandIo): Promise<DoctorReport> {
  const { appFolder, packages, notes } = scanPackages(
    io.cwd,
    (name) => isOpenTelemetryPackage(name) || isModelSdk(name, watchedSdks) || isStoreClient(name),
  );
  const sdks = findSdks(packages, watchedSdks);
  const loaded = loadConfig({ cwd: io.cwd, env: io.env });
  const prices = await readPriceBook(loaded.config, io.now);
  const unmetered = readUnmetered(appFolder);
  const [exports, store] = await Promise.all([
    checkExporter(io.env),
    checkStore(loaded.config, packages),
  ]);
  const checks = [
    check('Node.js', 'ok', process.versions.node),
    check('costspan', 'ok', ownVersion()),
    check('Application', 'ok', appFolder),
    ...notes.map((note) => check('Packages', 'info', note)),
    ...checkOpenTelemetry(packages),
    ...checkSdks(sdks, watchedSdks, appFolder),
    ...checkUnmetered(unmetered),
    ...checkConfig(loaded),
    ...checkPriceBook(prices),
    ...store,
    ...exports.checks,
    ...checkFullSdk(io.env, packages),
  ];
  return {
    ok: checks.every(({ status }) => status !== 'fail'),
    costspan: ownVersion(),
    node: process.versions.node,
    app: appFolder,
    openTelemetry: packages.filter(({ name }) => isOpenTelemetryPackage(name)),
    sdks,
    config: { file: loaded.file, problems: loaded.problems },
    prices,
    unmetered,
    exports: exports.targets,
    checks,
  };
}

/** `costspan doctor`. */
export async function doctorCommand(
  io: CommandIo,
  options: { readonly json?: boolean },
): Promise<number> {
  const report = await examine(io);
  if (options.json) writeJson(io, report);
  else io.out(formatReport(report, io));
  return report.ok ? EXIT_OK : EXIT_FINDING;
}

const COLORS = { ok: 'green', info: 'gray', warn: 'yellow', fail: 'red' } as const;

function formatReport({ checks }: DoctorReport, { columns, isColored }: CommandIo): string {
  const table = renderTable(
    [{ title: 'Status' }, { title: 'Check' }, { title: 'Found' }],
    checks.map(({ status, name, found }) => [status, name, found]),
    columns,
  );
  const colored = isColored
    ? table.replaceAll(/^(ok|info|warn|fail)(?= )/gm, (status) =>
        styleText(COLORS[status as CheckStatus], status, { validateStream: false }),
      )
    : table;
  return `${colored}\n${summary(checks)}\n`;
}

function summary(checks: readonly Check[]): string {
  const count = (wanted: CheckStatus) => checks.filter(({ status }) => status === wanted).length;
  const [failures, warnings] = [count('fail'), count('warn')];
  if (failures + warnings === 0) return 'Nothing is wrong.';
  return `${plural(failures, 'failure')}, ${plural(warnings, 'warning')}.`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
