/** One loaded copy of an SDK: what a module hook, or a look at an already loaded module, found. */
export interface LoadedSdk {
  readonly packageName: string;
  /** From the package.json of this copy; `undefined` when it could not be read. */
  readonly version: string | undefined;
  /** Absolute path or URL of the module, to tell copies apart. */
  readonly path: string;
  readonly format: 'esm' | 'commonjs';
  readonly moduleExports: unknown;
}

/** What patching one loaded copy came to. */
export interface PatchReport {
  readonly packageName: string;
  readonly version: string | undefined;
  readonly path: string;
  readonly format: 'esm' | 'commonjs';
  /** Method paths patched, such as `Chat.Completions.create`. Empty: nothing was recognised. */
  readonly patched: readonly string[];
  /** Why something was left alone, one sentence each. */
  readonly notes: readonly string[];
}

/** Said of packages that are watched by the interface they share and not tested one by one. */
export const UNTESTED = 'untested';

/** In {@link SdkMetadata.modules}: what the package exports as itself. */
export const MAIN_MODULE = '.';

/**
 * What a folder's `metadata.ts` says of each package that it watches, in an export `packages`. From
 * it `npm run generate` writes every list of SDKs: `register`'s, `instrumentation/generated/` and
 * the README's table.
 */
export interface SdkMetadata {
  readonly packageName: string;
  /** Majors the contract suite runs against, such as `4 to 7`, for the README's table. */
  readonly testedVersions: string;
  /** What is watched, for the README's table. */
  readonly covers: readonly string[];
  /**
   * The modules that are watched, by their path in the package; its main one alone by default.
   * Needed where users, or the package's own modules, import parts of it.
   */
  readonly modules?: readonly string[];
  /**
   * A word, in lower case, that is in the path of every copy, aliases included (`mistral1`). By
   * default the longest word of the package's name; a file without any SDK's word is not looked at.
   */
  readonly pathWord?: string;
  /**
   * Whether its instrumentation also watches clients of others that are made like its own, so that
   * `instrument(client)` asks it last.
   */
  readonly takesLookalikes?: boolean;
  /**
   * Whether it only carries what others say, to whomever. Such a package alone is no sign of an LLM:
   * it is patched when something else is, or when a provider is called.
   */
  readonly isTransport?: boolean;
}

/**
 * One SDK. A new SDK is one folder that exports one of these from its `index.ts` and says what it
 * is in its `metadata.ts`, and one call of the contract suite.
 */
export interface SdkInstrumentation extends Pick<
  SdkMetadata,
  'packageName' | 'testedVersions' | 'covers'
> {
  /** Patches one loaded copy. Never throws; patching a copy twice changes nothing. */
  patch(sdk: LoadedSdk): PatchReport;
  /** Watches one client object. Returns false when the object is not of this SDK. Never throws. */
  instrumentClient(client: object): boolean;
}
