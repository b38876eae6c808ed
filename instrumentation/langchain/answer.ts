import type { TokenUsage } from '../../conventions/index.ts';
import { providerNameOf } from '../../providers/names.ts';
import type { CallRecord } from '../core/call-record.ts';
import { endpointOf } from '../core/endpoint.ts';
import { type Dictionary, asArray, asCount, asDictionary, asString } from '../../providers/read.ts';
import { textLength } from '../core/read.ts';
import type { CallShape } from '../core/shape.ts';
import type { CallSettings } from '../core/start-call.ts';

/** What the class of a model says of itself, as tracers ask for it. */
function tracingFields(model: object): Dictionary {
  const read: unknown = Reflect.get(model, 'getLsParams');
  return typeof read === 'function' ? (asDictionary(read.call(model, {})) ?? {}) : {};
}

export const modelSettings: CallSettings = {
  endpointOf(model) {
    const fields = asDictionary(model);
    const configured = asDictionary(fields?.['clientConfig'])?.['baseURL'];
    const endpoint = endpointOf(configured ?? fields?.['baseURL'] ?? fields?.['baseUrl']);
    if (endpoint.provider !== undefined) return { ...endpoint, provider: endpoint.provider };
    const told = tracingFields(model as object);
    const provider = providerNameOf(asString(told['ls_provider']), asString(told['ls_model_name']));
    return { ...endpoint, provider };
  },
};

/** Calls of chat models and of the older models for text. */
export function shapeOf(model: object): CallShape {
  const fields = tracingFields(model);
  return {
    operation: fields['ls_model_type'] === 'llm' ? 'text_completion' : 'chat',
    requestedModel: () =>
      asString(fields['ls_model_name']) ??
      asString(Reflect.get(model, 'model')) ??
      asString(Reflect.get(model, 'modelName')),
    readRequest(record, args) {
      record.call.conversationDepth = depthOf(args[0]);
    },
    readResponse(record, answer) {
      if (answer instanceof Answer) answer.fill(record);
    },
    requestText: (args) => asArray(args[0])?.map((message) => asDictionary(message)?.['content']),
  };
}

/** The assistant turns with tool calls since the last human message, plus one. */
function depthOf(messages: unknown): number | undefined {
  const list = asArray(messages);
  if (list === undefined) return undefined;
  let turns = 0;
  for (let index = list.length - 1; index >= 0; index -= 1) {
    const message = asDictionary(list[index]);
    const type: unknown =
      typeof message?.['getType'] === 'function' ? message['getType']() : undefined;
    if (type === 'human') break;
    const calls = asArray(message?.['tool_calls']);
    if (type === 'ai' && calls !== undefined && calls.length > 0) turns += 1;
  }
  return turns + 1;
}

/** What a model answered, whole or chunk by chunk; chunks add up, as LangChain's own do. */
export class Answer {
  chunks = 0;
  characters = 0;
  /** Of the first chunk, on the clock of `performance.now()`. */
  firstMs: number | undefined = undefined;
  readonly #usage: TokenUsage = {};
  #counted = false;
  #id: string | undefined = undefined;
  #model: string | undefined = undefined;
  #finish: string | undefined = undefined;
  #toolCalls = 0;

  /** Of a whole `ChatResult` or `LLMResult`. */
  static ofResult(result: unknown): Answer {
    const answer = new Answer();
    const fields = asDictionary(result);
    for (const entry of asArray(fields?.['generations']) ?? []) {
      // A model for text has a list of them for each prompt.
      for (const generation of asArray(entry) ?? [entry]) answer.add(generation);
    }
    const usage = asDictionary(asDictionary(fields?.['llmOutput'])?.['tokenUsage']);
    if (!answer.#counted && usage !== undefined) {
      answer.#add('input', asCount(usage['promptTokens']));
      answer.#add('output', asCount(usage['completionTokens']));
    }
    return answer;
  }

  add(generation: unknown): void {
    if (this.chunks === 0) this.firstMs = performance.now();
    this.chunks += 1;
    const fields = asDictionary(generation);
    const message = asDictionary(fields?.['message']);
    const about = {
      ...asDictionary(fields?.['generationInfo']),
      ...asDictionary(message?.['response_metadata']),
    };
    this.characters += textLength(fields?.['text']);
    this.#id ??= asString(about['id']) ?? idOf(message);
    this.#model ??= asString(about['model_name']) ?? asString(about['model']);
    this.#finish ??=
      asString(about['finish_reason']) ??
      asString(about['stop_reason']) ??
      asString(about['finishReason']);
    const calls = asArray(message?.['tool_calls']);
    if (calls !== undefined) this.#toolCalls = Math.max(this.#toolCalls, calls.length);
    this.#addUsage(asDictionary(message?.['usage_metadata']));
  }

  fill({ call }: CallRecord): void {
    call.responseId = this.#id;
    call.responseModel = this.#model;
    if (this.#finish !== undefined) call.finishReasons = [this.#finish];
    if (this.#toolCalls > 0) call.toolCalls = this.#toolCalls;
    if (this.#counted) call.usage = this.#usage;
  }

  /**
   * Input and output have their parts inside.
   * @see https://docs.langchain.com/oss/javascript/langchain/messages
   */
  #addUsage(usage: Dictionary | undefined): void {
    if (usage === undefined) return;
    const into = asDictionary(usage['input_token_details']);
    const out = asDictionary(usage['output_token_details']);
    const read = asCount(into?.['cache_read']);
    const written = asCount(into?.['cache_creation']);
    const reasoning = asCount(out?.['reasoning']);
    this.#add('input', minus(asCount(usage['input_tokens']), (read ?? 0) + (written ?? 0)));
    this.#add('cacheRead', read);
    this.#add('cacheWrite', written);
    this.#add('output', minus(asCount(usage['output_tokens']), reasoning ?? 0));
    this.#add('reasoning', reasoning);
    this.#add('inputAudio', asCount(into?.['audio']));
    this.#add('outputAudio', asCount(out?.['audio']));
  }

  #add(name: keyof TokenUsage, tokens: number | undefined): void {
    if (tokens === undefined) return;
    this.#counted = true;
    this.#usage[name] = (this.#usage[name] ?? 0) + tokens;
  }
}

/** LangChain makes up ids that begin with `run-`. */
function idOf(message: Dictionary | undefined): string | undefined {
  const id = asString(message?.['id']);
  return id?.startsWith('run-') === true || id?.startsWith('lc_') === true ? undefined : id;
}

function minus(total: number | undefined, part: number): number | undefined {
  if (total === undefined) return undefined;
  return part > total ? total : total - part;
}
