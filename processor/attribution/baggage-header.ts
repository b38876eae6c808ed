import { context, type Context } from '@opentelemetry/api';
import { ATTR_COSTSPAN_RUN_ID } from '../../conventions/index.ts';
import { ATTRIBUTION_ENTRIES } from './attribution-keys.ts';
import type { AttributionKey } from './attribution-keys.ts';
import type { AttributionScope } from './attribution-scope.ts';
import { OWN_MEMBER_PROPERTY } from './baggage-members.ts';
import { attributionResolver } from './resolver.ts';

/** Finds the run of a context; the wiring knows more about runs than this folder does. */
export type CurrentRun = (ctx: Context) => { readonly id: string } | undefined;

/** What is handed on: everything but the person, and the environment, which is the receiver's own. */
export const DEFAULT_OUTBOUND_KEYS: readonly (AttributionKey | 'runId')[] = [
  ...ATTRIBUTION_ENTRIES.map(([key]) => key).filter(
    (key) => key !== 'userId' && key !== 'environment',
  ),
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
  for (const [key, name] of ATTRIBUTION_ENTRIES) {
    const value = scope.values[key];
    if (value !== undefined && outboundKeys.has(key)) {
      const property = key === 'userId' || key === 'environment' ? `;${OWN_MEMBER_PROPERTY}` : '';
      members.push(`${name}=${encodeURIComponent(value)}${property}`);
    }
  }
  return members.join(',');
}
