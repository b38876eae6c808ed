import type { SpanVendor } from '../vendor.ts';
import { callOperation, CONVENTION_FIELDS, kindOfOperation } from './conventions.ts';

const SCOPE = /^strands\b/;

/**
 * Strands Agents, also behind AgentCore: the conventions, with its own name for the provider, which
 * the model tells then. It hands on what Bedrock and Anthropic count, who leave cached tokens out.
 *
 * @see https://github.com/strands-agents/sdk-python src/strands/telemetry/tracer.py
 */
export const strands: SpanVendor = {
  name: 'Strands Agents',
  classify: ({ attributes, instrumentationScope }) =>
    SCOPE.test(instrumentationScope?.name ?? '') ? kindOfOperation(attributes) : undefined,
  operationOf: ({ attributes }) => callOperation(attributes),
  fields: CONVENTION_FIELDS,
  readTokens(counts, _span, { provider }) {
    if (provider === 'anthropic' || provider === 'aws.bedrock') counts.cache = 'outside';
  },
};
