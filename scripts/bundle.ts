/**
 * `npm run build` after the compiler: puts the JavaScript of the package into `dist`, as few files
 * for each way of use, since a file costs a process that loads it a third of a millisecond. What is
 * loaded only when somebody wants it stays a file of its own at the path of its source.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { type Plugin, type RolldownOptions, build } from 'rolldown';

import { layersOf } from './bundle-layers.ts';
import { readSdkFolders } from './sdk-folders.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = path.resolve(process.argv[2] ?? path.join(root, 'dist'));

/** How modules of ours load others by their path, and by their name in `instrumentation/register`. */
const BY_PATH = /\brequire\('(\.{1,2}\/[^']+\.ts)'\)/g;
const BY_NAME = /\bloadOwn\('([\w-]+)'\)/g;

const { bin, exports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
};

/** Our modules by their path without an ending, `processor/engine/index`. */
function moduleOf(file: string): string {
  return path.relative(root, file).replace(/\.ts$/, '');
}

/** The JavaScript that package.json leads to, in an edge runtime or elsewhere, as our modules. */
function published(target: unknown, isEdge = false): { module: string; isEdge: boolean }[] {
  if (typeof target === 'string') {
    const [, module] = /^\.\/dist\/(.+)(?<!\.d)\.js$/.exec(target) ?? [];
    return module === undefined ? [] : [{ module, isEdge }];
  }
  return Object.entries(target as object).flatMap(([condition, inner]) =>
    published(inner, isEdge || condition === 'edge-light'),
  );
}

/** What is loaded by its path or name becomes a file, and who loads it by path learns the way there. */
function loadedLater(): Plugin {
  return {
    name: 'loaded-later',
    transform(code, id) {
      const keep = (file: string): string => {
        const fileName = `${moduleOf(file)}.js`;
        this.emitFile({ type: 'chunk', id: file, fileName, preserveSignature: 'allow-extension' });
        return fileName;
      };
      for (const [, name] of code.matchAll(BY_NAME)) {
        keep(path.join(root, 'instrumentation/register', `${name}.ts`));
      }
      return code.replaceAll(
        BY_PATH,
        (_call, to: string) => `require('dist:${keep(path.resolve(path.dirname(id), to))}')`,
      );
    },
    renderChunk(code, { fileName }) {
      const led = code.replaceAll(
        /(["'])dist:([^"']+)\1/g,
        (_literal, quote: string, to: string) => {
          const way = path.posix.relative(path.posix.dirname(fileName), to);
          return quote + (way.startsWith('.') ? way : `./${way}`) + quote;
        },
      );
      // The bundler leaves no variable that is used once, and tools that follow files know no other form.
      const inlined = /\bcreateRequire\(import\.meta\.url\)\((?=["']\.)/g;
      const literal = led.replaceAll(inlined, 'require(');
      return literal === led ? led : `const require = createRequire(import.meta.url);\n${literal}`;
    },
  };
}

const common = {
  cwd: root,
  platform: 'node',
  external: (id: string) => !id.startsWith('.') && !path.isAbsolute(id),
} satisfies RolldownOptions;

function inputs(modules: Iterable<string>): Record<string, string> {
  return Object.fromEntries(Array.from(modules, (module) => [module, `./${module}.ts`]));
}

/** What `register-require.cts` requires. */
const REGISTER = 'instrumentation/register/register-process';

const targets = published({ bin, exports });
const entries = targets.filter(({ isEdge }) => !isEdge).map(({ module }) => module);
const sdks = (await readSdkFolders()).map(({ folder }) => `instrumentation/${folder}/index`);
const layers = layersOf({ sdks, moduleOf });

await build({
  ...common,
  input: inputs([...entries, ...sdks, REGISTER]),
  plugins: [loadedLater(), layers.plugin],
  preserveEntrySignatures: 'allow-extension',
  output: {
    dir: dist,
    entryFileNames: '[name].js',
    // One folder deep, as the sources of `own-root.ts` are.
    chunkFileNames: 'chunks/[name].js',
    minify: false,
    comments: { jsdoc: false },
    minifyInternalExports: false,
    codeSplitting: { includeDependenciesRecursively: false, groups: [layers.group] },
  },
});

// Apart from all else, so that nothing of Node comes along.
await build({
  ...common,
  platform: 'neutral',
  input: inputs(targets.filter(({ isEdge }) => isEdge).map(({ module }) => module)),
  output: { dir: dist, entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
});

await build({
  input: path.join(root, 'instrumentation/register-require.cts'),
  external: /^\./,
  makeAbsoluteExternalsRelative: false,
  output: {
    file: path.join(dist, 'instrumentation/register-require.cjs'),
    format: 'cjs',
    paths: (id: string) => id.replace(/\.ts$/, '.js'),
  },
});
