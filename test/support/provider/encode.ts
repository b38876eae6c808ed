import { encodeBedrockChunk, encodeConverseEvent } from './aws-event-stream.ts';
import type { Cut, Reply, StreamEvent } from './reply.ts';

/** How the stream of a path is framed. */
export type StreamFraming = 'sse' | 'sse-done' | 'lines' | 'aws' | 'aws-converse';

/** Ollama, and the first API of Cohere: a line of JSON for each event. */
const LINES = /\/api\/(chat|generate)$|\/v1\/(chat|generate)$/;

/** Completions end with `[DONE]`, as the second API of Cohere does; Bedrock and a few send no SSE. */
export function framingOf(path: string): StreamFraming {
  if (path.endsWith('/invoke-with-response-stream')) return 'aws';
  if (path.endsWith('/converse-stream')) return 'aws-converse';
  if (LINES.test(path)) return 'lines';
  return /\/completions$|\/v2\/chat$/.test(path) ? 'sse-done' : 'sse';
}

function sseText(event: StreamEvent): string {
  if (typeof event === 'string') return event;
  const type = (event as { type?: unknown }).type;
  const eventLine = typeof type === 'string' ? `event: ${type}\n` : '';
  return `${eventLine}data: ${JSON.stringify(event)}\n\n`;
}

function encodeEvent(event: StreamEvent, framing: StreamFraming, crlf: boolean): Buffer {
  if (framing === 'aws') return encodeBedrockChunk(event);
  if (framing === 'aws-converse') return encodeConverseEvent(event);
  const text =
    framing === 'lines' && typeof event !== 'string'
      ? `${JSON.stringify(event)}\n`
      : sseText(event);
  return Buffer.from(crlf ? text.replaceAll(/\r?\n/g, '\r\n') : text);
}

/** Byte offsets at which `bytes` is to be cut. */
function cutOffsets(bytes: Buffer, cut: Exclude<Cut, 'events' | 'none'>): number[] {
  if (Array.isArray(cut)) return [...cut].filter((at) => at > 0 && at < bytes.length);
  const offsets: number[] = [];
  for (let at = 1; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const insideCharacter = (byte & 0xc0) === 0x80;
    const betweenCrLf = byte === 0x0a && bytes[at - 1] === 0x0d;
    if (cut === 'bytes' || (cut === 'multibyte' ? insideCharacter : betweenCrLf)) offsets.push(at);
  }
  return offsets;
}

/** Cuts the pieces again; cuts never depend on where one piece ended. */
function cutBytes(pieces: readonly Buffer[], cut: Cut): Buffer[] {
  if (cut === 'events') return [...pieces];
  const whole = Buffer.concat(pieces);
  if (cut === 'none') return [whole];
  const cuts: Buffer[] = [];
  let from = 0;
  for (const at of [...cutOffsets(whole, cut), whole.length]) {
    if (at > from) cuts.push(whole.subarray(from, at));
    from = at;
  }
  return cuts;
}

/** A stream ready to be written: the pieces before the point where it stops, and those after. */
export interface EncodedStream {
  readonly before: readonly Buffer[];
  readonly after: readonly Buffer[];
  /** What happens between the two. */
  readonly ending: 'go on' | 'hang' | 'destroy';
}

function endingOf(reply: Reply): EncodedStream['ending'] {
  if (reply.destroyAfter !== undefined) return 'destroy';
  return reply.hangAfter === undefined ? 'go on' : 'hang';
}

export function encodeStream(reply: Reply, framing: StreamFraming): EncodedStream {
  const cut = reply.cut ?? 'events';
  const events: StreamEvent[] = [...(reply.sse ?? [])];
  if (framing === 'sse-done' && reply.missingDone !== true) events.push('data: [DONE]\n\n');
  const pieces = events.map((event) => encodeEvent(event, framing, cut === 'crlf'));
  const stop = reply.destroyAfter ?? reply.hangAfter ?? pieces.length;
  return {
    before: cutBytes(pieces.slice(0, stop), cut),
    after: cutBytes(pieces.slice(stop), cut),
    ending: endingOf(reply),
  };
}

/** The body of a reply that is no stream. */
export function encodeBody(reply: Reply): Buffer<ArrayBuffer> {
  if (reply.json !== undefined) return Buffer.from(JSON.stringify(reply.json));
  return Buffer.from(reply.bytes ?? reply.text ?? '');
}

const STREAM_TYPES = {
  sse: 'text/event-stream; charset=utf-8',
  'sse-done': 'text/event-stream; charset=utf-8',
  lines: 'application/x-ndjson',
  aws: 'application/vnd.amazon.eventstream',
  'aws-converse': 'application/vnd.amazon.eventstream',
} as const satisfies Record<StreamFraming, string>;

export function replyHeaders(reply: Reply, framing: StreamFraming): Record<string, string> {
  const type =
    reply.sse === undefined
      ? reply.bytes === undefined
        ? 'application/json'
        : 'application/octet-stream'
      : STREAM_TYPES[framing];
  return { 'content-type': type, ...reply.headers };
}
