import type { Attribution, Attributes } from '../../conventions/index.ts';
import { ATTRIBUTION_ENTRIES } from './attribution-keys.ts';

/** Attribution as events of the log signal carry it: everything but the user. */
export function eventAttributes(values: Attribution): Attributes {
  const attributes: Attributes = {};
  for (const [key, attribute] of ATTRIBUTION_ENTRIES) {
    const value = values[key];
    if (value !== undefined && key !== 'userId') attributes[attribute] = value;
  }
  return attributes;
}
