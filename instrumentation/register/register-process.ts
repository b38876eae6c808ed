import process from 'node:process';
import * as workerThreads from 'node:worker_threads';
import { finishReadings } from '../core/batch/drain.ts';
import { endOpenCalls } from '../core/call/open-calls.ts';
import { onProviderRequest } from './early-requests.ts';
import { flushAtExit } from './flush.ts';
import { loadOwn, ownFolder } from './load-own.ts';
import { logLevel, promiseStartLine, told, writeLine } from '../../processor/node/log.ts';
import { unseenRequests, unsupportedNode } from './node-version.ts';
import { unsupportedRuntime } from './unsupported-runtime.ts';
import { applicationNamesSdk } from './loaded-sdks.ts';
import { runningConfig, setExportStatus } from './running.ts';
import { sdkFindings, watchSdks } from './sdk-registry.ts';
import { collectNotes, formatSelfCheck, type SelfCheck } from './self-check.ts';
import { Telemetry } from './telemetry.ts';
import { markThread } from './thread-marks.ts';
import { watchWorkers } from './watch-workers.ts';
import { readTelemetryEnvironment } from './telemetry-environment.ts';
import { messageOf } from '../../conventions/error-text.ts';

interface Registration {
  readonly state: SelfCheck['state'];
  readonly reason?: string | undefined;
  readonly telemetry?: Telemetry | undefined;
}

type Globals = typeof globalThis & { [REGISTERED]?: unknown };

/** One for the process: a second copy of this package must not hook and register again. */
const REGISTERED: unique symbol = Symbol.for('costspan.registered');

const BUNDLED =
  'costspan/register is part of a bundle and cannot find its own modules there, so it does nothing: mark costspan as external (esbuild --external:costspan, Next.js serverExternalPackages).';

let registration: Registration | undefined;
let isEngineStarted = false;
let begun: Telemetry | undefined;
const startNotes: string[] = [];

/**
 * Watches the LLM SDKs of this process, and starts OpenTelemetry or joins the application's. What
 * the application does not use is not loaded: OpenTelemetry's SDK, the code that watches SDKs and
 * the price book come with the first SDK. Synchronous; never throws.
 */
export function register(): void {
  try {
    if (registration !== undefined || wasRegisteredElsewhere()) return;
    registration = begin();
    if (registration.reason !== undefined && registration.state === 'unsupported') {
      if (logLevel() !== 'off') writeLine(registration.reason);
    }
  } catch (error) {
    // The host goes on without us.
    const reason = `Not started: ${messageOf(error)}`;
    registration = { state: 'inactive', reason };
    if (logLevel() !== 'off') writeLine(reason);
  }
}

function wasRegisteredElsewhere(): boolean {
  if ((globalThis as Globals)[REGISTERED] !== undefined) {
    registration = { state: 'inactive', reason: 'Another copy of costspan is registered.' };
    return true;
  }
  (globalThis as Globals)[REGISTERED] = true;
  return false;
}

function begin(): Registration {
  if (process.env['COSTSPAN_DISABLED']?.trim().toLowerCase() === 'true') {
    return { state: 'disabled', reason: 'COSTSPAN_DISABLED is set, so costspan does nothing.' };
  }
  // Node runs `--require` modules once more on the thread of `--experimental-loader`.
  if (workerThreads.isInternalThread)
    return { state: 'inactive', reason: 'No application runs on this thread.' };
  const unsupported = unsupportedRuntime() ?? unsupportedNode();
  if (unsupported !== undefined) return { state: 'unsupported', reason: unsupported };

  if (ownFolder() === undefined) return { state: 'unsupported', reason: BUNDLED };
  markThread();
  promiseStartLine();

  const telemetry = new Telemetry(readTelemetryEnvironment(process.env), startEngine);
  begun = telemetry;
  // By the end of the first turn the application has loaded its modules and, if it has its own
  // OpenTelemetry, started it.
  let settled = false;
  const start = (): void => {
    if (!settled || sdkFindings().reports.length === 0) return;
    telemetry.start();
    reportNews(telemetry);
  };
  watchSdks({ beforeFirstSdk: startEngine, afterSdk: () => settled && setImmediate(start) });
  setImmediate(() => {
    settled = true;
    if (sdkFindings().reports.length > 0) telemetry.start();
    report(telemetry);
  });
  onProviderRequest((message) => {
    // An engine that runs has heard of the request itself.
    const isFirst = !isEngineStarted;
    startEngine();
    telemetry.start();
    if (isFirst) loadOwn('start').requestedBefore(message);
  });
  flushAtExit(telemetry, () => {
    finishReadings();
    endOpenCalls();
  });
  setExportStatus(() => telemetry.status());
  watchWorkers(usesNoSdk, (place) => {
    startNotes.push(
      `A worker thread, started at ${place}, has no costspan, and no SDK is loaded in this thread: what the worker calls is not seen unless its file imports costspan/register too, or Node is started with --import costspan/register.`,
    );
    reportNews(telemetry);
  });
  return { state: 'active', telemetry };
}

function usesNoSdk(): boolean {
  return sdkFindings().reports.length === 0 && applicationNamesSdk();
}

/** Configuration, prices and the observer of calls. A failure leaves calls unwatched, not broken. */
function startEngine(): void {
  isEngineStarted = true;
  try {
    loadOwn('start').startCostspan();
    begun?.followEarlyTracers();
  } catch (error) {
    const note = `Calls are not priced: ${messageOf(error)}`;
    if (!startNotes.includes(note)) startNotes.push(note);
  }
}

function report(telemetry: Telemetry): void {
  const level = logLevel();
  const check = selfCheck();
  for (const note of check.notes) told.add(note);
  if (level === 'off' || (level === 'warn' && check.notes.length === 0)) return;
  say(telemetry, formatSelfCheck(check));
}

/** An SDK that loads later makes costspan read its configuration only then. */
function reportNews(telemetry: Telemetry): void {
  const news = selfCheck().notes.filter((note) => !told.has(note));
  for (const note of news) told.add(note);
  if (news.length > 0 && logLevel() !== 'off') say(telemetry, `Attention: ${news.join(' ')}`);
}

/** Through the application's diagnostics if it listens to them, else on standard error. */
function say(telemetry: Telemetry, line: string): void {
  try {
    if (!telemetry.writeInfo(`costspan: ${line}`)) writeLine(line);
  } catch {
    // A logger of the application that throws must not end its process from a turn of ours.
  }
}

/**
 * What was found and done so far. Never throws.
 *
 * @public read in child processes by name
 */
export function selfCheck(): SelfCheck {
  const findings = sdkFindings();
  const telemetry = registration?.telemetry;
  const problems = runningConfig()?.problems.map(({ message }) => message) ?? [];
  return {
    state: registration?.state ?? 'inactive',
    reason: registration === undefined ? 'costspan/register was not loaded.' : registration.reason,
    node: process.versions.node,
    sdks: findings.reports,
    telemetry: telemetry?.status(),
    configFile: runningConfig()?.file,
    notes: collectNotes(
      findings,
      telemetry?.notes() ?? [],
      problems,
      startNotes,
      [unseenRequests()].filter((note) => note !== undefined),
    ),
  };
}
