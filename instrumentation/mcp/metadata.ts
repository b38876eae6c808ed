import type { SdkMetadata } from '../core/sdk.ts';

/** The Model Context Protocol, whose clients and servers are one class. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: '@modelcontextprotocol/sdk',
    testedVersions: '1',
    covers: ['tools, prompts and resources, of clients and servers'],
    modules: ['dist/esm/shared/protocol.js', 'dist/cjs/shared/protocol.js'],
  },
];
