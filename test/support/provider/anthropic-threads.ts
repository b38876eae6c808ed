import { asArray, asObject, asString, type JsonObject } from './json-shape.ts';
import type { ProviderState } from './state.ts';

/**
 * The whole request of a message thread. A turn that continues one holds only what is new: the
 * conversation and the settings are those that the provider kept.
 */
export function wholeRequest(sent: JsonObject, state: ProviderState): JsonObject {
  const previous = asString(asObject(sent['thread'])['previous_message_id']);
  const kept = previous === undefined ? undefined : state.stored(previous)?.response;
  if (kept === undefined) return sent;
  return {
    ...kept,
    ...sent,
    messages: [...asArray(kept['messages']), ...asArray(sent['messages'])],
  };
}

/** Keeps the conversation of a thread, `answer` included, under the answer's id. */
export function keepThread(request: JsonObject, answer: JsonObject, state: ProviderState): void {
  if (request['thread'] === undefined) return;
  const reply = { role: 'assistant', content: answer['content'] };
  const response = { ...request, messages: [...asArray(request['messages']), reply] };
  state.store(String(answer['id']), { response, toolTurns: 0 });
}
