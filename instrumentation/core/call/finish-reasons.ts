import type { LlmCall } from '../../../conventions/index.ts';

/** APIs allow 128 choices at most; a wrong index must not make an array of millions. */
const MAX_CHOICES = 128;

/** Stands for the reason of a choice that has none so far. */
const NONE_YET = '';

/** A choice of a stream goes on: its reason is still to come. `false` for an index that cannot be. */
export function choiceSeen(call: LlmCall, index: number): boolean {
  const reasons = (call.finishReasons ??= []);
  while (reasons.length <= index && reasons.length < MAX_CHOICES) reasons.push(NONE_YET);
  return index < reasons.length;
}

/** Why a choice ended. Returns whether every choice that was seen has ended. */
export function choiceFinished(call: LlmCall, index: number, reason: string): boolean {
  if (!choiceSeen(call, index)) return false;
  const reasons = call.finishReasons ?? [];
  reasons[index] = reason;
  return !reasons.includes(NONE_YET);
}

/**
 * The reasons of an ended call. A choice whose reason never arrived was cut off, and the conventions
 * call that `error`; of an answer that arrived whole the server told none.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/client-inference.md
 */
export function settledReasons(
  reasons: readonly string[] | undefined,
  isWhole: boolean,
): string[] | undefined {
  if (reasons === undefined) return undefined;
  const settled = isWhole
    ? reasons.filter((reason) => reason !== NONE_YET)
    : reasons.map((reason) => (reason === NONE_YET ? 'error' : reason));
  return settled.length === 0 ? undefined : settled;
}
