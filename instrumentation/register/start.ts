import type { LoadConfigOptions } from '../../processor/governance/config/index.ts';
import {
  type CallPipeline,
  callsAreAsked,
  followConfig,
  noteUnmetered,
  type RequestWatch,
  startProcess,
  tellConfigProblems,
  tellOperator,
  watchUnmeteredRequests,
} from '../../processor/index.ts';
import { setCallObserver, setStreamUsage } from '../core/index.ts';
import { askAtEnd, beforeEnd } from './flush.ts';
import { whenMetersMayExist } from './late-meters.ts';
import { exportStatus, setRunningConfig } from './running.ts';
import { tellUnsent } from './tell-unsent.ts';
import { patchTransports } from './sdk-registry.ts';
import { markThread } from './thread-marks.ts';
import { connectionOpenedBefore, watchGlobalWebSocket } from '../websocket/global-class.ts';

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
  const pipeline = startProcess(options);
  followConfig((loaded) => {
    setRunningConfig(loaded);
    setStreamUsage(loaded.config.streamUsage);
  });
  if (pipeline === undefined) return;

  markThread();
  callsAreAsked(exportStatus);
  beforeEnd(() => {
    pipeline.unseenRequests.giveUp();
    pipeline.engine.guarded('ledger', undefined, () => {
      pipeline.governance.writeNow();
    });
  });
  askAtEnd({ callsUncollected: () => pipeline.engine.metrics.callsUncollected, tellUnsent });
  setCallObserver(pipeline.calls);
  unmetered = watchUnmetered(pipeline);
  patchTransports();
  watchGlobalWebSocket();
}

/** The same where no self-check will say what is wrong with the configuration. */
export function startCostspanAlone(): void {
  startCostspan();
  tellConfigProblems();
}

/** Takes the request that was the reason to start. */
export function requestedBefore(message: unknown): void {
  connectionOpenedBefore(message);
  unmetered?.requested(message);
}

/** What nobody saw is counted; the first of each host is also logged and noted for the doctor. */
function watchUnmetered(pipeline: CallPipeline): RequestWatch {
  return watchUnmeteredRequests({
    waiting: pipeline.unseenRequests,
    count: (host, context) => {
      pipeline.calls.unmeteredRequest(host, context);
      whenMetersMayExist(() => {
        pipeline.engine.metrics.refresh();
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
