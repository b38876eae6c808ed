import type { Deprecation, Origin, Use } from './model.ts';
import type { Shape } from './yaml-shape.ts';

/** Keys that weaver allows on every definition, and those of our upstream list in their place. */
export const DEFINITION_KEYS: readonly string[] = [
  'brief',
  'note',
  'stability',
  'deprecated',
  'annotations',
];
const UPSTREAM_KEYS = ['brief', 'note', 'source', 'use', 'constant', 'deprecated', 'annotations'];

/** Whether a file is our list of upstream names, and not part of the weaver registry. */
export function isUpstream(file: string): boolean {
  return file.startsWith('upstream/');
}

export function commonKeys(shape: Shape): readonly string[] {
  return isUpstream(shape.file) ? UPSTREAM_KEYS : DEFINITION_KEYS;
}

function readDeprecation(shape: Shape): Deprecation | undefined {
  const deprecated = shape.map('deprecated');
  if (deprecated === undefined) {
    return undefined;
  }
  deprecated.only(['reason', 'renamed_to', 'note']);
  const reason = deprecated.oneOf('reason', ['renamed', 'obsoleted', 'uncategorized']);
  return {
    renamedTo: reason === 'renamed' ? deprecated.text('renamed_to') : undefined,
    note: reason === 'renamed' ? deprecated.optionalText('note') : deprecated.text('note'),
  };
}

interface Provenance {
  readonly origin: Origin;
  readonly use: Use;
  readonly deprecated: Deprecation | undefined;
}

export function readProvenance(shape: Shape): Provenance {
  const deprecated = readDeprecation(shape);
  if (isUpstream(shape.file)) {
    const use = shape.oneOf('use', ['emit', 'read']);
    if (deprecated !== undefined && use === 'emit') {
      shape.problem('a deprecated name must have `use: read`');
    }
    return { origin: shape.oneOf('source', ['genai', 'core']), use, deprecated };
  }
  shape.oneOf('stability', ['development', 'alpha', 'beta', 'release_candidate', 'stable']);
  return {
    origin: shape.file.endsWith('/cost-proposal.yaml') ? 'proposal' : 'costspan',
    use: deprecated === undefined ? 'emit' : 'read',
    deprecated,
  };
}
