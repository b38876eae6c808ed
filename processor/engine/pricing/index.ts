export type { UsageBound } from './bound-cost.ts';
export { OverlayError } from './overlay-error.ts';
export type { Overlay } from './overlay.ts';
export { createPricer } from './pricer.ts';
export type { Pricer, PricerOptions } from './pricer.ts';
export type { PricingProblem, ProblemListener } from './problems.ts';
