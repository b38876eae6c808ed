import type { SdkInstrumentation } from '../core/sdk.ts';
import { instrumentSpeakeasyClient, patchSpeakeasySdk } from '../core/speakeasy/speakeasy-sdk.ts';
import { mistralSdk } from './instrumentation.ts';

/** The official `@mistralai/mistralai` package. */
export const mistral: SdkInstrumentation = {
  packageName: mistralSdk.packageName,
  testedVersions: '1 to 2',
  covers: [
    'chat',
    'agents',
    'conversations',
    'fill-in-the-middle',
    'embeddings',
    'OCR',
    'audio',
    'moderations',
  ],
  patch: (sdk) => patchSpeakeasySdk(mistralSdk, sdk),
  instrumentClient: (client) => instrumentSpeakeasyClient(mistralSdk, client),
};
