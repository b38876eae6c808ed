import { type Dictionary, asDictionary } from '../../../providers/read.ts';
import type { SessionMessage } from './watched-session.ts';

/** Types, ids and lanes stand within this many characters; what is after them may be a long audio. */
const HEAD = 512;

/** A message of text, as the global `WebSocket` hands it out and applications send it. */
class TextMessage implements SessionMessage {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get length(): number {
    return this.#text.length;
  }

  get head(): string {
    return this.#text.slice(0, HEAD);
  }

  includes(text: string): boolean {
    return this.#text.includes(text);
  }

  json(): Dictionary | undefined {
    return parsed(this.#text);
  }
}

/** The same as bytes, which `ws` hands out and some providers send. */
class BinaryMessage implements SessionMessage {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get length(): number {
    return this.#bytes.length;
  }

  get head(): string {
    return this.#bytes.toString('latin1', 0, HEAD);
  }

  includes(text: string): boolean {
    return this.#bytes.includes(text);
  }

  json(): Dictionary | undefined {
    return parsed(this.#bytes.toString());
  }
}

function parsed(text: string): Dictionary | undefined {
  try {
    return asDictionary(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** What was sent or has come, whatever holds it; `undefined` for what can only be read later. */
export function messageOf(data: unknown): SessionMessage | undefined {
  if (typeof data === 'string') return new TextMessage(data);
  if (Buffer.isBuffer(data)) return new BinaryMessage(data);
  if (data instanceof ArrayBuffer) return new BinaryMessage(Buffer.from(data));
  if (ArrayBuffer.isView(data)) {
    return new BinaryMessage(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  }
  // `ws` with `binaryType` of `fragments`.
  if (Array.isArray(data) && data.every((part) => Buffer.isBuffer(part))) {
    return new BinaryMessage(Buffer.concat(data));
  }
  return undefined;
}

const TYPE = /"type"\s*:\s*"([^"\\]{1,128})"/;

/** The `type` of a message, if it stands where it can be seen without reading the whole. */
export function typeOf({ head }: SessionMessage): string | undefined {
  return TYPE.exec(head)?.[1];
}
