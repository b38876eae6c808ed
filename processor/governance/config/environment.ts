import {
  type Attribution,
  ATTRIBUTION_ENTRIES,
  type AttributionKey,
} from '../../../conventions/index.ts';
import type { ConfigProblem } from './config.ts';
import { SHORT_TEXT, STORE } from './value-rules.ts';

/** What operators flip without touching the file. An empty variable counts as absent. */
export interface EnvironmentConfig {
  readonly disabled: boolean;
  /** `COSTSPAN_CONFIG`, as written. */
  readonly file: string | undefined;
  readonly attribution: Attribution;
  readonly store: string | undefined;
  /** Values that were ignored, each with the reason. */
  readonly problems: readonly ConfigProblem[];
}

/** Never throws. */
export function readEnvironment(env: NodeJS.ProcessEnv): EnvironmentConfig {
  const problems: ConfigProblem[] = [];
  const ignore = (name: string, sentence: string) => {
    problems.push({
      severity: 'warning',
      message: `${name} ${sentence}; it is ignored.`,
      file: undefined,
      line: undefined,
      path: name,
    });
  };
  const read = (name: string): string | undefined => env[name]?.trim() || undefined;
  const readText = (name: string): string | undefined => {
    const value = read(name);
    if (value === undefined || SHORT_TEXT.test(value)) return value;
    ignore(name, 'must be 1 to 64 characters without control characters');
    return undefined;
  };

  const disabled = read('COSTSPAN_DISABLED')?.toLowerCase();
  if (disabled !== undefined && !['true', '1', 'false', '0'].includes(disabled)) {
    ignore('COSTSPAN_DISABLED', 'must be true or false');
  }
  let store = read('COSTSPAN_STORE');
  if (store !== undefined && !STORE.test(store)) {
    // The value may hold a password, so it is not repeated.
    ignore('COSTSPAN_STORE', 'must be memory, sqlite:<path>, redis://<host> or rediss://<host>');
    store = undefined;
  }
  const attribution: Partial<Record<AttributionKey, string>> = {};
  for (const [key, { variable }] of ATTRIBUTION_ENTRIES) {
    const value = variable === undefined ? undefined : readText(variable);
    if (value !== undefined) attribution[key] = value;
  }
  return {
    disabled: disabled === 'true' || disabled === '1',
    file: read('COSTSPAN_CONFIG'),
    attribution,
    store,
    problems,
  };
}
