import { diag, type DiagLogger } from '@opentelemetry/api';
import {
  type Attribution,
  type AttributionKey,
  isAttributionKey,
} from '../../conventions/index.ts';
import type { AttributionSource, MutableAttribution } from './attribution-source.ts';

/** Longest value, in characters (code points): long enough for names, too short for content. */
const MAX_VALUE_CHARACTERS = 64;

/** Control characters, line separators, and halves of surrogate pairs, which no header can carry. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Why a value was not taken. */
export type RefusalReason = 'not a string' | 'empty' | 'too long' | 'control characters';

/** A value that was dropped. The value itself is left out: it may be anything. */
export interface AttributionRefusal {
  readonly key: AttributionKey;
  readonly source: AttributionSource;
  readonly reason: RefusalReason;
}

/** What is wrong with a value that has been trimmed; `undefined` when it may be used. */
function refusalReason(trimmed: string): RefusalReason | undefined {
  if (trimmed === '') {
    return 'empty';
  }
  // A code point is at most two UTF-16 units, so only lengths in between need counting.
  if (
    trimmed.length > MAX_VALUE_CHARACTERS &&
    (trimmed.length > 2 * MAX_VALUE_CHARACTERS || Array.from(trimmed).length > MAX_VALUE_CHARACTERS)
  ) {
    return 'too long';
  }
  return FORBIDDEN.test(trimmed) ? 'control characters' : undefined;
}

/** Reads one value: trimmed, 1 to 64 characters, no control characters. */
export function parseAttributionValue(
  value: unknown,
): { readonly value: string } | { readonly refused: RefusalReason } {
  if (typeof value !== 'string') {
    return { refused: 'not a string' };
  }
  const trimmed = value.trim();
  const refused = refusalReason(trimmed);
  return refused === undefined ? { value: trimmed } : { refused };
}

/** The run id of a baggage member: 1 to 64 letters, digits, `-`, `_`, `.` or `:`. */
export function parseRunId(value: string): string | undefined {
  return /^[\w.:-]{1,64}$/.test(value) ? value : undefined;
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
