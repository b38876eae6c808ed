import { context, type Context } from '@opentelemetry/api';
import {
  ATTR_COSTSPAN_RUN_ID,
  ATTRIBUTION_ENTRIES,
  type AttributionKey,
  HANDED_ON_KEYS,
} from '../../../conventions/index.ts';
import type { AttributionScope } from '../../engine/attribution/attribution-scope.ts';
import { OWN_MEMBER_PROPERTY, OWN_PREFIX } from './baggage-members.ts';
import { attributionResolver } from './resolver.ts';

/** Finds the run of a context; the wiring knows more about runs than this folder does. */
export type CurrentRun = (ctx: Context) => { readonly id: string } | undefined;

/** What is handed on: everything but the person, and the environment, which is the receiver's own. */
export const DEFAULT_OUTBOUND_KEYS: readonly (AttributionKey | 'runId')[] = [
  ...HANDED_ON_KEYS,
  'runId',
];

let outboundKeys: ReadonlySet<AttributionKey | 'runId'> = new Set(DEFAULT_OUTBOUND_KEYS);
let currentRun: CurrentRun | undefined;
let membersByScope = new WeakMap<AttributionScope, string>();

/** Says what is handed on, for every way out. */
export function configureBaggageHeader(
  keys: readonly (AttributionKey | 'runId')[],
  run: CurrentRun | undefined,
): void {
  outboundKeys = new Set(keys);
  currentRun = run;
  membersByScope = new WeakMap();
}

/**
 * The value of a `baggage` header that hands the attribution of `ctx` (by default the active
 * context) on to another service, or `undefined` when there is nothing to hand on. HTTP/1.1 to
 * `attribution.outboundHosts` needs no help; this is for HTTP/2, gRPC and message queues. Join it
 * to a header that is already there with a comma, and never send it to third parties.
 *
 * ```ts
 * const baggage = attributionBaggage();
 * producer.send({ topic, messages: [{ value, headers: baggage ? { baggage } : {} }] });
 * ```
 */
export function attributionBaggage(ctx: Context = context.active()): string | undefined {
  const scope = attributionResolver().resolve(ctx);
  let members = membersByScope.get(scope);
  if (members === undefined) {
    members = serializeMembers(scope);
    membersByScope.set(scope, members);
  }
  const runId = outboundKeys.has('runId') ? runIdOf(ctx, scope) : undefined;
  if (runId === undefined) {
    return members === '' ? undefined : members;
  }
  const run = `${ATTR_COSTSPAN_RUN_ID}=${encodeURIComponent(runId)}`;
  return members === '' ? run : `${members},${run}`;
}

function runIdOf(ctx: Context, scope: AttributionScope): string | undefined {
  if (currentRun !== undefined) {
    return currentRun(ctx)?.id;
  }
  return scope.inboundRun?.id ?? scope.runScope?.id;
}

/** Values are at most 64 characters and well-formed, so this neither grows large nor throws. */
function serializeMembers(scope: AttributionScope): string {
  const members: string[] = [];
  for (const [key, { attribute }] of ATTRIBUTION_ENTRIES) {
    const value = scope.values[key];
    if (value !== undefined && outboundKeys.has(key)) {
      const property = attribute.startsWith(OWN_PREFIX) ? '' : `;${OWN_MEMBER_PROPERTY}`;
      members.push(`${attribute}=${encodeURIComponent(value)}${property}`);
    }
  }
  return members.join(',');
}
