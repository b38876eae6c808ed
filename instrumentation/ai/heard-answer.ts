import { context } from '@opentelemetry/api';
import { type Dictionary, asDictionary } from '../../providers/read.ts';
import { StreamedAnswer } from '../../providers/usage/streamed-answer.ts';
import { EventStreamReader } from '../core/answer/event-stream-reader.ts';
import { readAlong } from '../core/answer/read-along.ts';
import { callOf } from '../core/call/call-context.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { guarded } from '../core/guard.ts';
import { headerOf } from '../core/sdk-values.ts';

type Fetch = typeof fetch;

/** More than any answer but those with pictures, of which no more is kept than the SDK has itself. */
const LONGEST = 32_000_000;

/**
 * What the provider itself answered, heard as the SDK's model reads it. The SDK hands on less: of
 * a stream it drops hosted tools, tiers and counts that its version does not know.
 */
export class HeardAnswer {
  readonly #pieces: Uint8Array[] = [];
  readonly #streamed = new StreamedAnswer();
  #bytes = 0;

  constructor(response: Response, changed: () => void) {
    const { body } = response;
    if (!(body instanceof ReadableStream) || body.locked) return;
    const type = headerOf(response, 'content-type') ?? '';
    if (type.includes('text/event-stream')) {
      const events = new EventStreamReader(
        (event) => {
          if (this.#streamed.add(event)) changed();
        },
        { wants: maySayMore, longest: LONGEST },
      );
      readAlong(body, (bytes) => events.write(bytes));
    } else if (type.includes('json')) {
      readAlong(body, (bytes) => this.#keep(bytes));
    }
  }

  #keep(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#bytes <= LONGEST) this.#pieces.push(bytes);
    else this.#pieces.length = 0;
  }

  /** What a stream has told so far, in the shape of a whole answer. */
  get streamed(): Dictionary | undefined {
    return this.#streamed.body;
  }

  /** The whole answer. */
  get body(): Dictionary | undefined {
    if (this.#pieces.length === 0) return this.#streamed.body;
    const text = Buffer.concat(this.#pieces).toString();
    return asDictionary(guarded('read-body', () => JSON.parse(text) as unknown, undefined));
  }
}

/** What is nothing but a piece of the text: most events, which need not be parsed once more. */
const TEXT = /^\{"type":"(?:content_block_delta|content-delta|response\.[\w.]+\.delta)"/;
const CHOICE_GOES_ON = /"finish_reason":\s?null/;
const COUNTS = /"usage":\s?\{|"x_groq"|"annotations"|"executed_tools"|"\$web_search"|"error"/;

function maySayMore(data: string): boolean {
  if (TEXT.test(data)) return false;
  return !CHOICE_GOES_ON.test(data) || COUNTS.test(data);
}

const watched = new WeakSet<object>();

/**
 * Hears the answers to what a language model sends from now on, by the `fetch` of its configuration.
 * `heard` is called with the call that an answer is of, at once and whenever more of a stream is known.
 */
export function hearAnswers(
  model: object,
  heard: (record: CallRecord, answer: HeardAnswer) => void,
): void {
  const config = asDictionary(Reflect.get(model, 'config'));
  if (config === undefined || watched.has(config)) return;
  watched.add(config);
  const given = config['fetch'];
  if (given !== undefined && typeof given !== 'function') return;
  const send: Fetch = (...request) =>
    given === undefined ? globalThis.fetch(...request) : (given as Fetch)(...request);
  const hearing: Fetch = (...request) => {
    const answered = send(...request);
    const record = callOf(context.active());
    if (record === undefined || !(answered instanceof Promise)) return answered;
    return answered.then((response) => {
      guarded('hear-answer', () => hear(response, record, heard), undefined);
      return response;
    });
  };
  Reflect.set(config, 'fetch', hearing);
}

function hear(
  response: Response,
  record: CallRecord,
  heard: (record: CallRecord, answer: HeardAnswer) => void,
): void {
  if (!response.ok) return;
  const answer = new HeardAnswer(response, () => {
    guarded('hear-answer', () => heard(record, answer), undefined);
  });
  heard(record, answer);
}
