import type { TokenUsage } from '../../../conventions/token-usage.ts';
import { asNumber, asObject, type JsonObject } from './json-shape.ts';
import { servedModel } from './models.ts';
import { limited } from './openai-chat.ts';
import type { Reply } from './reply.ts';
import { newId, nowSeconds, proseAnswer } from './state.ts';
import { countTokens, textOf, tokenPieces } from './tokens.ts';

/** Answers `POST …/completions`, the older one without messages. */
export function answerCompletion(body: JsonObject): Reply {
  const model = servedModel(textOf(body['model']));
  const prompt = textOf(body['prompt']);
  const { text, cut } = limited(proseAnswer(prompt), asNumber(body['max_tokens']) ?? 16);
  const output = countTokens(text);
  const usage: TokenUsage = {
    input: countTokens(prompt),
    output,
    total: countTokens(prompt) + output,
  };
  const wire = {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.total,
  };
  const head = { id: newId('cmpl-'), object: 'text_completion', created: nowSeconds(), model };
  const reason = cut ? 'length' : 'stop';
  const billed = { model, usage };
  if (body['stream'] !== true) {
    const choice = { index: 0, text, logprobs: null, finish_reason: reason };
    return { json: { ...head, choices: [choice], usage: wire }, billed };
  }
  const pieces = tokenPieces(text);
  const sse: object[] = pieces.map((piece, at) => ({
    ...head,
    choices: [
      {
        index: 0,
        text: piece,
        logprobs: null,
        finish_reason: at === pieces.length - 1 ? reason : null,
      },
    ],
  }));
  if (asObject(body['stream_options'])['include_usage'] === true) {
    sse.push({ ...head, choices: [], usage: wire });
  }
  return { sse, billed };
}
