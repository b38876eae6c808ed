import { CallPipeline } from '../../processor/index.ts';
import {
  loadConfig,
  type LoadConfigOptions,
  type LoadedConfig,
  watchConfig,
} from '../../processor/config/index.ts';
import { setCallObserver } from '../core/index.ts';
import { setRunningConfig } from './running.ts';

let pipeline: CallPipeline | undefined;

/**
 * Joins configuration, meaning and watching: every call that an instrumented SDK makes from now on
 * is priced, attributed and booked. Once for the process; later calls change nothing. Used by
 * `register` and, for applications with their own OpenTelemetry, by `costspanInstrumentations`,
 * `instrument` and `CostspanProcessor`.
 */
export function startCostspan(options: LoadConfigOptions = {}): void {
  if (pipeline !== undefined) return;
  const loaded = loadConfig(options);
  setRunningConfig(loaded);
  const started = new CallPipeline(loaded.config);
  pipeline = started;
  setCallObserver(started);
  watchConfig(
    loaded,
    (next: LoadedConfig) => {
      setRunningConfig(next);
      started.configure(next.config);
    },
    options,
  );
}
