import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { repositoryRoot } from '../support/temp-app.ts';

const FOLDER: string = fileURLToPath(new URL('./', import.meta.url));
const INSTALLED: string = join(FOLDER, 'node_modules');

export const hostsAreInstalled: boolean = existsSync(join(INSTALLED, '.package-lock.json'));

const HOW = 'Next.js, Yarn, Bun and Deno are not installed here (npm run hosts)';

/** Says once a file that its tests are left out; throws where they may not be. */
export function sayWhatIsLeftOut(): void {
  if (hostsAreInstalled) return;
  if (process.env['COSTSPAN_REQUIRE_PROGRAMS'] === '1') throw new Error(HOW);
  // Past the test runner, which would keep the line to itself.
  writeSync(2, `skipped: ${HOW}\n`);
}

/** The program of a runtime, as its package brings it for this machine. */
export function runtimeProgram(runtime: 'bun' | 'deno'): string {
  const scope = { bun: '@oven', deno: '@deno' }[runtime];
  const inside = { bun: 'bin/bun', deno: 'deno' }[runtime];
  const [platform] = readdirSync(join(INSTALLED, scope));
  return join(INSTALLED, scope, platform ?? '', inside);
}

/** Yarn itself, a script for Node. */
export const yarnScript: string = join(INSTALLED, '@yarnpkg/cli-dist/bin/yarn.js');

/** How long building and installing may take beside other tests, milliseconds. */
export const SET_UP_MS = 180_000;

let built: string | undefined;

/** The folder of the package as it is published, made once for a test file. */
export function builtCostspan(): string {
  if (built !== undefined) return built;
  const folder = mkdtempSync(join(tmpdir(), 'costspan-built-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const dist = join(folder, 'dist');
  runNode('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', dist);
  runNode('scripts/bundle.ts', dist);
  cpSync(join(repositoryRoot, 'package.json'), join(folder, 'package.json'));
  built = folder;
  return folder;
}

function runNode(...args: readonly string[]): void {
  execFileSync(process.execPath, args, { cwd: repositoryRoot, stdio: 'pipe' });
}

export interface HostApp {
  readonly path: string;
  [Symbol.dispose](): void;
}

/** Packages that an application imports, and all that those and costspan need, with their folders. */
export function packagesFor(...names: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  const wanted = [...names, '@opentelemetry/api', ...dependenciesOf(repositoryRoot)];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (found.has(name)) continue;
    const folder = join(repositoryRoot, 'node_modules', name);
    found.set(name, folder);
    wanted.push(...dependenciesOf(folder));
  }
  return found;
}

function dependenciesOf(folder: string): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly dependencies?: Record<string, string>;
  };
  return Object.keys(manifest.dependencies ?? {});
}

/** OpenTelemetry as an application of its own mind sets it up. */
const OWN_OPENTELEMETRY = [
  '@opentelemetry/exporter-trace-otlp-proto',
  '@opentelemetry/exporter-metrics-otlp-proto',
];

/**
 * An application with the built package in its node_modules, openai, OpenTelemetry, and what is
 * installed beside these tests. It stands below the repository, as bundlers follow links only within
 * one root.
 */
export function hostApp(files: Readonly<Record<string, string>>): HostApp {
  const path = mkdtempSync(join(FOLDER, 'app-'));
  const modules = join(path, 'node_modules');
  const link = (name: string, target: string): void => {
    const place = join(modules, name);
    mkdirSync(dirname(place), { recursive: true });
    if (!existsSync(place)) symlinkSync(target, place, 'dir');
  };
  for (const name of packageNames(INSTALLED)) link(name, join(INSTALLED, name));
  for (const [name, folder] of packagesFor('openai', ...OWN_OPENTELEMETRY)) link(name, folder);
  cpSync(builtCostspan(), join(modules, 'costspan'), { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

function packageNames(folder: string): readonly string[] {
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  return names.flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(folder, name)).map((part) => `${name}/${part}`) : name,
  );
}
