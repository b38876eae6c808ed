import { endpointOf } from '../core/call/endpoint.ts';
import { dig } from '../core/patch.ts';
import type { CallShape } from '../core/call/shape.ts';
import type { CallEndpoint } from '../core/call/start-call.ts';
import { fernEndpoint, fernMethods } from '../core/fern/fern-client.ts';
import type { PlainMethod, PlainSdk } from '../core/plain/plain-sdk.ts';
import { analysis, speech, transcription, transcriptionForCallback } from './shapes.ts';
import { packages } from './metadata.ts';

const HOME = 'https://api.deepgram.com';

/** Clients of version 4 keep the address among their options, whatever they inherit. */
function olderEndpoint(client: unknown): CallEndpoint {
  const endpoint = endpointOf(
    dig(client, ['options', 'global', 'fetch', 'options', 'url']) ?? HOME,
  );
  return { ...endpoint, provider: endpoint.provider ?? 'deepgram' };
}

const TRANSCRIBING = { transcribeUrl: transcription, transcribeFile: transcription };

function resource(path: string, table: Readonly<Record<string, CallShape>>): PlainMethod[] {
  const resourcePath = path.split('.');
  // The package exports both: the client with its own sockets, and the one beneath.
  return ['DeepgramClient', 'DefaultDeepgramClient'].flatMap((name) =>
    fernMethods({ classPath: [name], resourcePath }, table),
  );
}

/** Version 4 exports the classes of its resources; some of them are made anew by each getter. */
function olderResource(
  className: string,
  path: string,
  table: Readonly<Record<string, CallShape>>,
): PlainMethod[] {
  const place = { classPath: [className], clientPath: path.split('.') };
  return Object.entries(table).map(([method, shape]) => ({ ...place, method, shape }));
}

function isClient(client: object): boolean {
  return 'listen' in client && 'speak' in client && 'manage' in client;
}

/** The methods of `@deepgram/sdk` that are billed, but for what goes through its sockets. */
export const deepgramSdk: PlainSdk = {
  packageName: packages[0].packageName,
  endpointOf: (client) => fernEndpoint(client, 'deepgram', HOME),
  isClient: (client) => isClient(client) && '_options' in client,
  methods: [
    ...resource('listen.v1.media', TRANSCRIBING),
    ...resource('speak.v1.audio', { generate: speech }),
    ...resource('speak.v2.audio', { generate: speech }),
    ...resource('read.v1.text', { analyze: analysis }),
  ],
};

/** The same of version 4. */
export const olderDeepgramSdk: PlainSdk = {
  packageName: packages[0].packageName,
  endpointOf: olderEndpoint,
  isClient: (client) => isClient(client) && 'namespaceOptions' in client,
  methods: [
    ...olderResource('ListenRestClient', 'listen.prerecorded', {
      ...TRANSCRIBING,
      transcribeUrlCallback: transcriptionForCallback,
      transcribeFileCallback: transcriptionForCallback,
    }),
    ...olderResource('SpeakRestClient', 'speak', { request: speech }),
    ...olderResource('ReadRestClient', 'read', { analyzeText: analysis, analyzeUrl: analysis }),
  ],
};
