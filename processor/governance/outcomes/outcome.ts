import {
  COSTSPAN_OUTCOME_STATUS_VALUE_FAILURE,
  COSTSPAN_OUTCOME_STATUS_VALUE_PARTIAL,
  COSTSPAN_OUTCOME_STATUS_VALUE_SUCCESS,
} from '../../../conventions/index.ts';
import { parseAttributionValue } from '../../engine/attribution/attribution-value.ts';

export type OutcomeStatus = 'success' | 'failure' | 'partial';

/** What work of a workflow came to, in the terms of the business. */
export interface OutcomeInput {
  /** What happened, such as `ticket-resolved`. Few different ones; 1 to 64 characters. */
  readonly name: string;
  readonly status: OutcomeStatus;
  /** How many, more than 0. Default 1. */
  readonly quantity?: number | undefined;
  /** What it was worth in USD, 0 or more; all of `quantity` together. */
  readonly valueUsd?: number | undefined;
  /** How good it was, on a scale of the application's own. On the event only. */
  readonly quality?: number | undefined;
  /** Default: the workflow in force. */
  readonly workflow?: string | undefined;
  /** Makes recording repeatable: an outcome with an id counts once. */
  readonly id?: string | undefined;
  /** When it happened. Default now. */
  readonly at?: Date | number | undefined;
  /** From `currentRunHandle()`, for an outcome that is known only after its run. */
  readonly run?: string | undefined;
}

/** An outcome that can be counted. */
export interface Outcome {
  readonly name: string;
  readonly status: OutcomeStatus;
  readonly quantity: number;
  readonly valueUsd: number | undefined;
  readonly quality: number | undefined;
  readonly workflow: string | undefined;
  readonly id: string | undefined;
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly run: string | undefined;
}

const STATUSES: ReadonlySet<unknown> = new Set([
  COSTSPAN_OUTCOME_STATUS_VALUE_SUCCESS,
  COSTSPAN_OUTCOME_STATUS_VALUE_FAILURE,
  COSTSPAN_OUTCOME_STATUS_VALUE_PARTIAL,
]);

const MAX_QUANTITY = 1e9;
const MAX_VALUE_USD = 1e9;
const MAX_ID_CHARACTERS = 256;

/**
 * Checks what a program handed in: an outcome, or one sentence that says what is wrong. Only
 * `name` and `status` decide; a number that cannot be makes the whole outcome wrong, because a
 * count or a value that is quietly left out would be a false one.
 */
export function parseOutcome(input: unknown, now: number): Outcome | string {
  if (typeof input !== 'object' || input === null) return 'an outcome must be an object';
  const given = input as Readonly<Record<keyof OutcomeInput, unknown>>;
  const name = textOf(given.name);
  if (name === undefined) return 'name must be text of 1 to 64 characters';
  const { status } = given;
  if (!isStatus(status)) return `status of outcome ${name} must be success, failure or partial`;
  const quantity = given.quantity ?? 1;
  if (!isWithin(quantity, MAX_QUANTITY) || quantity === 0) {
    return `quantity of outcome ${name} must be a number above 0`;
  }
  const valueUsd = given.valueUsd ?? undefined;
  if (valueUsd !== undefined && !isWithin(valueUsd, MAX_VALUE_USD)) {
    return `valueUsd of outcome ${name} must be a number of dollars, 0 or more`;
  }
  const quality = given.quality ?? undefined;
  if (quality !== undefined && !(typeof quality === 'number' && Number.isFinite(quality))) {
    return `quality of outcome ${name} must be a number`;
  }
  const workflow = textOf(given.workflow ?? undefined);
  if (workflow === undefined && given.workflow != null) {
    return `workflow of outcome ${name} must be text of 1 to 64 characters`;
  }
  const id = given.id ?? undefined;
  if (
    id !== undefined &&
    !(typeof id === 'string' && id !== '' && id.length <= MAX_ID_CHARACTERS)
  ) {
    return `id of outcome ${name} must be text of 1 to ${MAX_ID_CHARACTERS} characters`;
  }
  const atMs = given.at == null ? now : given.at instanceof Date ? given.at.getTime() : given.at;
  if (!(typeof atMs === 'number' && Number.isFinite(atMs) && atMs >= 0)) {
    return `at of outcome ${name} must be a Date or epoch milliseconds`;
  }
  const run = given.run ?? undefined;
  if (run !== undefined && typeof run !== 'string') {
    return `run of outcome ${name} must be text from currentRunHandle()`;
  }
  return { name, status, quantity, valueUsd, quality, workflow, id, atMs, run };
}

function textOf(value: unknown): string | undefined {
  const parsed = parseAttributionValue(value);
  return 'value' in parsed ? parsed.value : undefined;
}

function isStatus(value: unknown): value is OutcomeStatus {
  return STATUSES.has(value);
}

function isWithin(value: unknown, most: number): value is number {
  return typeof value === 'number' && value >= 0 && value <= most;
}
