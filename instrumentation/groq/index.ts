import { instrumentGeneratedClient, patchGeneratedSdk } from '../core/stainless/generated-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { groqSdk } from './instrumentation.ts';

/** The official `groq-sdk` package. */
export const groq: SdkInstrumentation = {
  packageName: groqSdk.packageName,
  testedVersions: '0 to 1',
  covers: ['chat completions', 'embeddings', 'audio'],
  patch: (sdk) => patchGeneratedSdk(groqSdk, sdk),
  instrumentClient: (client) => instrumentGeneratedClient(groqSdk, client),
};
