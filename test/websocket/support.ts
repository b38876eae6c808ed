import { createRequire } from 'node:module';
import { once } from 'node:events';
import type { WebSocket as WsSocket } from 'ws';
import { ws } from '../../instrumentation/websocket/index.ts';
import type { Message } from '../support/socket-server.ts';

const require = createRequire(import.meta.url);

/** Watches the copy of `ws` that the SDKs of this repository load, as a module hook would. */
export function watchWs(): void {
  // The package exports the class as itself.
  const moduleExports: unknown = require('ws');
  ws.patch({ packageName: 'ws', version: '8', path: '/ws', format: 'commonjs', moduleExports });
}

/** A client of the SDK that tells by events, whichever major it is of. */
export interface Realtime {
  readonly socket: WsSocket & EventTarget;
  on(event: string, listener: (event: never) => void): unknown;
  send(event: Message): void;
  close(): void;
}

/** Settles with the next event of a kind. */
export async function nextEvent(realtime: Realtime, name: string): Promise<Message> {
  return new Promise((resolve) => {
    let isFirst = true;
    realtime.on(name, (event: Message) => {
      if (isFirst) resolve(event);
      isFirst = false;
    });
  });
}

/** Settles when the socket is open, of either kind. */
export async function opened(socket: WsSocket | EventTarget): Promise<void> {
  await once(socket as EventTarget, 'open');
}

/** Usage of a response with cached sound: of 1,000 tokens read, 600 are cached, 400 of them sound. */
export const USAGE = {
  total_tokens: 1150,
  input_tokens: 1000,
  output_tokens: 150,
  input_token_details: {
    text_tokens: 300,
    audio_tokens: 700,
    image_tokens: 0,
    cached_tokens: 600,
    cached_tokens_details: { text_tokens: 200, audio_tokens: 400, image_tokens: 0 },
  },
  output_token_details: { text_tokens: 30, audio_tokens: 120 },
} as const;

/** The events of one response, as the provider sends them. */
export function responseEvents(
  id: string,
  done: Message = { status: 'completed', usage: USAGE },
): Message[] {
  const about = { response_id: id, item_id: `item_${id}`, output_index: 0, content_index: 0 };
  return [
    { type: 'response.created', event_id: `e1_${id}`, response: { id, status: 'in_progress' } },
    { type: 'response.output_item.added', event_id: `e2_${id}`, response_id: id, item: {} },
    {
      type: 'response.output_audio.delta',
      event_id: `e3_${id}`,
      ...about,
      delta: 'AAAA'.repeat(800),
    },
    {
      type: 'response.output_audio_transcript.delta',
      event_id: `e4_${id}`,
      ...about,
      delta: 'Hello',
    },
    {
      type: 'response.done',
      event_id: `e5_${id}`,
      response: { object: 'realtime.response', id, conversation_id: 'conv_1', output: [], ...done },
    },
  ];
}
