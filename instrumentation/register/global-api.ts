import { readFileSync } from 'node:fs';
import nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import util from 'node:util';
import { ownFile } from './own-file.ts';

/** Where every copy of `@opentelemetry/api` 1.x keeps what is registered. */
const KEY: unique symbol = Symbol.for('opentelemetry.js.api.1');

/** The parts of the API that can be registered, `diag` aside: that one can be replaced at any time. */
const apiTypes = ['trace', 'metrics', 'context', 'propagation', 'logs'] as const;
export type ApiType = (typeof apiTypes)[number];

type Globals = typeof globalThis & { [KEY]?: Record<string, unknown> | undefined };

export interface StandInOptions {
  /** What consumers get of a part that the application has not registered; asked for each time. */
  readonly standIn: (type: ApiType) => unknown;
  /** The application has registered a part. Must not throw. */
  readonly onRegistered: (type: ApiType, instance: unknown) => void;
}

/**
 * Stands in for the parts of the OpenTelemetry API that nobody has registered, in a way that an
 * application can still register its own, at any time and from any copy of the API, without the
 * error of a duplicate registration.
 *
 * All copies (ESM and CommonJS builds, nested and bundled ones) share one global object. To
 * register, a copy writes that global back to itself, looks whether the part is taken, compares the
 * version with its own and sets the part; to use, it only reads. The write tells a registrar from a
 * user (API 1.0 to 1.10, `internal/global-utils`), so users are shown the stand-in and a
 * registrar a free place. The version is a registrar's own for that registrar, which also lets an
 * application on API 1.9 register beside our 1.10, and the highest known for users.
 */
export class GlobalApi {
  readonly #shared: Record<string, unknown> = {};
  readonly #registered = new Map<ApiType, unknown>();
  readonly #options: StandInOptions;
  /** True from a registrar's write until anybody's next read of the global. */
  #registering = false;
  /** True while nobody is shown what stands in. */
  #hidden = false;
  #highestVersion: string | undefined;

  constructor(options: StandInOptions) {
    this.#options = options;
    const found = (globalThis as Globals)[KEY];
    if (typeof found === 'object') this.#takeOver(found);
    for (const type of apiTypes) {
      if (!this.#registered.has(type)) this.#standInFor(type);
    }
    Object.defineProperty(this.#shared, 'version', {
      enumerable: true,
      get: () => (this.#registering ? registrarVersion() : this.#version()),
    });
    Object.defineProperty(globalThis, KEY, {
      configurable: true,
      enumerable: true,
      get: () => {
        this.#registering = false;
        return this.#shared;
      },
      set: (value: unknown) => {
        if (value === this.#shared) this.#registering = true;
        // Somebody starts anew (test suites do): theirs from now on.
        else Object.defineProperty(globalThis, KEY, { value, writable: true });
      },
    });
  }

  /** What the application has registered of one part. */
  registered(type: ApiType): unknown {
    return this.#registered.get(type);
  }

  /** The application's logger behind `diag`, if it has set one. */
  get diag(): Readonly<Record<'info' | 'warn', (message: string) => void>> | undefined {
    return this.#shared['diag'] as
      | Readonly<Record<'info' | 'warn', (m: string) => void>>
      | undefined;
  }

  /** Runs `look` as if nothing stood in: the API then shows what it has by itself. */
  unseen(look: () => void): void {
    this.#hidden = true;
    try {
      look();
    } finally {
      this.#hidden = false;
    }
  }

  #takeOver(found: Record<string, unknown>): void {
    for (const [key, value] of Object.entries(found)) {
      if (key === 'version') this.#noteVersion(String(value));
      else this.#shared[key] = value;
      if (isApiType(key) && value !== undefined) this.#registered.set(key, value);
    }
  }

  #standInFor(type: ApiType): void {
    Object.defineProperty(this.#shared, type, {
      configurable: true,
      enumerable: true,
      get: () => (this.#registering || this.#hidden ? undefined : this.#options.standIn(type)),
      set: (instance: unknown) => {
        if (this.#registering) this.#noteVersion(registrarVersion());
        Object.defineProperty(this.#shared, type, {
          configurable: true,
          enumerable: true,
          writable: true,
          value: instance,
        });
        this.#registered.set(type, instance);
        this.#options.onRegistered(type, instance);
      },
    });
  }

  #noteVersion(version: string): void {
    if (minorOf(version) > minorOf(this.#version())) this.#highestVersion = version;
  }

  #version(): string {
    return (this.#highestVersion ??= ownApiVersion());
  }
}

function isApiType(key: string): key is ApiType {
  return (apiTypes as readonly string[]).includes(key);
}

function minorOf(version: string): number {
  return Number(version.split('.')[1] ?? 0);
}

let ownVersion: string | undefined;

/** The version of the API that our own imports get. */
export function ownApiVersion(): string {
  return (ownVersion ??= installedApiVersion() ?? '1.10.0');
}

function installedApiVersion(): string | undefined {
  try {
    const resolve = nodeModule.createRequire(import.meta.url).resolve;
    return versionOfFile(resolve('@opentelemetry/api'));
  } catch {
    return undefined;
  }
}

const thisFile = ownFile(import.meta.url);
const versions = new Map<string, string | undefined>();

/** The version of the copy that is registering: the nearest file on the stack that is not ours. */
function registrarVersion(): string {
  for (const site of util.getCallSites(8)) {
    const file = site.scriptName.startsWith('file:')
      ? fileURLToPath(site.scriptName)
      : site.scriptName;
    if (file === thisFile || file === '' || file.startsWith('node:')) continue;
    if (!versions.has(file)) versions.set(file, versionOfFile(file));
    // A bundled copy has no package.json of its own to ask.
    return versions.get(file) ?? ownApiVersion();
  }
  return ownApiVersion();
}

function versionOfFile(file: string): string | undefined {
  for (let at = dirname(file); dirname(at) !== at; at = dirname(at)) {
    try {
      const manifest = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')) as {
        readonly name?: unknown;
        readonly version?: unknown;
      };
      if (manifest.name === '@opentelemetry/api') return String(manifest.version);
      if (manifest.name !== undefined) return undefined;
    } catch {
      // No package.json here: look one folder up.
    }
  }
  return undefined;
}
