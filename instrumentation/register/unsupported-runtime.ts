import process from 'node:process';

/** Runtimes that pass for Node, by what they call themselves in `process.versions`. */
const OTHERS: Readonly<Record<string, string>> = { bun: 'Bun', deno: 'Deno' };

/**
 * Why `register` can't work in this runtime, in one sentence; `undefined` on Node. Asked before
 * anything else: these call themselves a new Node, but what reaches SDKs by Node's own module
 * loader does not reach theirs.
 */
export function unsupportedRuntime(
  versions: Readonly<Record<string, string | undefined>> = process.versions,
): string | undefined {
  const name = Object.keys(OTHERS).find((key) => versions[key] !== undefined);
  if (name === undefined) return undefined;
  return `costspan/register watches SDKs through the module loader of Node, which ${OTHERS[name]} ${versions[name]} does not have, so it does nothing: wrap each client by instrument() and set OpenTelemetry up yourself.`;
}
