import { ERRORS } from './error-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { STREAMS } from './stream-scenarios.ts';
import { WHOLE_ANSWERS } from './whole-scenarios.ts';

/** Scenarios that every API of every SDK goes through, with and without costspan. */
export const SCENARIOS: readonly Scenario[] = [...WHOLE_ANSWERS, ...STREAMS, ...ERRORS];
