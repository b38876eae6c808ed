import { fileURLToPath } from 'node:url';

/**
 * The path of a module of ours, from its `import.meta.url`. In a CommonJS bundle that is
 * `undefined`, and a bundle must start all the same: then so is this.
 */
export function ownFile(url: string | undefined): string | undefined {
  return url?.startsWith('file:') === true ? fileURLToPath(url) : undefined;
}
