import { guarded } from '../core/guard.ts';
import { dig } from '../core/patch.ts';
import type { LoadedSdk, PatchReport, SdkInstrumentation } from '../core/sdk.ts';
import { patchGraphs } from './graph.ts';
import { patchModels } from './models.ts';
import { patchTools } from './tools.ts';
import { packages } from './metadata.ts';

type Patch = (prototype: object) => boolean;

/** Classes by the name they are exported with, each from a module of its own. */
const CORE: readonly (readonly [string, Patch])[] = [
  ['StructuredTool', patchTools],
  ['BaseChatModel', patchModels],
  ['BaseLLM', patchModels],
];
const GRAPH: readonly (readonly [string, Patch])[] = [['Pregel', patchGraphs]];

function patchClasses(loaded: LoadedSdk, classes: typeof CORE): PatchReport {
  const { packageName, version, path, format } = loaded;
  const patched = guarded(
    'patch',
    () =>
      classes
        .filter(([name, patch]) => {
          const prototype = dig(loaded.moduleExports, [name, 'prototype']);
          return typeof prototype === 'object' && prototype !== null && patch(prototype);
        })
        .map(([name]) => name),
    [],
  );
  return { packageName, version, path, format, patched, notes: [] };
}

export const langchainCore: SdkInstrumentation = {
  ...packages[0],
  patch: (loaded) => patchClasses(loaded, CORE),
  instrumentClient: () => false,
};

export const langgraph: SdkInstrumentation = {
  ...packages[1],
  patch: (loaded) => patchClasses(loaded, GRAPH),
  instrumentClient: () => false,
};
