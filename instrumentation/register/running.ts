import type { LoadedConfig } from '../../processor/config/index.ts';

let config: LoadedConfig | undefined;

/** The configuration in use; `undefined` until something made costspan read it. */
export function runningConfig(): LoadedConfig | undefined {
  return config;
}

export function setRunningConfig(next: LoadedConfig): void {
  config = next;
}
