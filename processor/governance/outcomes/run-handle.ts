import {
  type Attribution,
  type AttributionKey,
  METRIC_DIMENSIONS,
} from '../../../conventions/index.ts';
import { parseAttributionValue } from '../../engine/attribution/attribution-value.ts';

/** A run as an outcome needs to know it later. */
export interface RunReference {
  readonly runId: string | undefined;
  readonly attribution: Attribution;
}

/** Longest handle that is read; ours are a few hundred characters. */
const MAX_HANDLE_CHARACTERS = 4_096;
const VERSION = 1;

/** Opaque text for a queue, a database row or a form field. Leaves the user out. */
export function writeRunHandle({ runId, attribution }: RunReference): string {
  const values: Partial<Record<AttributionKey, string>> = {};
  for (const key of METRIC_DIMENSIONS) {
    const value = attribution[key];
    if (value !== undefined) values[key] = value;
  }
  const json = JSON.stringify({ v: VERSION, r: runId, a: values });
  return Buffer.from(json).toString('base64url');
}

/** What a handle says; `undefined` for text that is none. It may have been anywhere: every value is checked. */
export function readRunHandle(handle: string): RunReference | undefined {
  if (handle.length === 0 || handle.length > MAX_HANDLE_CHARACTERS) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(handle, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  if (Reflect.get(parsed, 'v') !== VERSION) return undefined;
  const given: unknown = Reflect.get(parsed, 'a');
  const attribution: Partial<Record<AttributionKey, string>> = {};
  if (typeof given === 'object' && given !== null) {
    for (const key of METRIC_DIMENSIONS) {
      if (!Object.hasOwn(given, key)) continue;
      const value = parseAttributionValue(Reflect.get(given, key));
      if ('value' in value) attribution[key] = value.value;
    }
  }
  const runId = parseAttributionValue(Reflect.get(parsed, 'r'));
  return { runId: 'value' in runId ? runId.value : undefined, attribution };
}
