import { instrumentPlainClient, patchPlainSdk } from '../core/plain/plain-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { ollamaSdk } from './instrumentation.ts';

/** The official `ollama` package. */
export const ollama: SdkInstrumentation = {
  packageName: ollamaSdk.packageName,
  testedVersions: '0.5 to 0.6',
  covers: ['chat', 'generate', 'embed'],
  patch: (sdk) => patchPlainSdk(ollamaSdk, sdk),
  instrumentClient: (client) => instrumentPlainClient(ollamaSdk, client),
};
