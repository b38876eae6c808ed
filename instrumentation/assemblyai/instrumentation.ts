import { endpointOf } from '../core/call/endpoint.ts';
import type { CallShape } from '../core/call/shape.ts';
import type { CallEndpoint } from '../core/call/start-call.ts';
import { dig } from '../core/patch.ts';
import type { PlainHelper, PlainMethod, PlainSdk } from '../core/plain/plain-sdk.ts';
import { gatewayChat, lemur, liveTranscript, transcript, understanding } from './shapes.ts';
import { seesTranscripts } from './transcripts.ts';
import { packages } from './metadata.ts';

function serviceEndpoint(owner: unknown): CallEndpoint {
  const endpoint = endpointOf(dig(owner, ['params', 'baseUrl']));
  return { ...endpoint, provider: endpoint.provider ?? 'assemblyai' };
}

function service(
  className: string,
  field: string,
  table: Readonly<Record<string, CallShape>>,
): PlainMethod[] {
  const place = { classPath: [className], clientPath: [field] };
  return Object.entries(table).map(([method, shape]) => ({ ...place, method, shape }));
}

const FETCHING: PlainHelper = {
  classPath: ['TranscriptService'],
  clientPath: ['transcripts'],
  method: 'get',
  wrap: seesTranscripts,
};

/**
 * The methods of `assemblyai` that are billed, but for what goes through its sockets. `transcribe`
 * submits a transcript and asks for it until it is done.
 */
export const assemblyAiSdk: PlainSdk = {
  packageName: packages[0].packageName,
  endpointOf: serviceEndpoint,
  isClient: (client) => 'transcripts' in client && 'realtime' in client,
  methods: [
    ...service('TranscriptService', 'transcripts', { submit: transcript, create: transcript }),
    // All the ways to send audio as it comes end in this method.
    ...service('SyncTranscriber', 'sync', { postLive: liveTranscript }),
    ...service('DictationTranscriber', 'dictation', { postLive: liveTranscript }),
    ...service('LlmGatewayService', 'llmGateway', {
      chatCompletions: gatewayChat,
      understanding,
    }),
    ...service('LemurService', 'lemur', {
      task: lemur,
      summary: lemur,
      questionAnswer: lemur,
      actionItems: lemur,
    }),
  ],
  helpers: [FETCHING],
};
