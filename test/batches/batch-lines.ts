import { calcPrice } from '@pydantic/genai-prices';

/** Words of prompts and answers, which must be on no telemetry. */
export const CONTENT = 'the parrot is pining for the fjords';

/** Half of the list price, in whole nano-USD: what a batch bills. */
export function batchNanos(model: string, input: number, output: number, provider: string): number {
  const list = calcPrice({ input_tokens: input, output_tokens: output }, model, {
    providerId: provider,
  });
  if (list === null || list === undefined) throw new Error(`no price of ${model}`);
  return Math.round((list.total_price * 1e9) / 2);
}

/** A line of an output file of OpenAI's, with an answer of one of its endpoints. */
export function openaiLine(index: number, body: object): string {
  return JSON.stringify({
    id: `batch_req_${index}`,
    custom_id: `request-${index}`,
    response: { status_code: 200, request_id: `req_${index}`, body },
    error: null,
  });
}

export function chatBody(index: number, input: number, output: number): object {
  return {
    id: `chatcmpl-${index}`,
    object: 'chat.completion',
    created: 1_790_000_000,
    model: 'gpt-4o-mini-2024-07-18',
    service_tier: 'default',
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', content: `${CONTENT} – öß 🦜 ${index}` },
      },
    ],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  };
}

/** A line of Anthropic's results. */
export function anthropicLine(index: number, model: string, input: number, output: number): object {
  return {
    custom_id: `request-${index}`,
    result: {
      type: 'succeeded',
      message: {
        id: `msg_${index}`,
        type: 'message',
        role: 'assistant',
        model,
        content: [{ type: 'text', text: `${CONTENT} – öß 🦜 ${index}` }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: { input_tokens: input, output_tokens: output, service_tier: 'batch' },
      },
    },
  };
}
