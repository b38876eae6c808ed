/**
 * The folder that holds all code of ours, as a URL that ends with a slash: the repository, or `dist`
 * of the built package. Both are one folder above this module, since files that the build makes of
 * several modules stand in `dist/chunks`. `undefined` in a bundle of CommonJS, where no module has
 * a place.
 */
export function ownRoot(): string | undefined {
  // Bundlers take `new URL(…, import.meta.url)` for a file to bring along.
  const here = import.meta.url as string | undefined;
  return URL.canParse('../', here) ? new URL('../', here).href : undefined;
}
