import { diag, type DiagLogger } from '@opentelemetry/api';
import {
  type Attribution,
  type AttributionKey,
  isAttributionKey,
} from '../../../conventions/index.ts';
import type {
  AttributionSource,
  MutableAttribution,
} from '../../engine/attribution/attribution-source.ts';
import {
  MAX_VALUE_CHARACTERS,
  parseAttributionValue,
  type RefusalReason,
} from '../../engine/attribution/attribution-value.ts';

/** A value that was dropped. The value itself is left out: it may be anything. */
export interface AttributionRefusal {
  readonly key: AttributionKey;
  readonly source: AttributionSource;
  readonly reason: RefusalReason;
}

const log: DiagLogger = diag.createComponentLogger({ namespace: 'costspan/attribution' });

let refusalListener: ((refusal: AttributionRefusal) => void) | undefined;
let refusedValues = 0;
let warnedUnknownKey = false;
let warnedInput = false;
const reported = new Set<string>();

/** Hears of refused values, once for each key and source. `undefined` takes the listener away. */
export function setAttributionRefusalListener(
  listener: ((refusal: AttributionRefusal) => void) | undefined,
): void {
  refusalListener = listener;
  reported.clear();
}

/** Values refused in this process so far. */
export function refusedAttributionValues(): number {
  return refusedValues;
}

/** Counts a refused value, and says so the first time for its key. Never throws. */
export function reportRefusal(refusal: AttributionRefusal): void {
  refusedValues++;
  const id = `${refusal.source} ${refusal.key}`;
  if (reported.has(id)) {
    return;
  }
  reported.add(id);
  try {
    log.warn(
      `The ${refusal.key} from ${refusal.source} was left out (${refusal.reason}): attribution ` +
        `values are text of 1 to ${MAX_VALUE_CHARACTERS} characters without control characters.`,
    );
    refusalListener?.(refusal);
  } catch {
    // A listener of the host that throws has still heard of it.
  }
}

/**
 * The usable part of what somebody gave as attribution. `undefined` and `null` mean "not said".
 * Refused values are reported, unknown keys warned about once. Never throws, whatever it is given.
 */
export function parseAttribution(input: unknown, source: AttributionSource): Attribution {
  const values: MutableAttribution = {};
  try {
    if (typeof input !== 'object' || input === null) {
      if (input !== undefined && !warnedInput) {
        warnedInput = true;
        log.warn('Attribution must be an object such as { team: "support" }; it was left out.');
      }
      return values;
    }
    for (const [key, value] of Object.entries(input)) {
      if (value === undefined || value === null) {
        continue;
      }
      if (!isAttributionKey(key)) {
        warnUnknownKey(key);
        continue;
      }
      const parsed = parseAttributionValue(value);
      if ('value' in parsed) {
        values[key] = parsed.value;
      } else {
        reportRefusal({ key, source, reason: parsed.refused });
      }
    }
  } catch {
    // A getter of the host threw: what was read before it still holds.
  }
  return values;
}

function warnUnknownKey(key: string): void {
  if (!warnedUnknownKey) {
    warnedUnknownKey = true;
    log.warn(`Attribution has no key ${JSON.stringify(key.slice(0, 40))}; it was left out.`);
  }
}
