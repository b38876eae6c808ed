import { guarded } from '../core/guard.ts';
import { isWrapped, ownerOf, wrapMethod } from '../core/patch.ts';
import { asDictionary } from '../../providers/read.ts';
import type { LoadedSdk, PatchReport, SdkInstrumentation } from '../core/sdk.ts';
import { watchClient, watchRequest } from './watch-fetch.ts';
import { watchGlobalFetch } from './global-fetch.ts';
import { packages } from './metadata.ts';

const watchedModules = new WeakSet<object>();

/** The task of the request that is being made; the SDK makes URL, headers and body in one go. */
let task: unknown;

/**
 * Patches the classes behind `PROVIDERS`, the only part of the package that its functions leave
 * open: each makes the URL and the headers of a request.
 */
function patch({ packageName, version, path, format, moduleExports }: LoadedSdk): PatchReport {
  const patched = new Set<string>();
  const notes: string[] = [];
  const patchAll = (): void => {
    const exported = asDictionary(moduleExports);
    const providers = asDictionary(exported?.['PROVIDERS']);
    if (providers === undefined && exported !== undefined && 'HfInference' in exported) {
      // Newer versions have it as well, and are watched by another of their modules.
      if ('InferenceClient' in exported || watchedModules.has(exported)) return;
      watchedModules.add(exported);
      watchGlobalFetch(path);
      patched.add('fetch');
      return;
    }
    if (providers === undefined) notes.push(`${packageName} exports no PROVIDERS`);
    for (const tasks of Object.values(providers ?? {})) {
      for (const helper of Object.values(asDictionary(tasks) ?? {})) {
        if (typeof helper !== 'object' || helper === null) continue;
        if (patchHelper(helper)) patched.add('PROVIDERS');
      }
    }
  };
  guarded('patch', patchAll, undefined);
  return { packageName, version, path, format, patched: [...patched], notes };
}

function patchHelper(helper: object): boolean {
  const urls = ownerOf(helper, 'makeUrl');
  const headers = ownerOf(helper, 'prepareHeaders');
  if (urls === undefined || headers === undefined) return false;
  if (!isWrapped(urls, 'makeUrl')) {
    wrapMethod(urls, 'makeUrl', (original) => {
      return function (this: unknown, ...args: unknown[]): unknown {
        task = guarded('read-request', () => asDictionary(args[0])?.['task'], undefined);
        return original.apply(this, args);
      };
    });
  }
  return wrapMethod(headers, 'prepareHeaders', (original) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      const made: unknown = original.apply(this, args);
      if (typeof made === 'object' && made !== null) {
        guarded('call-start', () => watchRequest(made, task), undefined);
      }
      return made;
    };
  });
}

/** The official `@huggingface/inference` package. */
export const huggingFace: SdkInstrumentation = {
  ...packages[0],
  patch,
  instrumentClient: (client) => guarded('instrument-client', () => watchClient(client), false),
};
