import { type Dictionary, asArray, asDictionary, asString } from '../read.ts';
import { mergeUsage } from './gemini.ts';
import { toolItemOf } from './openai-tools.ts';

/** The API allows 128 choices; a wrong index must not make an array of millions. */
const MAX_CHOICES = 128;

/** More tools than one response uses; a wrong server must not fill the memory. */
const MAX_ITEMS = 1_000;

/** Events that end a response of OpenAI's Responses API, with the whole of it. */
const RESPONSE_ENDED = /^response\.(?:completed|incomplete|failed|done)$/;

/**
 * Puts the events of a provider's stream together to what the same answer would say as a whole of
 * what it costs, whatever wire they are of. What was said is left out.
 */
export class StreamedAnswer {
  #body: Record<string, unknown> | undefined;
  /** Items of a response's tools, which its end may leave out. */
  readonly #items: Dictionary[] = [];

  /** The answer so far, in the shape of a whole one; `undefined` until an event was known. */
  get body(): Dictionary | undefined {
    return this.#body;
  }

  /** Takes one event; tells whether it was of a known wire. */
  add(event: unknown): boolean {
    const fields = asDictionary(event);
    if (fields === undefined) return false;
    const type = asString(fields['type']);
    if (type !== undefined && RESPONSE_ENDED.test(type)) return this.#become(fields['response']);
    switch (type) {
      case 'response.output_item.done':
        return this.#itemEnded(fields['item']);
      case 'message_start':
        return this.#messageStarted(asDictionary(fields['message']));
      case 'content_block_start':
        return this.#blockStarted(asDictionary(fields['content_block']));
      case 'message_delta':
        return this.#messageChanged(fields);
      case 'message-end':
        return this.#cohereEnded(fields);
      default:
    }
    if ('candidates' in fields || 'usageMetadata' in fields) return this.#geminiChunk(fields);
    if (Array.isArray(fields['choices'])) return this.#completionChunk(fields);
    if (fields['metadata'] !== undefined || fields['messageStop'] !== undefined) {
      return this.#converseEvent(fields);
    }
    return false;
  }

  #become(response: unknown): boolean {
    const body = asDictionary(response);
    if (body === undefined) return false;
    this.#body = { ...body };
    if ((asArray(body['output'])?.length ?? 0) === 0) this.#body['output'] = this.#items;
    return true;
  }

  /** Until the end it is all that is told of what the tools cost. */
  #itemEnded(value: unknown): boolean {
    const item = toolItemOf(value);
    if (item === undefined) return false;
    if (this.#items.length < MAX_ITEMS) this.#items.push(item);
    this.#body = { ...this.#body, object: 'response', output: this.#items };
    return true;
  }

  /** May come a second time, and then corrects the first. Its output is a placeholder. */
  #messageStarted(message: Dictionary | undefined): boolean {
    if (message === undefined) return false;
    const { output_tokens: _, ...usage } = asDictionary(message['usage']) ?? {};
    this.#body = { ...this.#body, ...message, usage: mergeUsage(this.#usage, usage) };
    this.#body['content'] ??= [];
    return true;
  }

  get #usage(): Dictionary | undefined {
    return asDictionary(this.#body?.['usage']);
  }

  #blockStarted(block: Dictionary | undefined): boolean {
    const body = this.#body;
    if (block === undefined || body === undefined) return false;
    body['content'] = [...(asArray(body['content']) ?? []), block];
    if (block['type'] !== 'fallback') return true;
    // Another model takes over from here, and the answer is billed at its rates.
    body['model'] = asDictionary(block['to'])?.['model'] ?? body['model'];
    return true;
  }

  /** Each count is the sum so far, the input's too. */
  #messageChanged({ delta, usage }: Dictionary): boolean {
    const body = (this.#body ??= {});
    body['stop_reason'] = asDictionary(delta)?.['stop_reason'] ?? body['stop_reason'];
    body['usage'] = mergeUsage(this.#usage, asDictionary(usage) ?? {});
    return true;
  }

  #cohereEnded({ id, delta }: Dictionary): boolean {
    const { usage, finish_reason } = asDictionary(delta) ?? {};
    this.#body = { id, ...this.#body, usage, finish_reason };
    return true;
  }

  /** Each chunk is an answer of its own, whose counts are sums so far. */
  #geminiChunk({ candidates, usageMetadata, ...about }: Dictionary): boolean {
    const before = this.#body;
    const usage = asDictionary(usageMetadata);
    const usageBefore = asDictionary(before?.['usageMetadata']);
    this.#body = {
      ...before,
      ...about,
      usageMetadata: usage === undefined ? usageBefore : mergeUsage(usageBefore, usage),
      candidates: joined(asArray(before?.['candidates']), asArray(candidates), joinedCandidate),
    };
    return true;
  }

  #completionChunk({ choices, usage, x_groq, ...about }: Dictionary): boolean {
    const before = this.#body;
    // Groq and Moonshot have the usage in places of their own.
    const [first] = (asArray(choices) ?? []).map(asDictionary);
    const counted =
      asDictionary(usage) ??
      asDictionary(asDictionary(x_groq)?.['usage']) ??
      asDictionary(first?.['usage']);
    this.#body = {
      ...before,
      // Azure's first chunk has an empty model.
      ...named(about),
      usage: counted ?? before?.['usage'],
      choices: joined(asArray(before?.['choices']), asArray(choices), joinedChoice),
    };
    return true;
  }

  #converseEvent({ messageStop, metadata }: Dictionary): boolean {
    const { stopReason } = asDictionary(messageStop) ?? {};
    this.#body = { ...this.#body, ...asDictionary(metadata) };
    this.#body['stopReason'] ??= stopReason;
    return true;
  }
}

/** Without fields that say nothing, which must not take the place of what was said. */
function named(fields: Dictionary): Dictionary {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== undefined && value !== null && value !== '',
    ),
  );
}

type Join = (before: Dictionary | undefined, chunk: Dictionary) => Dictionary;

/** Choices by their index. */
function joined(
  before: readonly unknown[] | undefined,
  chunk: readonly unknown[] | undefined,
  join: Join,
): readonly unknown[] | undefined {
  if (chunk === undefined) return before;
  const all = [...(before ?? [])];
  for (const [position, value] of chunk.entries()) {
    const choice = asDictionary(value);
    if (choice === undefined) continue;
    const index = typeof choice['index'] === 'number' ? choice['index'] : position;
    if (index >= MAX_CHOICES) continue;
    while (all.length < index) all.push({});
    all[index] = join(asDictionary(all[index]), choice);
  }
  return all;
}

function joinedChoice(before: Dictionary | undefined, chunk: Dictionary): Dictionary {
  const { delta } = chunk;
  const { content: _, ...said } = asDictionary(delta) ?? {};
  return {
    ...before,
    finish_reason: chunk['finish_reason'] ?? before?.['finish_reason'],
    message: { ...asDictionary(before?.['message']), ...named(said) },
  };
}

/** Parts tell of tools but for what was said; of two groundings the one with more queries counts. */
function joinedCandidate(before: Dictionary | undefined, chunk: Dictionary): Dictionary {
  const { content, ...about } = chunk;
  const parts = (asArray(asDictionary(content)?.['parts']) ?? []).filter((part) => {
    const { text, inlineData } = asDictionary(part) ?? {};
    return text === undefined && inlineData === undefined;
  });
  const partsBefore = asArray(asDictionary(before?.['content'])?.['parts']) ?? [];
  const grounding = moreQueries(before?.['groundingMetadata'], about['groundingMetadata']);
  return {
    ...before,
    ...named(about),
    ...(grounding !== undefined && { groundingMetadata: grounding }),
    content: { parts: [...partsBefore, ...parts] },
  };
}

function moreQueries(before: unknown, now: unknown): unknown {
  return before === undefined || queriesIn(now) >= queriesIn(before) ? (now ?? before) : before;
}

function queriesIn(grounding: unknown): number {
  return asArray(asDictionary(grounding)?.['webSearchQueries'])?.length ?? 0;
}
