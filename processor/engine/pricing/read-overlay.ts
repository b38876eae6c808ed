import type {
  Capacity,
  Deployment,
  FxRate,
  ModelTierRule,
  Overlay,
  OverlayModel,
  TierOverride,
} from './overlay.ts';
import type { GeoPrices } from './geography.ts';
import { OverlayReader, shown } from './overlay-reader.ts';
import { parseDiscounts } from './parse-discounts.ts';
import { parseRates, requireWholeRates } from './parse-rates.ts';
import { STANDARD_TIER, serviceTierName } from './service-tiers.ts';
import type { TierPrice } from './service-tiers.ts';

/**
 * Reads what a price file holds. Throws `OverlayError` with one sentence on the first mistake. Text
 * from the file is never run as a regular expression.
 *
 * @param path the file's name for messages.
 * @param sha256 of the file, hexadecimal: the overlay's version.
 */
export function readOverlay(value: unknown, path: string, sha256: string): Overlay {
  const reader = new OverlayReader(path);
  if (value === undefined || value === null) {
    reader.fail('', 'is empty: remove pricing.overlay from the configuration, or restore the file');
  }
  const root = reader.mapping(value, '', [
    'version',
    'currency',
    'fx',
    'models',
    'discounts',
    'deployments',
    'tiers',
    'geo',
    'modelTiers',
  ]);
  if (root['version'] !== undefined && root['version'] !== 1) {
    reader.fail('version', 'must be 1, the only version this costspan reads');
  }
  const currency =
    root['currency'] === undefined ? 'USD' : reader.currency(root['currency'], 'currency');
  const fx = reader.list(root['fx'], 'fx').map((entry, index) => parseFx(reader, entry, index));
  if (currency !== 'USD' && !fx.some(({ from }) => from === currency)) {
    reader.fail(
      'currency',
      `is ${currency} without a rate: add fx: [{ from: ${currency}, to: USD, rate: …, on: … }]`,
    );
  }
  return {
    file: path,
    sha256,
    currency,
    fx,
    models: parseModels(reader, root['models']),
    discounts: parseDiscounts(reader, root['discounts']),
    deployments: parseDeployments(reader, root['deployments']),
    tiers: parseTiers(reader, root['tiers']),
    geo: parseGeo(reader, root['geo']),
    modelTiers: parseModelTiers(reader, root['modelTiers']),
  };
}

function parseFx(reader: OverlayReader, value: unknown, index: number): FxRate {
  const place = `fx[${index}]`;
  const entry = reader.mapping(value, place, ['from', 'to', 'rate', 'on']);
  const to = reader.currency(entry['to'], `${place}.to`);
  if (to !== 'USD') reader.fail(`${place}.to`, `is ${to}: costs are kept in USD, so write USD`);
  const from = reader.currency(entry['from'], `${place}.from`);
  if (from === 'USD') reader.fail(`${place}.from`, 'is USD, which needs no rate: remove the entry');
  const rate = reader.amount(entry['rate'], `${place}.rate`);
  if (rate === 0) reader.fail(`${place}.rate`, `is 0: write the USD for one ${from}`);
  return { from, to, rate, onMs: reader.day(entry['on'], `${place}.on`) };
}

const MODEL_KEYS: readonly string[] = [
  'provider',
  'model',
  'aliases',
  'rates',
  'capacity',
  'maxOutput',
  'modelTier',
  'iKnow',
];

function parseModels(reader: OverlayReader, value: unknown): OverlayModel[] {
  const taken = new Set<string>();
  return reader.list(value, 'models').map((item, index) => {
    const place = `models[${index}]`;
    const entry = reader.mapping(item, place, MODEL_KEYS);
    const isConfirmed = reader.flag(entry['iKnow'], `${place}.iKnow`);
    const provider = reader.provider(entry['provider'], `${place}.provider`);
    const model = reader.text(entry['model'], `${place}.model`);
    const aliases = reader
      .list(entry['aliases'], `${place}.aliases`)
      .map((alias, at) => reader.text(alias, `${place}.aliases[${at}]`));
    const names = [model, ...aliases].map((name) => name.toLowerCase());
    for (const name of names) {
      if (name.includes('*')) reader.fail(place, `names "${name}": models and aliases take no *`);
      const key = `${provider}:${name}`;
      if (taken.has(key))
        reader.fail(place, `prices "${name}" of ${provider} a second time: keep one`);
      taken.add(key);
    }
    if ((entry['rates'] === undefined) === (entry['capacity'] === undefined)) {
      reader.fail(place, 'must have either rates or capacity');
    }
    const capacity =
      entry['capacity'] === undefined
        ? undefined
        : parseCapacity(reader, entry['capacity'], `${place}.capacity`);
    const rates =
      capacity === undefined
        ? parseRates(reader, entry['rates'], `${place}.rates`, isConfirmed)
        : { input: 0, output: 0 };
    requireWholeRates(reader, rates, `${place}.rates`);
    const maxOutput =
      entry['maxOutput'] === undefined
        ? undefined
        : reader.amount(entry['maxOutput'], `${place}.maxOutput`);
    const modelTier =
      entry['modelTier'] === undefined
        ? undefined
        : parseTierWord(reader, entry['modelTier'], `${place}.modelTier`);
    return { provider, model, names, rates, capacity, maxOutput, modelTier, isConfirmed };
  });
}

function parseCapacity(reader: OverlayReader, value: unknown, place: string): Capacity {
  const entry = reader.mapping(value, place, ['gpuHourUsd', 'gpus', 'allocate']);
  if (entry['allocate'] !== undefined && entry['allocate'] !== 'by-tokens') {
    reader.fail(`${place}.allocate`, 'must be by-tokens');
  }
  return {
    gpuHourUsd: reader.amount(entry['gpuHourUsd'], `${place}.gpuHourUsd`),
    gpus: reader.amount(entry['gpus'], `${place}.gpus`),
  };
}

function parseDeployments(reader: OverlayReader, value: unknown): Deployment[] {
  return entriesOf(reader, value, 'deployments').map(([key, stated, at]) => {
    const { provider, rest } = reader.keyed(key, at);
    const name = rest.toLowerCase();
    if (typeof stated === 'string') return { provider, name, model: reader.text(stated, at) };
    const { model, place } = reader.mapping(stated, at, ['model', 'place']);
    return {
      provider,
      name,
      model: reader.text(model, `${at}.model`),
      place: place === undefined ? undefined : reader.text(place, `${at}.place`).toLowerCase(),
    };
  });
}

/** Factors far from the known ones are slips; `1000` would be a percentage of a percentage. */
const MOST_TIER_FACTOR = 10;

function parseTiers(reader: OverlayReader, value: unknown): TierOverride[] {
  return entriesOf(reader, value, 'tiers').map(([key, stated, place]) => {
    const { provider, rest } = key.includes(':')
      ? reader.keyed(key, place)
      : { provider: reader.provider(key, place), rest: undefined };
    const tiers: Record<string, TierPrice> = {};
    for (const [told, price] of Object.entries(reader.anyMapping(stated, place))) {
      const at = `${place}.${shown(told)}`;
      const tier = serviceTierName(told);
      if (tier === STANDARD_TIER) {
        reader.fail(at, 'is the list price itself: change that by a discount');
      }
      tiers[tier] = parseTierPrice(reader, price, at);
    }
    return {
      provider,
      model: rest === undefined ? undefined : reader.pattern(rest, place),
      tiers,
    };
  });
}

function parseTierPrice(reader: OverlayReader, value: unknown, place: string): TierPrice {
  if (typeof value === 'object' && value !== null) {
    return { rates: parseRates(reader, value, place, false), otherwise: 1 };
  }
  const factor = reader.amount(value, place);
  if (factor === 0 || factor > MOST_TIER_FACTOR) {
    reader.fail(
      place,
      `is ${factor}: write the factor on the standard rates, such as 0.5, or rates`,
    );
  }
  return factor;
}

function parseGeo(reader: OverlayReader, value: unknown): Map<string, GeoPrices> {
  return new Map(
    entriesOf(reader, value, 'geo').map(([key, stated, place]) => {
      const places = new Map<string, number>();
      for (const [name, factor] of Object.entries(reader.anyMapping(stated, place))) {
        const at = `${place}.${shown(name)}`;
        const amount = reader.amount(factor, at);
        if (amount < 0.5 || amount > 3) {
          reader.fail(at, `is ${amount}: write the factor on the rates, such as 1.1 for 10 % more`);
        }
        places.set(name.toLowerCase(), amount);
      }
      return [reader.provider(key, place), places] as const;
    }),
  );
}

function parseModelTiers(reader: OverlayReader, value: unknown): ModelTierRule[] {
  return entriesOf(reader, value, 'modelTiers').map(([key, word, place]) => {
    const { provider, rest } = key.includes(':')
      ? reader.keyed(key, place)
      : { provider: undefined, rest: key };
    return {
      provider,
      model: reader.pattern(rest, place),
      modelTier: parseTierWord(reader, word, place),
    };
  });
}

/** It becomes a dimension of metrics, so it is short and plain. */
function parseTierWord(reader: OverlayReader, value: unknown, place: string): string {
  const word = reader.text(value, place);
  if (!/^[A-Za-z][\w-]{0,31}$/.test(word)) {
    reader.fail(place, 'must be one word of letters, digits, _ and -, at most 32 long');
  }
  return word;
}

function entriesOf(
  reader: OverlayReader,
  value: unknown,
  place: string,
): (readonly [key: string, value: unknown, place: string])[] {
  if (value === undefined || value === null) return [];
  return Object.entries(reader.anyMapping(value, place)).map(([key, item]) => [
    key,
    item,
    `${place}.${shown(key)}`,
  ]);
}
