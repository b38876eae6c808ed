import { endpointOf } from '../core/call/endpoint.ts';
import type { CallShape } from '../core/call/shape.ts';
import type { CallEndpoint } from '../core/call/start-call.ts';
import { dig } from '../core/patch.ts';
import type { PlainMethod, PlainSdk } from '../core/plain/plain-sdk.ts';
import { chat, embed, forecast, generate, rerank } from './shapes.ts';
import { packages } from './metadata.ts';

const METHODS: Readonly<Record<string, CallShape>> = {
  textChat: chat,
  textChatStream: chat,
  generateText: generate,
  generateTextStream: generate,
  embedText: embed,
  textRerank: rerank,
  timeSeriesForecast: forecast,
  deploymentsTextChat: chat,
  deploymentsTextChatStream: chat,
  deploymentGenerateText: generate,
  deploymentGenerateTextStream: generate,
  deploymentsTimeSeriesForecast: forecast,
};

function clientEndpoint(client: unknown): CallEndpoint {
  const endpoint = endpointOf(dig(client, ['baseOptions', 'serviceUrl']));
  return { ...endpoint, provider: endpoint.provider ?? 'ibm.watsonx.ai' };
}

/** The methods of `@ibm-cloud/watsonx-ai` that reach a model. */
export const watsonxSdk: PlainSdk = {
  packageName: packages[0].packageName,
  endpointOf: clientEndpoint,
  isClient: (client) => 'textChatStream' in client && 'embedText' in client,
  methods: Object.entries(METHODS).map(([method, shape]): PlainMethod => ({
    classPath: ['WatsonXAI'],
    method,
    shape,
  })),
};
