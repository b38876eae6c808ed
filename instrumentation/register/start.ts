import { startOutboundBaggage } from '../../processor/node/attribution/index.ts';
import {
  loadConfig,
  type LoadConfigOptions,
  type ResolvedConfig,
  watchConfig,
} from '../../processor/governance/config/index.ts';
import {
  applyConfig,
  type CallPipeline,
  createPipeline,
  noteUnmetered,
  type RequestWatch,
  setProcessPipeline,
  watchUnmeteredRequests,
} from '../../processor/index.ts';
import { setCallObserver, setStreamUsage } from '../core/index.ts';
import { askAtEnd, beforeEnd } from './flush.ts';
import { whenMetersMayExist } from './late-meters.ts';
import { missingExport } from './missing-export.ts';
import { exportStatus, runningConfig, setRunningConfig } from './running.ts';
import { tellOperator } from './tell-operator.ts';
import { tellUnsent } from './tell-unsent.ts';
import { markThread } from './thread-marks.ts';

let started = false;
let unmetered: RequestWatch | undefined;

/**
 * Joins configuration, meaning and watching: every call that an instrumented SDK makes from now on
 * is priced, attributed and booked. Once for the process; later calls change nothing. Used by
 * `register` and, for applications with their own OpenTelemetry or a bundler, by
 * `costspanInstrumentations` and `instrument`. A bad configuration is no error here: the self-check
 * says what is wrong with it.
 */
export function startCostspan(options: LoadConfigOptions = {}): void {
  if (started) return;
  started = true;
  const loaded = loadConfig(options);
  setRunningConfig(loaded);
  if (loaded.config.disabled) return;

  markThread();
  const pipeline = createPipeline(loaded.config, tellOperator);
  pipeline.onFirstCall(() => {
    // By the end of the turn, whoever makes calls has set up what they are told to.
    setImmediate(tellMissingExport);
  });
  setProcessPipeline(pipeline);
  beforeEnd(() => {
    pipeline.unseenRequests.giveUp();
    pipeline.ledger.writeNow();
  });
  askAtEnd({ callsUncollected: () => pipeline.metrics.callsUncollected, tellUnsent });
  let outbound = startOutbound(pipeline, loaded.config);
  setStreamUsage(loaded.config.streamUsage);
  setCallObserver(pipeline);
  unmetered = watchUnmetered(pipeline);

  watchConfig(
    loaded,
    (next) => {
      setRunningConfig(next);
      for (const { message } of next.problems) tellOperator(message);
      applyConfig(pipeline, next.config, tellOperator);
      setStreamUsage(next.config.streamUsage);
      outbound.stop();
      outbound = startOutbound(pipeline, next.config);
    },
    options,
  );
}

/** The same where no self-check will say what is wrong with the configuration. */
export function startCostspanAlone(): void {
  if (started) return;
  startCostspan();
  for (const { message } of runningConfig()?.problems ?? []) tellOperator(message);
}

/** Says, once, when what is booked reaches no exporter. */
function tellMissingExport(): void {
  try {
    const missing = missingExport(exportStatus(), process.env);
    if (missing !== undefined) tellOperator(missing);
  } catch {
    // A provider of the application that can't be looked at must not end its process.
  }
}

/** Takes the request that was the reason to start. */
export function requestedBefore(message: unknown): void {
  unmetered?.requested(message);
}

/** What nobody saw is counted; the first of each host is also logged and noted for the doctor. */
function watchUnmetered(pipeline: CallPipeline): RequestWatch {
  return watchUnmeteredRequests({
    waiting: pipeline.unseenRequests,
    count: (host, context) => {
      pipeline.unmeteredRequest(host, context);
      whenMetersMayExist(() => {
        pipeline.metrics.refresh();
      });
    },
    first: (host, caller) => {
      tellOperator(
        `a request to ${host}${caller === undefined ? '' : `, made at ${caller},`} was seen by no ` +
          'instrumentation, so its cost is unknown; costspan.unmetered.requests counts them.',
      );
      noteUnmetered(process.cwd(), { host, caller, firstSeen: new Date().toISOString() });
    },
  });
}

function startOutbound(pipeline: CallPipeline, config: ResolvedConfig): { stop(): void } {
  return startOutboundBaggage({
    hosts: config.attribution.outboundHosts,
    currentRun: (context) => pipeline.currentRun(context),
  });
}
