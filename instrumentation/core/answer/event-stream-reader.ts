/** A line longer than this is not waited for: its event is skipped, so that memory stays bounded. */
const MAX_PENDING = 1_000_000;

export interface EventChoice {
  /** Whether an event is to be parsed, by its text. Default: every one is. */
  readonly wants?: (data: string) => boolean;
  /** Characters of the longest line. */
  readonly longest?: number;
}

/**
 * Reads server-sent events with a JSON payload from bytes that are cut anywhere. Anything else is
 * passed over in silence: whoever reads the stream finds out for themselves.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class EventStreamReader {
  readonly #decoder = new TextDecoder();
  readonly #onEvent: (event: unknown) => void;
  readonly #wants: ((data: string) => boolean) | undefined;
  readonly #longest: number;
  #pending = '';
  #data = '';

  constructor(
    onEvent: (event: unknown) => void,
    { wants, longest = MAX_PENDING }: EventChoice = {},
  ) {
    this.#onEvent = onEvent;
    this.#wants = wants;
    this.#longest = longest;
  }

  write(bytes: Uint8Array): void {
    const lines = this.#decoder.decode(bytes, { stream: true }).split('\n');
    // Only what is new is looked through: a long line comes in many pieces.
    lines[0] = this.#pending + (lines[0] ?? '');
    this.#pending = lines.pop() ?? '';
    if (this.#pending.length > this.#longest) this.#pending = '';
    for (const line of lines) this.#line(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  #line(line: string): void {
    if (line.startsWith('data:')) {
      if (this.#data.length < this.#longest) this.#data += line.slice('data:'.length);
    } else if (line === '') {
      const data = this.#data.trim();
      this.#data = '';
      if (data.startsWith('{') && this.#wants?.(data) !== false) this.#dispatch(data);
    }
  }

  #dispatch(data: string): void {
    let event: unknown;
    try {
      event = JSON.parse(data);
    } catch {
      return;
    }
    this.#onEvent(event);
  }
}
