import { type Dictionary, asDictionary } from '../../../providers/read.ts';
import { StreamedAnswer } from '../../../providers/usage/streamed-answer.ts';
import { guarded } from '../guard.ts';
import { headerOf } from '../sdk-values.ts';
import { EventStreamReader } from './event-stream-reader.ts';
import { readAlong } from './read-along.ts';

type Fetch = typeof fetch;

/** More than any answer but those with pictures, of which no more is kept than the framework has itself. */
const LONGEST = 32_000_000;

/**
 * What a provider itself answered, heard as a framework's model reads it. Frameworks hand on less:
 * they drop hosted tools, tiers and counts that their version does not know.
 */
export class HeardAnswer {
  readonly #pieces: Uint8Array[] = [];
  readonly #streamed = new StreamedAnswer();
  #bytes = 0;

  constructor(response: Response, changed: (answer: HeardAnswer) => void) {
    const { body } = response;
    if (!(body instanceof ReadableStream) || body.locked) return;
    const type = headerOf(response, 'content-type') ?? '';
    if (type.includes('text/event-stream')) {
      const events = new EventStreamReader(
        (event) => {
          if (this.#streamed.add(event)) guarded('hear-answer', () => changed(this), undefined);
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
const TEXT =
  /^\{"type":"(?:content_block_delta|content-delta|response\.[\w.]+\.(?:delta|partial_image))"/;
const CHOICE_GOES_ON = /"finish_reason":\s?null/;
const COUNTS = /"usage":\s?\{|"x_groq"|"annotations"|"executed_tools"|"\$web_search"|"error"/;

function maySayMore(data: string): boolean {
  if (TEXT.test(data)) return false;
  return !CHOICE_GOES_ON.test(data) || COUNTS.test(data);
}

const watched = new WeakSet<object>();

/**
 * Hears what is answered to `holder.fetch` from now on. `listener` says, when an answer begins to
 * arrive, who hears of it: at once and whenever more of a stream is known.
 */
export function hearAnswers(
  holder: object,
  listener: () => ((answer: HeardAnswer) => void) | undefined,
): void {
  if (watched.has(holder)) return;
  watched.add(holder);
  const given: unknown = Reflect.get(holder, 'fetch');
  if (given !== undefined && typeof given !== 'function') return;
  const hearing: Fetch = (...request) => {
    const answered =
      given === undefined
        ? globalThis.fetch(...request)
        : (given.apply(holder, request) as Promise<Response>);
    const heard = guarded('hear-answer', listener, undefined);
    if (heard === undefined || !(answered instanceof Promise)) return answered;
    return answered.then((response) => {
      guarded('hear-answer', () => hear(response, heard), undefined);
      return response;
    });
  };
  Reflect.set(holder, 'fetch', hearing);
}

function hear(response: Response, heard: (answer: HeardAnswer) => void): void {
  if (response.ok) heard(new HeardAnswer(response, heard));
}
