import { type Attribution, ATTRIBUTION_ENTRIES } from '../../../conventions/index.ts';
import { RecentMap } from '../loops/recent-map.ts';
import {
  type AttributionPolicy,
  type AttributionScope,
  createAttributionScope,
} from './attribution-scope.ts';
import type { MutableAttribution } from './attribution-source.ts';
import { parseAttributionValue } from './attribution-value.ts';

/** Scopes remembered; each is the same object for the same values, which the metrics count on. */
const REMEMBERED = 10_000;

type Told = Readonly<Record<string, unknown>>;

/** Whose the work is that spans tell of: by the span itself, by those around it, by its resource. */
export class SpanScopes {
  readonly base: AttributionScope;
  readonly #policy: AttributionPolicy;
  readonly #known = new RecentMap<AttributionScope>(REMEMBERED);

  constructor(policy: AttributionPolicy) {
    this.#policy = policy;
    this.base = createAttributionScope(policy, undefined, undefined, undefined);
  }

  /** Later ones win. Values that telemetry refuses (too long, control characters) are left out. */
  of(...told: readonly (Attribution | undefined)[]): AttributionScope {
    const values: MutableAttribution = {};
    for (const layer of told) if (layer !== undefined) Object.assign(values, layer);
    const key = ATTRIBUTION_ENTRIES.map(([name]) => values[name] ?? '').join('\n');
    if (key.trim() === '') return this.base;
    let scope = this.#known.get(key);
    if (scope === undefined) {
      scope = createAttributionScope(this.#policy, values, undefined, undefined);
      this.#known.set(key, scope);
    }
    return scope;
  }
}

/** The attribution that attributes of a span or a resource name. */
export function attributionIn(attributes: Told | undefined): Attribution | undefined {
  if (attributes === undefined) return undefined;
  let found: MutableAttribution | undefined;
  for (const [key, { attribute }] of ATTRIBUTION_ENTRIES) {
    const told = attributes[attribute];
    if (told === undefined) continue;
    const read = parseAttributionValue(told);
    if ('value' in read) (found ??= {})[key] = read.value;
  }
  return found;
}
