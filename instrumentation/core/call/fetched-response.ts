import type { LlmCall } from '../../../conventions/index.ts';

/** A stored response was fetched, which worked, whatever has become of the response. */
export function responseFetched(call: LlmCall, isOver: boolean): void {
  call.fetchedOutcome = isOver ? call.outcome : undefined;
  call.outcome = 'ok';
  call.errorType = undefined;
  call.toolCalls = undefined;
  call.requestedTools = undefined;
  call.finishReasons = undefined;
}
