import { relative } from 'node:path';
import type { SdkInstrumentation } from '../../instrumentation/core/sdk.ts';
import { check } from './check.ts';
import type { Check } from './check.ts';
import type { InstalledPackage } from './installed-packages.ts';
import { fitRange } from '../../instrumentation/core/version-range.ts';

/** SDKs that call models and that this version does not watch; their calls cost unseen. */
const NOT_WATCHED: ReadonlySet<string> = new Set([
  '@google-cloud/aiplatform',
  '@runwayml/sdk',
  'ai21',
  'lumaai',
  'writer-sdk',
]);

type WatchedSdk = Pick<SdkInstrumentation, 'packageName' | 'testedVersions'>;

export interface FoundSdk {
  readonly name: string;
  readonly version: string | undefined;
  readonly folder: string;
  readonly support: 'tested' | 'newer' | 'older' | 'unknown' | 'not watched';
}

export function isModelSdk(name: string, watched: readonly WatchedSdk[]): boolean {
  return NOT_WATCHED.has(name) || watched.some(({ packageName }) => packageName === name);
}

export function findSdks(
  packages: readonly InstalledPackage[],
  watched: readonly WatchedSdk[],
): FoundSdk[] {
  return packages
    .filter(({ name }) => isModelSdk(name, watched))
    .map(({ name, version, folder }) => {
      const sdk = watched.find(({ packageName }) => packageName === name);
      if (sdk === undefined) return { name, version, folder, support: 'not watched' };
      const fit = fitRange(version, sdk.testedVersions);
      return { name, version, folder, support: fit === 'within' ? 'tested' : fit };
    });
}

export function checkSdks(
  found: readonly FoundSdk[],
  watched: readonly WatchedSdk[],
  appFolder: string,
): Check[] {
  const checks = found.map(({ name, version = 'of unknown version', folder, support }) => {
    const range = watched.find(({ packageName }) => packageName === name)?.testedVersions ?? '';
    const what = `${version} in ${shortPath(appFolder, folder)}`;
    switch (support) {
      case 'tested':
        return check(name, 'ok', what);
      case 'newer':
        return check(
          name,
          'warn',
          `${what} is newer than what costspan is tested with (${range}).`,
        );
      case 'older':
        return check(name, 'fail', `${what} is older than costspan supports: use ${range}.`);
      case 'unknown':
        return check(name, 'warn', `${what} may work: costspan is tested with ${range}.`);
      case 'not watched':
        return check(
          name,
          'warn',
          `${what} is not watched by this version: its calls cost unseen.`,
        );
      default:
        return support satisfies never;
    }
  });
  if (checks.some(({ status }) => status === 'ok' || status === 'warn')) return checks;
  const names = watched.map(({ packageName }) => packageName).join(', ');
  return [...checks, check('SDKs', 'warn', `No usable SDK found here; costspan watches ${names}.`)];
}

function shortPath(appFolder: string, folder: string): string {
  const path = relative(appFolder, folder);
  return path.startsWith('..') ? folder : path;
}
