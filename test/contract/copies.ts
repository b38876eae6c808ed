import { createRequire } from 'node:module';

import type { LoadedSdk, PatchReport, SdkInstrumentation } from '../../instrumentation/core/sdk.ts';

const require = createRequire(import.meta.url);

/** One installed copy of an SDK, in one module format. */
export interface SdkCopy {
  /** Such as `4 ESM`. */
  readonly label: string;
  readonly major: number;
  readonly specifier: string;
  readonly format: LoadedSdk['format'];
}

/** `specifiers`: how each installed copy is imported, with the version it is told apart by. */
export function copiesOf(specifiers: readonly (readonly [string, number])[]): readonly SdkCopy[] {
  return specifiers.flatMap(([specifier, major]) => [
    { label: `${major} ESM`, major, specifier, format: 'esm' as const },
    { label: `${major} CommonJS`, major, specifier, format: 'commonjs' as const },
  ]);
}

export async function loadCopy(copy: SdkCopy): Promise<unknown> {
  return copy.format === 'esm' ? await import(copy.specifier) : require(copy.specifier);
}

export function patchCopy(
  instrumentation: SdkInstrumentation,
  copy: SdkCopy,
  moduleExports: unknown,
): PatchReport {
  return instrumentation.patch({
    packageName: instrumentation.packageName,
    version: `${copy.major}`,
    path: `/node_modules/${copy.specifier}`,
    format: copy.format,
    moduleExports,
  });
}
