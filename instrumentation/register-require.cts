/**
 * `require('costspan/register')` and `node --require costspan/register`. CommonJS, unlike all else
 * here, so that it runs where no ES module can be loaded and can say so instead of ending the host.
 */
try {
  // Literal, for the tools that follow files: the build puts `.js` (`scripts/bundle.ts`).
  const { register } = require('./register/register-process.ts') as {
    readonly register: () => void;
  };
  register();
} catch (error) {
  const { COSTSPAN_LOG: log, COSTSPAN_DISABLED: disabled } = process.env;
  const isQuiet = /^\s*off\s*$/i.test(log ?? '') || /^\s*true\s*$/i.test(disabled ?? '');
  if (!isQuiet) process.stderr.write(`costspan: ${reasonFor(error)}\n`);
}

function reasonFor(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (code === 'ERR_REQUIRE_ESM') {
    return `Node 22.15 or newer is needed and this is ${process.versions.node}, so costspan does nothing.`;
  }
  if ('pnp' in process.versions && code === 'ERR_MODULE_NOT_FOUND') {
    return "Yarn Plug'n'Play runs without its loader of ES modules here, so costspan cannot be loaded and does nothing: start with `yarn node`, or with `node --require ./.pnp.cjs --experimental-loader ./.pnp.loader.mjs` (pnpEnableEsmLoader: true in .yarnrc.yml writes that file).";
  }
  return `It cannot be loaded, so it does nothing: ${String(message ?? error).split('\n', 1)[0]}`;
}
