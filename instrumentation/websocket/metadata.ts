import type { SdkMetadata } from '../core/sdk.ts';

/**
 * The sockets that SDKs, frameworks and applications open to providers. What is watched is what goes
 * over them, in the providers' wire formats, whoever opened them.
 */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: 'ws',
    testedVersions: '8',
    covers: [
      'OpenAI Realtime',
      'OpenAI Live',
      'Responses over WebSocket',
      'Gemini Live',
      "the same by Node's own `WebSocket`",
    ],
    modules: ['lib/websocket.js'],
    isTransport: true,
  },
];
