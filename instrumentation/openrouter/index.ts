import type { SdkInstrumentation } from '../core/sdk.ts';
import { instrumentSpeakeasyClient, patchSpeakeasySdk } from '../core/speakeasy/speakeasy-sdk.ts';
import { openRouterSdk } from './instrumentation.ts';

/** The official `@openrouter/sdk` package. */
export const openRouter: SdkInstrumentation = {
  packageName: openRouterSdk.packageName,
  testedVersions: '0 to 1',
  covers: ['chat', 'responses', 'callModel', 'embeddings', 'rerank', 'images', 'audio'],
  patch: (sdk) => patchSpeakeasySdk(openRouterSdk, sdk),
  instrumentClient: (client) => instrumentSpeakeasyClient(openRouterSdk, client),
};
