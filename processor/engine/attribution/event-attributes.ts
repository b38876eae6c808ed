import {
  type Attribution,
  ATTRIBUTION_ENTRIES,
  type Attributes,
} from '../../../conventions/index.ts';

/** Attribution as events of the log signal carry it: everything but the user. */
export function eventAttributes(values: Attribution): Attributes {
  const attributes: Attributes = {};
  for (const [key, { attribute, isPerson }] of ATTRIBUTION_ENTRIES) {
    const value = values[key];
    if (value !== undefined && isPerson !== true) attributes[attribute] = value;
  }
  return attributes;
}
