import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';
import type { LoadedSdk } from '../core/sdk.ts';
import { mayBeSdk, sdkOfEntry } from './sdk-files.ts';

/** Hears of every SDK entry module, right after its evaluation. Must not throw. */
export type SdkListener = (sdk: LoadedSdk) => void;

/** The function that an ES module's added line calls: one name, whoever loaded it. */
const HANDLER: unique symbol = Symbol.for('costspan.sdk-evaluated');

type Globals = typeof globalThis & {
  [HANDLER]?: ((file: string, exports: unknown) => void) | undefined;
};

/** How long an expected module may take from its resolution to its loading. */
const EXPECTATION_MILLIS = 1000;

/** Thrown by the load hook to stop a probe that met a module nobody had loaded. */
class NotLoadedError extends Error {}

let probing = false;
/** URLs of SDK entries that were loaded, or are about to be. */
const expected = new Set<string>();

/**
 * Hears of SDKs that anybody loads from now on, by `import` or `require`, nested copies included.
 *
 * ES modules: one line is added to the end of the entry's source that hands over the module's own
 * namespace; positions in the file stay as they are. CommonJS: `Module.prototype._compile`, the one
 * step that every loader takes (tsx reads files itself and never asks a hook). Whatever goes wrong
 * in here, the host's load goes on as it would have.
 */
export function installModuleHooks(listener: SdkListener): void {
  (globalThis as Globals)[HANDLER] = (file, moduleExports) => {
    const sdk = sdkOfEntry(file);
    if (sdk !== undefined) listener({ ...sdk, path: file, format: 'esm', moduleExports });
  };
  hookEsModules();
  hookCommonJs(listener);
}

/** Runs `load` so that SDKs which were not loaded before stay unloaded. */
export function ifAlreadyLoaded<T>(load: () => T): T | undefined {
  probing = true;
  const hooks = nodeModule.registerHooks({
    load(url, context, nextLoad) {
      // CommonJS that is linked into a graph of ES modules is only read when it is evaluated.
      const isRequired = new Set(context.conditions).has('require');
      if (!isRequired && isSdkEntry(url)) throw new NotLoadedError(url);
      return nextLoad(url, context);
    },
  });
  try {
    return load();
  } catch (error) {
    if (error instanceof NotLoadedError) return undefined;
    throw error;
  } finally {
    hooks.deregister();
    probing = false;
  }
}

/**
 * Only a resolve hook stays. A load hook, even one that changes nothing, makes Node before 22.22.3
 * and 24.11.1 load CommonJS that ES modules import by another path: `Module.prototype.require` is
 * passed by, and with it every instrumentation that rests on it. So it is there from the resolution of an SDK to its loading and no longer.
 *
 * @see https://github.com/nodejs/node/pull/59929
 */
function hookEsModules(): void {
  nodeModule.registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context);
      if (!probing && !expected.has(resolved.url) && isSdkEntry(resolved.url)) {
        expectSdk(resolved.url);
      }
      return resolved;
    },
  });
}

function expectSdk(url: string): void {
  expected.add(url);
  const hooks = nodeModule.registerHooks({
    load(loadedUrl, context, nextLoad) {
      const loaded = nextLoad(loadedUrl, context);
      if (loadedUrl !== url) return loaded;
      hooks.deregister();
      if (loaded.format !== 'module') return loaded;
      const source = sourceText(loaded.source);
      return source === undefined ? loaded : { ...loaded, source: source + handOver(url) };
    },
  });
  // It was loaded before, or never will be.
  setTimeout(() => {
    hooks.deregister();
  }, EXPECTATION_MILLIS).unref();
}

/** Never throws, as it runs within everybody's loads. */
function isSdkEntry(url: string): boolean {
  if (!mayBeSdk(url)) return false;
  const file = fileOf(url);
  return file !== undefined && sdkOfEntry(file) !== undefined;
}

/** The file behind a module URL, its query left out; `undefined` for other schemes. */
function fileOf(url: string): string | undefined {
  try {
    return url.startsWith('file:') ? fileURLToPath(url) : undefined;
  } catch {
    return undefined;
  }
}

function sourceText(source: unknown): string | undefined {
  if (typeof source === 'string') return source;
  if (!(source instanceof Uint8Array || source instanceof ArrayBuffer)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(source);
  } catch {
    return undefined;
  }
}

/** A module may import itself: that namespace is complete by the time its last line runs. */
function handOver(url: string): string {
  const name = '__costspan_self';
  const handler = "globalThis[Symbol.for('costspan.sdk-evaluated')]";
  const file = JSON.stringify(fileOf(url));
  return `\n;import * as ${name} from ${JSON.stringify(url)}; ${handler}?.(${file}, ${name});\n`;
}

type Compile = (
  this: { exports: unknown },
  content: string,
  filename: string,
  ...rest: unknown[]
) => unknown;

function hookCommonJs(listener: SdkListener): void {
  const prototype = nodeModule.prototype as unknown as { _compile: Compile };
  const compile = prototype._compile;
  prototype._compile = function _compile(content, filename, ...rest) {
    const result = compile.call(this, content, filename, ...rest);
    // An ES module that is required ends here as well; its own line has reported it.
    if (rest[0] !== 'module') {
      const sdk = sdkOfEntry(filename);
      if (sdk !== undefined) {
        listener({ ...sdk, path: filename, format: 'commonjs', moduleExports: this.exports });
      }
    }
    return result;
  };
}
