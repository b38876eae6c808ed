import { FIRST_WITH_ON_ENDING, lateAttributes } from '../../processor/node/late-attributes.ts';
import { check } from './check.ts';
import type { Check } from './check.ts';
import type { InstalledPackage } from './installed-packages.ts';
import type { Environment } from '../../instrumentation/register/environment-text.ts';
import { readTelemetryEnvironment } from '../../instrumentation/register/telemetry-environment.ts';
import { compareVersions } from '../../instrumentation/core/version-range.ts';

const API = '@opentelemetry/api';

/** The packages that decide which OpenTelemetry line an application is on. */
const SDKS: readonly string[] = [
  '@opentelemetry/sdk-trace',
  '@opentelemetry/sdk-trace-base',
  '@opentelemetry/sdk-trace-node',
  '@opentelemetry/sdk-metrics',
];

const TRACING = '@opentelemetry/sdk-trace-base';

const CORE = '@opentelemetry/core';

const FULL_SDK = '@opentelemetry/sdk-node';

export function isOpenTelemetryPackage(name: string): boolean {
  return name === API || name === CORE || name === FULL_SDK || SDKS.includes(name);
}

/** What the variables ask for and only the full SDK does. */
export function checkFullSdk(
  env: Environment,
  packages: readonly InstalledPackage[],
): readonly Check[] {
  const { needsNodeSdk, disabled } = readTelemetryEnvironment(env);
  const isThere = packages.some(({ name }) => name === FULL_SDK);
  if (needsNodeSdk.length === 0 || disabled || isThere) return [];
  return [
    check(
      FULL_SDK,
      'fail',
      `${needsNodeSdk.join(', ')} needs it: run \`npm install ${FULL_SDK}\`.`,
    ),
  ];
}

export function checkOpenTelemetry(packages: readonly InstalledPackage[]): Check[] {
  return [...checkApi(packages), ...checkSdks(packages), ...checkCore(packages)];
}

function checkApi(packages: readonly InstalledPackage[]): Check[] {
  const copies = packages.filter(({ name }) => name === API);
  if (copies.length === 0) {
    return [check(API, 'fail', `Not installed. Run: npm install ${API}`)];
  }
  const versions = [...new Set(copies.map(({ version = '?' }) => version))];
  const foreign = versions.filter(
    (version) => compareVersions(version, '1.9') < 0 || compareVersions(version, '1') > 0,
  );
  if (foreign.length > 0) {
    return [
      check(API, 'fail', `${foreign.join(', ')} found; costspan needs 1.9 or newer, below 2.`),
    ];
  }
  if (versions.length > 1) {
    return [
      check(
        API,
        'warn',
        `${versions.join(' and ')} are both installed. Code on the newer one does not see a`,
        'provider that the older one registered. Run: npm dedupe',
        placesOf(copies),
      ),
    ];
  }
  return [check(API, 'ok', versions.join(), copies.length > 1 ? `(${copies.length} copies)` : '')];
}

function checkSdks(packages: readonly InstalledPackage[]): Check[] {
  return SDKS.flatMap((name) => {
    const copies = packages.filter((found) => found.name === name);
    if (copies.length === 0) return [];
    const versions = [...new Set(copies.map(({ version = '?' }) => version))].join(', ');
    if (copies.some(({ version = '0' }) => compareVersions(version, '2') < 0)) {
      return [check(name, 'fail', `${versions} found; costspan works with 2.x and 3.x.`)];
    }
    const late = name === TRACING ? copies.filter(tellsLate) : [];
    if (late.length > 0) {
      const old = [...new Set(late.map(({ version }) => version))].join(' and ');
      return [check(name, 'warn', lateAttributes(`${old} found; it tells`))];
    }
    return [check(name, 'ok', versions)];
  });
}

function tellsLate({ version = FIRST_WITH_ON_ENDING }: InstalledPackage): boolean {
  return compareVersions(version, FIRST_WITH_ON_ENDING) < 0;
}

/** @see https://github.com/advisories/GHSA-8988-4f7v-96qf (baggage without a bound) */
function checkCore(packages: readonly InstalledPackage[]): Check[] {
  const open = packages.filter(
    ({ name, version = '0' }) => name === CORE && compareVersions(version, '2.8.0') < 0,
  );
  if (open.length === 0) return [];
  const versions = [...new Set(open.map(({ version = '?' }) => version))].join(', ');
  return [
    check(
      CORE,
      'warn',
      `${versions} parses inbound baggage of any size (GHSA-8988-4f7v-96qf): use 2.8.0 or newer.`,
    ),
  ];
}

function placesOf(copies: readonly InstalledPackage[]): string {
  return `Found in ${copies.map(({ version = '?', folder }) => `${folder} (${version})`).join(', ')}.`;
}
