import type { RateName } from '../../../conventions/index.ts';
import type { OverlayReader } from './overlay-reader.ts';
import type { Rates } from './rates.ts';
import { RATE_NAMES, UNIT_OF_RATE } from './rates.ts';

/**
 * Rates outside of these bounds are taken for a wrong unit: a price per token where one per
 * million belongs has made every budget empty elsewhere.
 */
const LEAST_RATE = 0.0001;
const MOST_RATE = 1000;

/** Rates as the file states them. A single 0 is meant; all of them 0 would switch budgets off. */
export function parseRates(
  reader: OverlayReader,
  value: unknown,
  place: string,
  isConfirmed: boolean,
): Rates {
  const mapping = reader.mapping(value, place, RATE_NAMES);
  const rates: { -readonly [Name in RateName]?: number } = {};
  for (const name of RATE_NAMES) {
    if (!Object.hasOwn(mapping, name)) continue;
    const at = `${place}.${name}`;
    const rate = reader.amount(mapping[name], at);
    if (!isConfirmed && rate > 0 && rate < LEAST_RATE) {
      reader.fail(
        at,
        `is ${rate}, which looks like a price per single unit: write it ${unitOf(name)}, or add iKnow: true`,
      );
    }
    if (!isConfirmed && rate > MOST_RATE) {
      reader.fail(
        at,
        `is ${rate} ${unitOf(name)}: write less than ${MOST_RATE}, or add iKnow: true`,
      );
    }
    rates[name] = rate;
  }
  const stated = RATE_NAMES.filter((name) => rates[name] !== undefined);
  if (stated.length === 0) reader.fail(place, 'states no rate: write input and output');
  if (!isConfirmed && stated.every((name) => rates[name] === 0)) {
    reader.fail(place, 'makes calls cost nothing: add iKnow: true if that is meant');
  }
  return rates;
}

/** Refuses rates of a model that leave what it uses neither rated nor inheriting a rate. */
export function requireWholeRates(reader: OverlayReader, rates: Rates, place: string): void {
  if (rates.input !== undefined && rates.output === undefined) {
    reader.fail(place, 'has no output rate: add output (0 for a model without output)');
  }
  if (
    rates.input === undefined &&
    RATE_NAMES.some((name) => isToken(name) && rates[name] !== undefined)
  ) {
    reader.fail(place, 'has no input rate: add input');
  }
}

function isToken(name: RateName): boolean {
  return UNIT_OF_RATE.get(name)?.per === 'million tokens';
}

function unitOf(name: RateName): string {
  return `per ${UNIT_OF_RATE.get(name)?.per ?? 'unit'}`;
}
