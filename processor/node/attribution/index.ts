export type { AttributionSource } from '../../engine/attribution/attribution-source.ts';
export type { AttributionScope } from '../../engine/attribution/attribution-scope.ts';
export type { RefusalReason } from '../../engine/attribution/attribution-value.ts';
export { refusedAttributionValues, setAttributionRefusalListener } from './refusals.ts';
export type { AttributionRefusal } from './refusals.ts';
export { attributionBaggage } from './baggage-header.ts';
export type { CurrentRun } from './baggage-header.ts';
export { stripBaggage } from './baggage-members.ts';
export { HostPatterns, parseHostAddress } from './host-patterns.ts';
export type { HostAddress } from './host-patterns.ts';
export { membersFor, startOutboundBaggage } from './outbound-baggage.ts';
export type { OutboundBaggageOptions } from './outbound-baggage.ts';
export { CostspanPropagator } from './propagator.ts';
export type { CostspanPropagatorOptions, InboundRequest } from './propagator.ts';
export { admitAttribution, AttributionRequiredError } from '../../engine/attribution/required.ts';
export {
  AttributionResolver,
  attributionResolver,
  inboundRun,
  setAttributionResolver,
} from './resolver.ts';
export type { AttributionOptions } from './resolver.ts';
export { setRunScopeEndListener } from './run-scope-end.ts';
export type { RunScope } from '../../engine/attribution/run-scope.ts';
export { withAttribution } from './with-attribution.ts';
export type { AttributionInput } from './with-attribution.ts';
