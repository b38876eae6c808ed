import {
  ATTR_COSTSPAN_APPLICATION,
  ATTR_COSTSPAN_BUSINESS_OWNER,
  ATTR_COSTSPAN_BUSINESS_PROCESS,
  ATTR_COSTSPAN_COST_CENTER,
  ATTR_COSTSPAN_POOL,
  ATTR_COSTSPAN_PROJECT,
  ATTR_COSTSPAN_REQUEST_TYPE,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_TECHNICAL_OWNER,
  ATTR_COSTSPAN_USE_CASE,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_USER_ID,
  type Attribution,
} from '../../conventions/index.ts';

export type AttributionKey = keyof Attribution;

/** Where a value came from, strongest first. */
export type AttributionSource = 'code' | 'environment' | 'baggage' | 'defaults';

/** Values of one source while they are being put together. */
export type MutableAttribution = { -readonly [Key in keyof Attribution]: Attribution[Key] };

/** The telemetry name of each key, which is also its name as a baggage member. */
export const ATTRIBUTE_OF_KEY: Readonly<Record<AttributionKey, string>> = {
  team: ATTR_COSTSPAN_TEAM,
  workflow: ATTR_COSTSPAN_WORKFLOW,
  project: ATTR_COSTSPAN_PROJECT,
  application: ATTR_COSTSPAN_APPLICATION,
  costCenter: ATTR_COSTSPAN_COST_CENTER,
  useCase: ATTR_COSTSPAN_USE_CASE,
  businessProcess: ATTR_COSTSPAN_BUSINESS_PROCESS,
  requestType: ATTR_COSTSPAN_REQUEST_TYPE,
  businessOwner: ATTR_COSTSPAN_BUSINESS_OWNER,
  technicalOwner: ATTR_COSTSPAN_TECHNICAL_OWNER,
  pool: ATTR_COSTSPAN_POOL,
  userId: ATTR_USER_ID,
  environment: ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
};

/** Every key with its telemetry name, in the order they are documented. */
export const ATTRIBUTION_ENTRIES: readonly (readonly [AttributionKey, string])[] = Object.entries(
  ATTRIBUTE_OF_KEY,
) as [AttributionKey, string][];

const KEY_BY_ATTRIBUTE: ReadonlyMap<string, AttributionKey> = new Map(
  ATTRIBUTION_ENTRIES.map(([key, attribute]) => [attribute, key]),
);

export function isAttributionKey(key: string): key is AttributionKey {
  return Object.hasOwn(ATTRIBUTE_OF_KEY, key);
}

/** The key whose telemetry name this is; `undefined` for a name that is no attribution. */
export function keyOfAttribute(attribute: string): AttributionKey | undefined {
  return KEY_BY_ATTRIBUTE.get(attribute);
}
