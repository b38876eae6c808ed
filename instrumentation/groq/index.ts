import { instrumentGeneratedClient, patchGeneratedSdk } from '../core/stainless/generated-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { groqSdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** The official `groq-sdk` package. */
export const groq: SdkInstrumentation = {
  ...packages[0],
  patch: (sdk) => patchGeneratedSdk(groqSdk, sdk),
  instrumentClient: (client) => instrumentGeneratedClient(groqSdk, client),
};
