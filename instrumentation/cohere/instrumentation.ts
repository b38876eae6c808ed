import { endpointOf } from '../core/call/endpoint.ts';
import { isWrapped } from '../core/patch.ts';
import type { PlainMethod, PlainSdk } from '../core/plain/plain-sdk.ts';
import { asDictionary } from '../../providers/read.ts';
import type { CallShape } from '../core/call/shape.ts';
import type { CallEndpoint } from '../core/call/start-call.ts';
import { BOTH, CURRENT, LEGACY } from './shapes.ts';
import { packages } from './metadata.ts';

type Place = Omit<PlainMethod, 'method' | 'shape'>;

function methods(place: Place, table: Readonly<Record<string, CallShape>>): PlainMethod[] {
  return Object.entries(table).map(([method, shape]) => ({ ...place, method, shape }));
}

/** Clients of Bedrock and SageMaker send by a fetcher of their own, wherever the region is. */
function clientEndpoint(client: unknown): CallEndpoint {
  const options = asDictionary(asDictionary(client)?.['_options']);
  if (typeof options?.['awsRegion'] === 'string') {
    return { provider: 'aws.bedrock', address: undefined, port: undefined, isKnown: true };
  }
  const given = options?.['baseUrl'] ?? options?.['environment'];
  const endpoint = endpointOf(typeof given === 'string' ? given : 'https://api.cohere.com');
  return { ...endpoint, provider: endpoint.provider ?? 'cohere' };
}

/** The methods of a client of the first API, and of the second one behind its `v2`. */
const CLIENT: readonly PlainMethod[] = [
  ...methods({ classPath: ['CohereClient'] }, LEGACY),
  ...methods({ classPath: ['CohereClient'], resourcePath: ['_v2'], clientPath: ['v2'] }, CURRENT),
];

/**
 * The methods of `cohere-ai` that reach a model. The classes within `CohereClientV2` are not
 * exported, so they are met when the first of them is made.
 */
export const cohereSdk: PlainSdk = {
  packageName: packages[0].packageName,
  endpointOf: clientEndpoint,
  isClient: (client) => 'v2' in client && 'chatStream' in client && '_options' in client,
  methods: [
    ...CLIENT,
    ...methods({ classPath: ['CohereClientV2'], resourcePath: ['clientV2'] }, CURRENT),
    ...methods({ classPath: ['CohereClientV2'], resourcePath: ['client'] }, LEGACY),
    // Of the package's own part for AWS, which may be the only one that is loaded.
    ...methods({ classPath: ['AwsClient'] }, LEGACY),
    ...methods({ classPath: ['AwsClientV2'], resourcePath: ['clientV2'] }, CURRENT),
    ...methods({ classPath: ['AwsClientV2'], resourcePath: ['client'] }, LEGACY),
  ],
};

/** One client of the first API. */
export const cohereClient: PlainSdk = { ...cohereSdk, methods: CLIENT };

/** One `CohereClientV2`, whose own methods are bound when it is made. */
export const cohereClientV2: PlainSdk = {
  ...cohereSdk,
  endpointOf: (client) => clientEndpoint(asDictionary(client)?.['clientV2']),
  isClient: (client) => 'clientV2' in client,
  methods: methods({ classPath: ['CohereClientV2'] }, BOTH),
};

/** Whether a `CohereClientV2` was made of classes that are watched, so that its methods are too. */
export function isMadeOfWatched(client: object): boolean {
  const within: unknown = Reflect.get(client, 'clientV2');
  return typeof within === 'object' && within !== null && isWrapped(within, 'chat');
}
