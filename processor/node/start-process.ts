import {
  loadConfig,
  type LoadConfigOptions,
  type LoadedConfig,
  type ResolvedConfig,
  watchConfig,
} from '../governance/config/index.ts';
import { startOutboundBaggage } from './attribution/index.ts';
import type { CallPipeline } from './call-pipeline.ts';
import { applyConfig, createPipeline } from './create-pipeline.ts';
import { hasStartLine, told } from './log.ts';
import { type ExportStatus, missingExport } from './missing-export.ts';
import { givenPipeline, processPipeline, setProcessPipeline } from './process-pipeline.ts';
import { tellOperator } from './tell-operator.ts';
import { unstoppable } from './unstoppable.ts';

/** Told of the configuration in force, at once and whenever it is read again. Must not throw. */
type ConfigListener = (loaded: LoadedConfig) => void;

/** The configuration in force; `undefined` until something made costspan read it. */
let running: LoadedConfig | undefined;
const listeners: ConfigListener[] = [];
/** Whether something asks before calls are sent, so that they can be refused. */
let isAsked = false;
let hasProcessor = false;
let exportStatus: () => ExportStatus | undefined = () => undefined;

/**
 * Reads `costspan.yaml` and the environment, makes the pipeline of this process from them, and
 * follows the file. Once for the process, whoever comes first: later calls give back the same, as
 * does a pipeline that was set by hand. `undefined` where `COSTSPAN_DISABLED` says so.
 */
export function startProcess(options: LoadConfigOptions = {}): CallPipeline | undefined {
  const given = givenPipeline();
  if (given !== undefined || running !== undefined) return given;
  const loaded = loadConfig(options);
  running = loaded;
  if (loaded.config.disabled) return undefined;
  const pipeline = createPipeline(loaded.config, tellOperator);
  setProcessPipeline(pipeline);
  pipeline.onFirstCall(() => {
    // By the end of the turn, whoever makes calls has set up what they are told to.
    setImmediate(tellWhatIsMissing);
  });
  let outbound = startOutbound(pipeline, loaded.config);
  watchConfig(
    loaded,
    (next) => {
      running = next;
      for (const { message } of next.problems) tellOperator(message);
      applyConfig(pipeline, next.config, tellOperator);
      outbound.stop();
      outbound = startOutbound(pipeline, next.config);
      for (const listener of listeners) listener(next);
    },
    options,
  );
  return pipeline;
}

/** The same for a `CostspanProcessor`: there are spans, and maybe nobody else who tells of mistakes. */
export function startForProcessor(): void {
  hasProcessor = true;
  startProcess();
  tellConfigProblems();
}

/** The pipeline that spans are told to; `undefined` where costspan is switched off. */
export function pipelineOfSpans(): CallPipeline | undefined {
  const given = givenPipeline();
  if (given !== undefined) return given;
  return running?.config.disabled === true ? undefined : processPipeline();
}

/** Says what is wrong with the configuration, once; the start line of `register` has its turn first. */
export function tellConfigProblems(): void {
  if (running?.config.disabled === true) return;
  if (hasStartLine()) setImmediate(() => setImmediate(tellProblems));
  else tellProblems();
}

function tellProblems(): void {
  for (const { message } of running?.problems ?? []) {
    if (told.has(message)) continue;
    told.add(message);
    tellOperator(message);
  }
}

/** Has `listener` told of the configuration of {@link startProcess}. */
export function followConfig(listener: ConfigListener): void {
  listeners.push(listener);
  if (running !== undefined) listener(running);
}

/** Calls are watched as well: what is configured to refuse them can. `status`: where signals go. */
export function callsAreAsked(status: () => ExportStatus | undefined): void {
  isAsked = true;
  exportStatus = status;
}

/** Says, once, when what is booked reaches no exporter, and what is configured and cannot be done. */
function tellWhatIsMissing(): void {
  try {
    const missing = missingExport(exportStatus(), process.env, hasProcessor);
    if (missing !== undefined) tellOperator(missing);
    const idle = isAsked || running === undefined ? undefined : unstoppable(running.config);
    if (idle !== undefined) tellOperator(idle);
  } catch {
    // A provider of the application that can't be looked at must not end its process.
  }
}

function startOutbound(pipeline: CallPipeline, config: ResolvedConfig): { stop(): void } {
  return startOutboundBaggage({
    hosts: config.attribution.outboundHosts,
    currentRun: (context) => pipeline.runs.handedOn(context),
  });
}
