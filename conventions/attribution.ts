/**
 * Who a call can be for, one entry a key, in the order they are documented. Code, configuration,
 * environment, baggage, telemetry and documentation know the keys that stand here. The names are those
 * of the registry, which a test compares.
 */
export const ATTRIBUTION = {
  team: { attribute: 'costspan.team', brief: 'Team that pays.', variable: 'COSTSPAN_TEAM' },
  workflow: {
    attribute: 'costspan.workflow',
    brief: 'Workflow, such as bug-triage.',
    variable: 'COSTSPAN_WORKFLOW',
  },
  environment: {
    attribute: 'deployment.environment.name',
    brief: 'Deployment environment, such as staging.',
    isOfProcess: true,
  },
  project: { attribute: 'costspan.project', brief: 'Project.' },
  application: { attribute: 'costspan.application', brief: 'Application or product.' },
  costCenter: { attribute: 'costspan.cost_center', brief: 'Cost centre.' },
  useCase: { attribute: 'costspan.use_case', brief: 'Use case.' },
  businessProcess: { attribute: 'costspan.business_process', brief: 'Business process.' },
  requestType: { attribute: 'costspan.request_type', brief: 'Kind of request or task.' },
  businessOwner: { attribute: 'costspan.business_owner', brief: 'Who owns the business case.' },
  technicalOwner: { attribute: 'costspan.technical_owner', brief: 'Who owns the code.' },
  pool: { attribute: 'costspan.pool', brief: 'Budget pool, such as production or sandbox.' },
  userId: {
    attribute: 'user.id',
    brief: 'User; on spans only, never on metrics.',
    isPerson: true,
  },
} as const;

/** What is known of one key. */
interface AttributionFacts {
  /** Its name on telemetry and in baggage. */
  readonly attribute: string;
  /** What editors show for it. */
  readonly brief: string;
  /** The environment variable that operators set it by. */
  readonly variable?: string;
  /** It names a person: never on metrics, in handles or, unless somebody says so, in baggage. */
  readonly isPerson?: true;
  /** Each process has its own: not handed on unless somebody says so. */
  readonly isOfProcess?: true;
}

export type AttributionKey = keyof typeof ATTRIBUTION;

/** Who a call is for. Values are short text (at most 64 characters, no control characters). */
export type Attribution = { readonly [Key in AttributionKey]?: string | undefined };

/** Attribution that may be a metric dimension: everything but the user, who would be one series each. */
export type MetricDimension = {
  [Key in AttributionKey]: (typeof ATTRIBUTION)[Key] extends { isPerson: true } ? never : Key;
}[AttributionKey];

/** Every key with what is known of it. */
export const ATTRIBUTION_ENTRIES: readonly (readonly [AttributionKey, AttributionFacts])[] =
  Object.entries<AttributionFacts>(ATTRIBUTION) as [AttributionKey, AttributionFacts][];

export const ATTRIBUTION_KEYS: readonly AttributionKey[] = ATTRIBUTION_ENTRIES.map(([key]) => key);

export const METRIC_DIMENSIONS: readonly MetricDimension[] =
  ATTRIBUTION_KEYS.filter(isMetricDimension);

/** What other services are told by default. */
export const HANDED_ON_KEYS: readonly AttributionKey[] = ATTRIBUTION_ENTRIES.filter(
  ([, { isPerson, isOfProcess }]) => isPerson !== true && isOfProcess !== true,
).map(([key]) => key);

const KEY_BY_ATTRIBUTE: ReadonlyMap<string, AttributionKey> = new Map(
  ATTRIBUTION_ENTRIES.map(([key, { attribute }]) => [attribute, key]),
);

export function isAttributionKey(key: string): key is AttributionKey {
  return Object.hasOwn(ATTRIBUTION, key);
}

export function isMetricDimension(key: AttributionKey): key is MetricDimension {
  const { isPerson }: AttributionFacts = ATTRIBUTION[key];
  return isPerson !== true;
}

/** The key whose telemetry name this is; `undefined` for a name that is no attribution. */
export function keyOfAttribute(attribute: string): AttributionKey | undefined {
  return KEY_BY_ATTRIBUTE.get(attribute);
}
