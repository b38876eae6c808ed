import type { LoadedConfig } from '../../processor/governance/config/index.ts';
import type { SignalStatus } from './telemetry.ts';
import type { Signal } from './telemetry-environment.ts';

let config: LoadedConfig | undefined;

/** The configuration in use; `undefined` until something made costspan read it. */
export function runningConfig(): LoadedConfig | undefined {
  return config;
}

export function setRunningConfig(next: LoadedConfig): void {
  config = next;
}

type ExportStatus = Readonly<Record<Signal, SignalStatus>>;

let status: (() => ExportStatus) | undefined;

/** Where each signal goes by `register`; `undefined` where that is not at work. */
export function exportStatus(): ExportStatus | undefined {
  return status?.();
}

export function setExportStatus(current: () => ExportStatus): void {
  status = current;
}
