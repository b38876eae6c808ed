import { instrumentPlainClient, patchPlainSdk } from '../core/plain/plain-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { ollamaSdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** The official `ollama` package. */
export const ollama: SdkInstrumentation = {
  ...packages[0],
  patch: (sdk) => patchPlainSdk(ollamaSdk, sdk),
  instrumentClient: (client) => instrumentPlainClient(ollamaSdk, client),
};
