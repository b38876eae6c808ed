import type { SdkMetadata } from '../core/sdk.ts';

/** LangChain and LangGraph, whose classes stand in modules of their own. */
export const packages: readonly [SdkMetadata, SdkMetadata] = [
  {
    packageName: '@langchain/core',
    // `core` is in half of all paths.
    pathWord: 'langchain',
    testedVersions: '0.3 to 1',
    covers: ['tools', 'models whose SDK is not watched'],
    modules: [
      'dist/tools/index.js',
      'dist/tools/index.cjs',
      'dist/language_models/chat_models.js',
      'dist/language_models/chat_models.cjs',
      'dist/language_models/llms.js',
      'dist/language_models/llms.cjs',
    ],
  },
  {
    packageName: '@langchain/langgraph',
    testedVersions: '1',
    covers: ['agents', 'workflows'],
    modules: ['dist/pregel/index.js', 'dist/pregel/index.cjs'],
  },
];
