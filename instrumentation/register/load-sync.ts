import nodeModule from 'node:module';

let loads = 0;

interface CompilableModule {
  filename: string;
  paths: string[];
  exports: unknown;
  _compile(source: string, filename: string, format: 'module'): void;
}

/**
 * The namespace of the ES module that `specifier` names for a module in `folder`, loaded and
 * evaluated before this returns. The instance is the one that `import` gives.
 *
 * A throw-away module is compiled whose only line imports the wanted one, because that alone works
 * on every supported Node and beside every loader: plain `require()` hands out a module that is
 * linked but not yet evaluated on Node 22.15, and a loader such as tsx replaces the file reading
 * behind `require()`. Throws what loading throws.
 */
export function loadSync(specifier: string, folder: string): unknown {
  const filename = `${folder}/costspan-import-${++loads}.mjs`;
  const stub = new nodeModule(filename) as unknown as CompilableModule;
  stub.filename = filename;
  stub.paths = [];
  const source = `import * as wanted from ${JSON.stringify(specifier)}; export { wanted };`;
  stub._compile(source, filename, 'module');
  return (stub.exports as { readonly wanted: unknown }).wanted;
}
