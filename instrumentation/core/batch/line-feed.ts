/** Longest line that is kept, in characters: an answer with several images in it. */
const LONGEST_LINE = 64 * 1024 * 1024;

/** Told of each line, and of each that could not be read. */
export interface LineListener {
  /** The value of one line. */
  line(value: unknown): void;
  /** A line was cut off, broken or too long. */
  broken(): void;
}

/** Reads lines of JSON out of text or bytes that are cut anywhere; keeps no more than the last line. */
export class LineFeed {
  readonly #listener: LineListener;
  readonly #decoder = new TextDecoder();
  #pending: string[] = [];
  #length = 0;
  #isSkipping = false;

  constructor(listener: LineListener) {
    this.#listener = listener;
  }

  write(piece: Uint8Array | string): void {
    const text = typeof piece === 'string' ? piece : this.#decoder.decode(piece, { stream: true });
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#keep(text.slice(start, end));
      this.#complete();
      start = end + 1;
    }
    if (start < text.length) this.#keep(text.slice(start));
  }

  /** Ends a line that lacks its break: what is kept is JSON as it stands. */
  endLine(): void {
    if (this.#length === 0 || this.#isSkipping || !isJson(this.#pending.join(''))) return;
    this.#complete();
  }

  /** The last line needs no line break, unless the text broke off within it. */
  end(isWhole: boolean): void {
    const rest = this.#decoder.decode();
    if (rest !== '') this.#keep(rest);
    if (isWhole) this.#complete();
    else this.endLine();
    this.#clear();
  }

  #keep(part: string): void {
    if (this.#isSkipping) return;
    this.#length += part.length;
    if (this.#length <= LONGEST_LINE) {
      this.#pending.push(part);
      return;
    }
    this.#clear();
    this.#isSkipping = true;
  }

  #complete(): void {
    const line = this.#pending.length === 1 ? this.#pending[0]! : this.#pending.join('');
    const wasSkipped = this.#isSkipping;
    this.#clear();
    if (wasSkipped) {
      this.#listener.broken();
      return;
    }
    if (line.trim() === '') return;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      this.#listener.broken();
      return;
    }
    this.#listener.line(value);
  }

  #clear(): void {
    this.#pending = [];
    this.#length = 0;
    this.#isSkipping = false;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
