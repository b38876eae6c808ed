import type { SdkMetadata } from '../core/sdk.ts';

/** The official package. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: 'assemblyai',
    testedVersions: '4.18 to 4.41',
    covers: ['transcripts', 'synchronous transcription', 'LLM gateway', 'LeMUR'],
  },
];
