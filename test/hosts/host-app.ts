import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
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

/** The package as it is published, in `folder`. */
export function buildCostspan(folder: string): void {
  const dist = join(folder, 'dist');
  runNode('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', dist);
  runNode('scripts/emitted-requires.ts', dist);
  cpSync(join(repositoryRoot, 'package.json'), join(folder, 'package.json'));
}

function runNode(...args: readonly string[]): void {
  execFileSync(process.execPath, args, { cwd: repositoryRoot, stdio: 'pipe' });
}

export interface HostApp {
  readonly path: string;
  [Symbol.dispose](): void;
}

/**
 * An application with the built package in its node_modules, and beside it all that the tests and the
 * repository have installed. It stands below the repository, as bundlers follow links only within
 * one root.
 */
export function hostApp(files: Readonly<Record<string, string>>): HostApp {
  const path = mkdtempSync(join(FOLDER, 'app-'));
  const modules = join(path, 'node_modules');
  linkPackages(INSTALLED, modules);
  linkPackages(join(repositoryRoot, 'node_modules'), modules);
  const costspan = join(modules, 'costspan');
  mkdirSync(costspan);
  buildCostspan(costspan);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Those that are not there yet. */
function linkPackages(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const target = join(from, name);
    const link = join(to, name);
    if (name.startsWith('@')) linkPackages(target, link);
    else if (!name.startsWith('.') && !existsSync(link)) symlinkSync(target, link, 'dir');
  }
}
