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

/**
 * One SDK. A new SDK is one folder that exports one of these, one line in
 * `instrumentation/sdks.ts`, and one call of the contract suite.
 */
export interface SdkInstrumentation {
  readonly packageName: string;
  /** Majors the contract suite runs against, such as `4 to 7`, for the README's table. */
  readonly testedVersions: string;
  /** What is watched, for the README's table. */
  readonly covers: readonly string[];
  /** Patches one loaded copy. Never throws; patching a copy twice changes nothing. */
  patch(sdk: LoadedSdk): PatchReport;
  /** Watches one client object. Returns false when the object is not of this SDK. Never throws. */
  instrumentClient(client: object): boolean;
}
