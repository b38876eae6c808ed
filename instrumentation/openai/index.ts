import { instrumentGeneratedClient, patchGeneratedSdk } from '../core/stainless/generated-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { openaiSdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** The official `openai` package, and through its `baseURL` every OpenAI-compatible server. */
export const openai: SdkInstrumentation = {
  ...packages[0],
  patch: (sdk) => patchGeneratedSdk(openaiSdk, sdk),
  instrumentClient: (client) => instrumentGeneratedClient(openaiSdk, client),
};
