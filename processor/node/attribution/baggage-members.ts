import { propagation, type Baggage, type BaggageEntry, type Context } from '@opentelemetry/api';
import { ATTR_COSTSPAN_RUN_ID, keyOfAttribute } from '../../../conventions/index.ts';
import { AttributionLayer } from '../../engine/attribution/layer.ts';
import { layerOf, setLayer } from './layer-context.ts';
import type { InboundClaims } from '../../engine/attribution/inbound-claims.ts';
import type { MutableAttribution } from '../../engine/attribution/attribution-source.ts';
import { parseAttributionValue, parseRunId } from '../../engine/attribution/attribution-value.ts';
import { reportRefusal } from './refusals.ts';

/** Names that are ours alone. */
export const OWN_PREFIX = 'costspan.';

/**
 * A property on members whose names belong to upstream (`user.id`), so that the receiver can tell
 * those that costspan wrote, and take them out again, from those that the application wrote.
 */
export const OWN_MEMBER_PROPERTY = 'costspan';

/** Entries and characters of one baggage that are read. What lies beyond is taken out unread. */
const MAX_ENTRIES = 64;
const MAX_CHARACTERS = 8192;

interface OwnMembers {
  /** Names of the members to take out. */
  readonly names: readonly string[];
  /** What the members claim, those of upstream's names that the application wrote included. */
  readonly claims: InboundClaims | undefined;
  /** What the members to take out claim. */
  readonly ownClaims: InboundClaims | undefined;
}

const NONE: OwnMembers = { names: [], claims: undefined, ownClaims: undefined };

/** Claims that nobody believes. They stand, so that the baggage is not asked again. */
const REJECTED: InboundClaims = { values: {}, runId: undefined, verified: true };

/** Baggage is immutable, so what was read from one holds for its lifetime. */
const membersOf = new WeakMap<Baggage, OwnMembers>();

function readMembers(baggage: Baggage): OwnMembers {
  const known = membersOf.get(baggage);
  if (known !== undefined) {
    return known;
  }
  const members = parseMembers(baggage);
  membersOf.set(baggage, members);
  return members;
}

function parseMembers(baggage: Baggage): OwnMembers {
  const names: string[] = [];
  const own: MutableAttribution = {};
  const plain: MutableAttribution = {};
  let runId: string | undefined;
  let entries = 0;
  let characters = 0;
  for (const [name, entry] of baggage.getAllEntries()) {
    const isOwn = isOwnMember(name, entry);
    if (isOwn) {
      names.push(name);
    }
    const value = valueOf(entry);
    entries++;
    characters += name.length + value.length + 2;
    if (entries > MAX_ENTRIES || characters > MAX_CHARACTERS) {
      continue;
    }
    if (name === ATTR_COSTSPAN_RUN_ID) {
      runId = parseRunId(value);
    } else {
      readClaim(isOwn ? own : plain, name, value);
    }
  }
  const ownClaims = createClaims(own, runId);
  const claims = createClaims({ ...plain, ...own }, runId);
  return names.length === 0 && claims === undefined ? NONE : { names, claims, ownClaims };
}

function createClaims(
  values: MutableAttribution,
  runId: string | undefined,
): InboundClaims | undefined {
  return runId === undefined && Object.keys(values).length === 0
    ? undefined
    : { values, runId, verified: false };
}

function readClaim(values: MutableAttribution, name: string, value: string): void {
  const key = keyOfAttribute(name);
  if (key === undefined) {
    return;
  }
  const parsed = parseAttributionValue(value);
  if ('value' in parsed) {
    values[key] = parsed.value;
  } else {
    reportRefusal({ key, source: 'baggage', reason: parsed.refused });
  }
}

function isOwnMember(name: string, entry: BaggageEntry | undefined): boolean {
  return (
    name.startsWith(OWN_PREFIX) || (keyOfAttribute(name) !== undefined && isMarkedAsOwn(entry))
  );
}

/** Entries may be the application's own making, so neither their types nor methods are trusted. */
function isMarkedAsOwn(entry: BaggageEntry | undefined): boolean {
  try {
    const properties = entry?.metadata?.toString().split(';') ?? [];
    return properties.some((property) => property.trim() === OWN_MEMBER_PROPERTY);
  } catch {
    return false;
  }
}

function valueOf(entry: BaggageEntry | undefined): string {
  const value: unknown = entry?.value;
  return typeof value === 'string' ? value : '';
}

/** What the members of `baggage` claim, unverified; `undefined` when they claim nothing. */
export function claimsOf(baggage: Baggage | undefined): InboundClaims | undefined {
  return baggage === undefined ? undefined : readMembers(baggage).claims;
}

/**
 * The claims that hold in a context: those already moved to our own key, and those of members that
 * were put into the baggage since. A plain `user.id` is read only where nothing was moved, because
 * it stays in the baggage when it has been read or rejected.
 */
export function claimsInForce(
  moved: InboundClaims | undefined,
  baggage: Baggage | undefined,
): InboundClaims | undefined {
  if (baggage === undefined) {
    return moved;
  }
  const members = readMembers(baggage);
  return moved === undefined ? members.claims : mergeClaims(moved, members.ownClaims);
}

/** The newer claims over the older ones: verified only if both are. */
function mergeClaims(
  older: InboundClaims | undefined,
  newer: InboundClaims | undefined,
): InboundClaims | undefined {
  if (older === undefined || newer === undefined) {
    return newer ?? older;
  }
  return {
    values: { ...older.values, ...newer.values },
    runId: newer.runId ?? older.runId,
    verified: older.verified && newer.verified,
  };
}

/** `ctx` with our members out of its baggage, and nothing put in their place. */
export function removeMembers(ctx: Context): Context {
  const baggage = propagation.getBaggage(ctx);
  return baggage === undefined ? ctx : withoutMembers(ctx, baggage, readMembers(baggage));
}

function withoutMembers(ctx: Context, baggage: Baggage, members: OwnMembers): Context {
  if (members.names.length === 0) {
    return ctx;
  }
  const rest = baggage.removeEntries(...members.names);
  return rest.getAllEntries().length === 0
    ? propagation.deleteBaggage(ctx)
    : propagation.setBaggage(ctx, rest);
}

/**
 * Moves our members from the baggage of `ctx` to our own context key, where nothing propagates
 * them. `judge` says what is kept of what they claim: `undefined` for nothing.
 */
export function moveMembers(
  ctx: Context,
  judge: (claims: InboundClaims) => InboundClaims | undefined,
): Context {
  const baggage = propagation.getBaggage(ctx);
  if (baggage === undefined) {
    return ctx;
  }
  const members = readMembers(baggage);
  if (members === NONE) {
    return ctx;
  }
  const stripped = withoutMembers(ctx, baggage, members);
  if (members.claims === undefined) {
    return stripped;
  }
  const layer = layerOf(ctx);
  const claims = mergeClaims(layer?.claims, judge(members.claims) ?? REJECTED);
  return setLayer(stripped, new AttributionLayer(layer?.code ?? {}, claims, layer?.run));
}

/**
 * `ctx` with our members out of OpenTelemetry's baggage, so that no propagator sends them, and
 * still attributed as before. Returns `ctx` itself when there is nothing to take out. Never throws.
 */
export function stripBaggage(ctx: Context): Context {
  const baggage = propagation.getBaggage(ctx);
  if (baggage === undefined) {
    return ctx;
  }
  return readMembers(baggage).names.length === 0 ? ctx : moveMembers(ctx, (claims) => claims);
}
