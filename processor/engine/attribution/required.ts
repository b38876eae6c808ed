import type { AttributionKey } from '../../../conventions/index.ts';
import type { AttributionScope } from './attribution-scope.ts';
import { COSTSPAN_ERROR } from '../../../conventions/costspan-error.ts';

/**
 * A call was not sent because `attribution.required` names keys that it lacks and
 * `attribution.mode` is `block`. Retrying the call as it is cannot help.
 */
export class AttributionRequiredError extends Error {
  override readonly name = 'AttributionRequiredError';
  readonly code = 'costspan_attribution_required';
  /** The keys that have no value. */
  readonly missing: readonly AttributionKey[];

  constructor(missing: readonly AttributionKey[]) {
    super(
      `costspan did not send this call: it has no ${missing.join(', ')}, which ` +
        'attribution.required asks for. Wrap the call in ' +
        `withAttribution({ ${missing.map((key) => `${key}: '…'`).join(', ')} }, fn), set ` +
        'attribution.defaults, or set attribution.mode to warn.',
    );
    this.missing = missing;
    Object.defineProperty(this, COSTSPAN_ERROR, { value: true });
  }
}

/** Lets a call pass (`undefined`), or returns the error it should be refused with. */
export function admitAttribution(scope: AttributionScope): AttributionRequiredError | undefined {
  return scope.mode === 'block' && scope.missing.length > 0
    ? new AttributionRequiredError(scope.missing)
    : undefined;
}
