import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of this package. */
export const repositoryRoot: string = fileURLToPath(new URL('../..', import.meta.url));

export interface TempAppOptions {
  /** What a bare import of the app gets instead, such as `{ openai: 'openai4' }`. */
  readonly links?: Readonly<Record<string, string>>;
  /** The app's own `type`; default `module`. Ignored where `files` has a package.json. */
  readonly type?: 'module' | 'commonjs';
}

export interface TempApp {
  /** Absolute path of the app's folder, without symbolic links. */
  readonly path: string;
  /** Absolute path of a file in it. */
  file(name: string): string;
  /** Removes the folder. Done anyway when the process exits. */
  remove(): void;
  [Symbol.dispose](): void;
}

const apps = new Set<string>();

function removeAll(): void {
  for (const folder of apps) rmSync(folder, { recursive: true, force: true });
}
process.once('exit', removeAll);

/**
 * The manifest of `costspan` as the app sees it: the published subpaths and conditions, each leading
 * to its source. The targets lie outside `node_modules` once links are resolved, so Node strips
 * their types.
 */
function costspanManifest(): string {
  const published = readFileSync(join(repositoryRoot, 'package.json'), 'utf8');
  return published.replaceAll(/\.\/dist\/([\w/.-]+?)(?<!\.d)\.(c?)js"/g, './sources/$1.$2ts"');
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/**
 * An app in a fresh folder. It can import every package that this repository has installed, and
 * `costspan`, which is the sources. Its package.json names the two SDKs, as an app of theirs would.
 */
export function tempApp(
  files: Readonly<Record<string, string>> = {},
  options: TempAppOptions = {},
): TempApp {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'costspan-app-')));
  apps.add(root);

  const installed = join(repositoryRoot, 'node_modules');
  // Node looks in app/node_modules first, then here.
  symlinkSync(installed, join(root, 'node_modules'), 'dir');
  const path = join(root, 'app');
  const own = join(path, 'node_modules');
  const manifest = {
    name: 'app',
    version: '1.0.0',
    type: options.type ?? 'module',
    dependencies: { openai: '*', '@anthropic-ai/sdk': '*', costspan: '*' },
  };
  writeFiles(path, {
    'package.json': JSON.stringify(manifest),
    'node_modules/costspan/package.json': costspanManifest(),
    ...files,
  });
  symlinkSync(repositoryRoot, join(own, 'costspan', 'sources'), 'dir');
  for (const [name, target] of Object.entries(options.links ?? {})) {
    const link = join(own, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(installed, target), link, 'dir');
  }
  const remove = (): void => {
    apps.delete(root);
    rmSync(root, { recursive: true, force: true });
  };
  return { path, file: (name) => join(path, name), remove, [Symbol.dispose]: remove };
}
