import { endpointOf } from '../core/call/endpoint.ts';
import type { CallShape } from '../core/call/shape.ts';
import type { CallEndpoint } from '../core/call/start-call.ts';
import type { PlainMethod, PlainSdk } from '../core/plain/plain-sdk.ts';
import { gatewayOf } from '../../providers/gateways.ts';
import { asDictionary } from '../../providers/read.ts';
import { chat, embed, prompt, text } from './shapes.ts';
import { packages } from './metadata.ts';

const GATEWAY = gatewayOf('api.portkey.ai');

/** Whether it is Portkey's own or runs with the application, it is told whom to ask in one way. */
function clientEndpoint(resource: unknown): CallEndpoint {
  const endpoint = endpointOf(asDictionary(asDictionary(resource)?.['client'])?.['baseURL']);
  return endpoint.isKnown
    ? { ...endpoint, provider: endpoint.provider ?? 'portkey' }
    : { ...endpoint, provider: 'portkey', gateway: GATEWAY };
}

function create(path: string, shape: CallShape): PlainMethod {
  return { classPath: ['Portkey'], resourcePath: path.split('.'), method: 'create', shape };
}

/**
 * The methods by which `portkey-ai` asks models itself. Images, audio, responses and the rest it
 * asks for by a client of the `openai` package.
 */
export const portkeySdk: PlainSdk = {
  packageName: packages[0].packageName,
  endpointOf: clientEndpoint,
  isClient: (client) => 'portkeyHeaders' in client && 'chat' in client,
  methods: [
    create('chat.completions', chat),
    create('completions', text),
    create('embeddings', embed),
    create('prompts.completions', prompt),
  ],
};
