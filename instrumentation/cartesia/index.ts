import { instrumentGeneratedClient, patchGeneratedSdk } from '../core/stainless/generated-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { cartesiaSdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** The official `@cartesia/cartesia-js` package. */
export const cartesia: SdkInstrumentation = {
  ...packages[0],
  patch: (sdk) => patchGeneratedSdk(cartesiaSdk, sdk),
  instrumentClient: (client) => instrumentGeneratedClient(cartesiaSdk, client),
};
