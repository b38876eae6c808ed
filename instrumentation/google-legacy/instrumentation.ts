import type { CallRecord } from '../core/call/call-record.ts';
import { endpointOf } from '../core/call/endpoint.ts';
import { readGenerateResponse, readStreamChunk } from '../core/gemini-wire/response.ts';
import { embeds, generates } from '../core/gemini-wire/shapes.ts';
import { guarded } from '../core/guard.ts';
import { type Method, wrapMethod } from '../core/patch.ts';
import { type PlainMethod, type PlainSdk, instrumentPlainClient } from '../core/plain/plain-sdk.ts';
import { asDictionary, asString } from '../../providers/read.ts';
import type { CallShape } from '../core/call/shape.ts';
import type { CallEndpoint } from '../core/call/start-call.ts';
import { chatText, modelOf, modelText, readChatRequest, readModelRequest } from './request.ts';
import { markLegacyChangeable, rewriteLegacyRequest, rewriteLegacyTarget } from './rewrite.ts';
import { packages } from './metadata.ts';

/** Answers stand in `response`; a stream's is a promise of all of it, read whoever reads the stream. */
const content: CallShape = {
  ...generates,
  requestedModel: modelOf,
  readRequest: readModelRequest,
  readResponse(record: CallRecord, result: unknown) {
    const whole = asDictionary(result)?.['response'] ?? result;
    record.outputCharacters = 0;
    readGenerateResponse(record, whole);
  },
  readChunk: readStreamChunk,
  streamOf: (result) => asDictionary(result)?.['stream'],
  wholeField: 'response',
  markChangeable: markLegacyChangeable,
  rewrite: rewriteLegacyRequest,
  rewriteTarget: rewriteLegacyTarget,
  sentFields: modelText,
  requestText: modelText,
};

const contentStream: CallShape = {
  ...content,
  readRequest(record, args, target) {
    record.call.stream = true;
    readModelRequest(record, args, target);
  },
};

const message: CallShape = {
  ...content,
  readRequest: readChatRequest,
  sentFields: chatText,
  requestText: chatText,
};

const messageStream: CallShape = {
  ...message,
  readRequest(record, args, target) {
    record.call.stream = true;
    readChatRequest(record, args, target);
  },
};

const embeddings: CallShape = {
  ...embeds,
  requestedModel: modelOf,
  readRequest: () => undefined,
  requestText: (args) => args[0],
};

function ofClass(name: string, method: string, shape: CallShape): PlainMethod {
  return { classPath: [name], clientPath: [], method, shape };
}

function ofModel(name: string): readonly PlainMethod[] {
  return [
    ofClass(name, 'generateContent', content),
    ofClass(name, 'generateContentStream', contentStream),
  ];
}

function ofChat(name: string): readonly PlainMethod[] {
  return [ofClass(name, 'sendMessage', message), ofClass(name, 'sendMessageStream', messageStream)];
}

function isModelOrChat(client: object): boolean {
  return 'generateContentStream' in client || 'sendMessageStream' in client;
}

/** Google's first SDK for the Gemini API. */
export const generativeAiSdk: PlainSdk = {
  packageName: packages[0].packageName,
  endpointOf(target): CallEndpoint {
    const options = asDictionary(asDictionary(target)?.['_requestOptions']);
    const url = asString(options?.['baseUrl']) ?? 'https://generativelanguage.googleapis.com';
    const endpoint = endpointOf(url);
    return { ...endpoint, provider: endpoint.provider ?? 'gcp.gemini' };
  },
  isClient: isModelOrChat,
  methods: [
    ...ofModel('GenerativeModel'),
    ...ofChat('ChatSession'),
    ofClass('GenerativeModel', 'embedContent', embeddings),
    ofClass('GenerativeModel', 'batchEmbedContents', embeddings),
  ],
};

/** Google's first SDK for Vertex AI. */
export const vertexAiSdk: PlainSdk = {
  packageName: packages[1].packageName,
  endpointOf(target): CallEndpoint {
    const fields = asDictionary(target);
    const location = asString(fields?.['location']);
    const host =
      asString(fields?.['apiEndpoint']) ??
      (location === undefined ? undefined : `${location}-aiplatform.googleapis.com`);
    const endpoint = endpointOf(host === undefined ? undefined : `https://${host}`);
    return { ...endpoint, provider: endpoint.provider ?? 'gcp.vertex_ai', place: location };
  },
  isClient: isModelOrChat,
  methods: [
    ...ofModel('GenerativeModel'),
    ...ofModel('GenerativeModelPreview'),
    ...ofChat('ChatSession'),
    ...ofChat('ChatSessionPreview'),
  ],
};

const MAKERS = ['getGenerativeModel', 'getGenerativeModelFromCachedContent', 'startChat'] as const;

/** Watches a client, a model or a chat, and what they make. */
export function instrumentLegacyClient(sdk: PlainSdk, client: object): boolean {
  return guarded(
    'instrument-client',
    () => {
      const watched = instrumentPlainClient(sdk, client);
      let makes = false;
      for (const name of MAKERS) {
        if (!(name in client)) continue;
        makes = true;
        wrapMethod(client, name, (original) => watchMade(sdk, original));
      }
      const { preview } = client as { readonly preview?: unknown };
      if (makes && typeof preview === 'object' && preview !== null) {
        instrumentLegacyClient(sdk, preview);
      }
      return watched || makes;
    },
    false,
  );
}

function watchMade(sdk: PlainSdk, original: Method): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    const made: unknown = original.apply(this, args);
    if (typeof made === 'object' && made !== null) instrumentLegacyClient(sdk, made);
    return made;
  };
}
