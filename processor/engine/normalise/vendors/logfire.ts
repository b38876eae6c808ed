import type { SpanVendor } from '../vendor.ts';
import { callOperation, CONVENTION_FIELDS } from './conventions.ts';

/**
 * Logfire tells of a span when it begins by another one inside it, with the attributes of its start:
 * no call, and not one more inside the call.
 *
 * @see https://github.com/pydantic/logfire logfire/_internal/exporters/processor_wrapper.py
 */
export const logfirePending: SpanVendor = {
  name: 'Logfire, of what begins',
  classify: ({ attributes }) =>
    attributes['logfire.span_type'] === 'pending_span' ? 'other' : undefined,
  operationOf: ({ attributes }) => callOperation(attributes),
  fields: CONVENTION_FIELDS,
};
