import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_GEN_AI_REQUEST_STOP_SEQUENCES,
  ATTR_GEN_AI_REQUEST_TOP_K,
} from '../../../conventions/index.ts';
import { type Dictionary, asArray, asDictionary, asNumber } from '../../../providers/read.ts';

const NO_BODY: Dictionary = {};

/** The body of SDKs that take it as their first argument. */
export function bodyOf(args: readonly unknown[]): Dictionary {
  return asDictionary(args[0]) ?? NO_BODY;
}

/** Puts the numbers among `fields` under the attributes that `names` gives for them. */
export function readNumbers(
  attributes: Attributes,
  fields: Dictionary,
  names: readonly (readonly [field: string, attribute: string])[],
): void {
  for (const [field, attribute] of names) {
    const value = asNumber(fields[field]);
    if (value !== undefined) attributes[attribute] = value;
  }
}

/** The conventions want a whole number, where some SDKs take any. */
export function readTopK(attributes: Attributes, value: unknown): void {
  const topK = asNumber(value);
  if (Number.isInteger(topK)) attributes[ATTR_GEN_AI_REQUEST_TOP_K] = topK;
}

/** A text or several. */
export function readStops(attributes: Attributes, value: unknown): void {
  const stops = typeof value === 'string' ? [value] : asArray(value);
  const texts = stops?.filter((stop) => typeof stop === 'string');
  if (texts !== undefined && texts.length > 0) {
    attributes[ATTR_GEN_AI_REQUEST_STOP_SEQUENCES] = texts;
  }
}
