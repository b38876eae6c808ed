/** A line longer than this is not waited for: its event is skipped, so that memory stays bounded. */
const MAX_PENDING = 1_000_000;

/**
 * Reads server-sent events with a JSON payload from bytes that are cut anywhere. Anything else is
 * passed over in silence: whoever reads the stream finds out for themselves.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class EventStreamReader {
  readonly #decoder = new TextDecoder();
  readonly #onEvent: (event: unknown) => void;
  #pending = '';
  #data = '';

  constructor(onEvent: (event: unknown) => void) {
    this.#onEvent = onEvent;
  }

  write(bytes: Uint8Array): void {
    const lines = (this.#pending + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#pending = lines.pop() ?? '';
    if (this.#pending.length > MAX_PENDING) this.#pending = '';
    for (const line of lines) this.#line(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  #line(line: string): void {
    if (line.startsWith('data:')) {
      if (this.#data.length < MAX_PENDING) this.#data += line.slice('data:'.length);
    } else if (line === '') {
      const data = this.#data.trim();
      this.#data = '';
      if (data.startsWith('{')) this.#dispatch(data);
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
